"""Adds time stamps and a signature to a pack that is written already; no byte that is hashed changes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lookalike.errors import UsageError
from lookalike.evidence import bag as layout
from lookalike.evidence.hashes import file_digests
from lookalike.evidence.members import BadArchive, read_zip, write_zip
from lookalike.evidence.verify.archive import mapped
from lookalike.evidence.verify.manifests import is_seal


@dataclass(frozen=True, slots=True)
class Sealed:
    """What of a pack is needed to stamp it."""

    path: Path
    name: str
    """Of the folder inside."""
    tag: bytes
    """The tag manifest: what is stamped and signed."""
    seals: dict[str, bytes]
    """Time stamps, roots and signature that are there already, by path below the bag."""


def open_sealed(path: Path) -> Sealed:
    """The seals of a pack. Raises UsageError when it is not one of ours, or damaged."""
    with mapped(path) as data:
        try:
            members = {m.name.partition("/")[2]: m for m in read_zip(data)}
            name = next(iter(read_zip(data))).name.partition("/")[0]
            tag = members[layout.TAG]
        except (BadArchive, KeyError, StopIteration) as error:
            raise UsageError(
                f"{path}: expected an evidence pack that is whole ({error}); see: lookalike verify"
            ) from error
        wanted = {p: m for p, m in members.items() if is_seal(p)}
        seals = {p: bytes(data[m.start : m.start + m.size]) for p, m in wanted.items()}
        return Sealed(path, name, bytes(data[tag.start : tag.start + tag.size]), seals)


def add_seals(pack: Sealed, new: Mapping[str, bytes]) -> dict[str, str]:
    """Writes the pack anew with further seals, whole or not at all, and returns its hashes."""
    seals = pack.seals | dict(new)
    added = seals | {layout.SEALS: layout.seals(seals)}
    part = pack.path.with_name(f".{pack.path.name}.{os.getpid()}.part")
    try:
        with mapped(pack.path) as data, part.open("wb") as stream:
            kept = {
                m.name: bytes(data[m.start : m.start + m.size])
                for m in read_zip(data)
                if m.name.partition("/")[2] not in added
            }
            write_zip(stream, [*kept.items(), *((f"{pack.name}/{p}", d) for p, d in added.items())])
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(pack.path)
    finally:
        part.unlink(missing_ok=True)
    return write_sums(pack.path)


def write_sums(path: Path) -> dict[str, str]:
    """``.sha256`` and ``.sm3`` beside a file, as sha256sum and cksum read them; returns the hashes."""
    hashes = file_digests(path, "sha256", "sm3")
    path.with_name(f"{path.name}.sha256").write_text(f"{hashes['sha256']}  {path.name}\n", "ascii")
    path.with_name(f"{path.name}.sm3").write_text(f"SM3 ({path.name}) = {hashes['sm3']}\n", "ascii")
    return hashes
