"""Evidence packs from the pages: made in a process of their own, whose memory and troubles are not the server's.

They lie below ``packs`` in the home folder, whole or not at all (``lookalike.evidence.pack``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path

from lookalike.config import Config
from lookalike.errors import LookalikeError
from lookalike.evidence.pack import export
from lookalike.evidence.stamping import stamp
from lookalike.evidence.verify.run import verify
from lookalike.opening import open_store
from lookalike.review import rights
from lookalike.store import audit
from lookalike.store.engine import reading
from lookalike.store.models import Pack

MOST = 200
"""Leads of one pack that the pages make, two seconds each; more are for the command line."""
PARTS = {
    "zip": "{file}",
    "sha256": "{file}.sha256",
    "sm3": "{file}.sm3",
    "receipt": "00-handover-receipt.docx",
    "receipt-pdf": "00-handover-receipt.pdf",
}
"""What lies in a pack's folder, by the names by which it is asked for: no path comes from outside."""
_PART = 1 << 16


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be packed, and who asks."""

    leads: tuple[int, ...]
    campaign: str | None
    by: str
    network: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Packed:
    """What came of it."""

    pack: int
    result: str
    """``whole``, ``differs`` or ``unchecked``: what ``lookalike verify`` says of the file."""
    lines: tuple[str, ...]
    stamps: tuple[str, ...]
    """How it went with every time-stamping authority."""


def folder(config: Config) -> Path:
    """Where packs lie."""
    return config.home / "packs"


def make(config: Config, order: Order) -> Packed:
    """Writes, stamps and verifies a pack. Raises LookalikeError in one line."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        try:
            found = pool.submit(_made, config, order).result()
        except BrokenProcessPool as error:
            raise LookalikeError("E_PACK 制作进程意外结束（内存不足或被终止），没有留下半个证据包；请重试") from error
    if isinstance(found, str):
        raise LookalikeError(found)
    return found


def check(path: Path) -> tuple[str, tuple[str, ...]]:
    """What ``lookalike verify`` says of a pack: in a word, and line by line."""
    report = verify(path)
    return report.result, tuple(found.line for found in report.checks)


def parts(config: Config, pack: Pack) -> dict[str, Path]:
    """The files that lie here of a pack; empty where it was written elsewhere."""
    here = folder(config) / f"{Path(pack.file).stem}.pack"
    found = {name: here / pattern.format(file=Path(pack.file).name) for name, pattern in PARTS.items()}
    return {name: path for name, path in found.items() if path.is_file()}


def sha256_of(path: Path) -> str:
    """Hash of a file, read part by part."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def bytes_of(path: Path) -> Iterator[bytes]:
    """A file, part by part."""
    with path.open("rb") as file:
        while part := file.read(_PART):
            yield part


def _made(config: Config, order: Order) -> Packed | str:
    """In the child: the pack, or the one line that says why there is none (errors do not cross processes well)."""
    try:
        factory = open_store(config)
        with reading(factory) as session:
            rights.check(session, order.by, "packs.make")
        where = folder(config)
        with audit.came_from(order.network):
            made = export(config, factory, order.leads, where, now=order.at, by=order.by, campaign=order.campaign)
            wanted = bool(config.time_stamps or config.sign_certificate)
            stamps = stamp(config, factory, made.path, order.by) if wanted else []
        result, lines = check(made.path)
    except LookalikeError as error:
        return str(error)
    return Packed(made.pack_id, result, lines, tuple(f"{one.authority}：{one.told}" for one in stamps))
