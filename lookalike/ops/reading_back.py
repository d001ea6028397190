"""Reads a backup from its first byte to its last: every file has the hash of the manifest, none is missing, none odd.

Names come out of a file that somebody may have changed: nothing of it decides a path outside of the given folder.
"""

from __future__ import annotations

import hashlib
import io
import os
import tarfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from lookalike.ops import manifest
from lookalike.ops.manifest import Kept, NotWhole

_PIECE = 1 << 20
_MOST_MANIFEST = 1 << 30


@dataclass(frozen=True, slots=True)
class Read:
    """A backup that is whole."""

    head: dict[str, Any]
    files: dict[str, Kept]


def read_back(path: Path, into: Path | None) -> Read:
    """Checks the backup at ``path`` and, where a folder is given, unpacks it there on the way.

    Raises NotWhole for the first thing that differs, and OSError. What was unpacked before that is the caller's to
    remove.
    """
    found: dict[str, Kept] = {}
    told: tuple[dict[str, Any], dict[str, Kept]] | None = None
    try:
        with tarfile.open(path, mode="r:") as tar:
            for member in tar:
                stream = tar.extractfile(member) if member.isreg() else None
                if stream is None or told is not None:
                    raise NotWhole(f"{member.name[:200]}: 备份中不应有的条目")
                if member.name == manifest.NAME:
                    told = manifest.read(io.BytesIO(stream.read(_MOST_MANIFEST)))
                    continue
                name = _safe(member.name)
                if name in found:
                    raise NotWhole(f"{name}: 出现两次")
                found[name] = _take(stream, name, into)
    except (tarfile.TarError, EOFError) as error:
        raise NotWhole(f"{path.name}: 不是完整的备份（{error}）") from error
    if told is None:
        raise NotWhole(f"{path.name}: 没有清单，备份不完整")
    head, wanted = told
    for name in sorted(wanted.keys() | found.keys()):
        if wanted.get(name) != found.get(name):
            raise NotWhole(f"{name}: " + _difference(wanted.get(name), found.get(name)))
    return Read(head, found)


def _safe(name: str) -> str:
    parts = PurePosixPath(name).parts
    known = name in {manifest.SQLITE, manifest.POSTGRES} or name.startswith(manifest.FILES)
    if not known or name.startswith("/") or ".." in parts or "\x00" in name or str(PurePosixPath(name)) != name:
        raise NotWhole(f"{name[:200]!r}: 备份中不应有的名称")
    return name


def _take(stream: IO[bytes], name: str, into: Path | None) -> Kept:
    digest, size = hashlib.sha256(), 0
    target = None
    if into is not None:
        place = into / name
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = place.open("xb")
    try:
        while data := stream.read(_PIECE):
            digest.update(data)
            size += len(data)
            if target is not None:
                target.write(data)
        if target is not None:
            target.flush()
            os.fsync(target.fileno())
    finally:
        if target is not None:
            target.close()
    return Kept(name, size, digest.hexdigest())


def _difference(wanted: Kept | None, found: Kept | None) -> str:
    if found is None:
        return "缺失"
    if wanted is None:
        return "不在清单中"
    return f"内容不符（应为 {wanted.sha256[:16]}…，{wanted.bytes} 字节；实为 {found.sha256[:16]}…，{found.bytes} 字节）"
