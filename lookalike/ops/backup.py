"""A backup: one tar file with database, captures, packs and logs, its manifest last; whole or not there at all.

The database is copied first and the captures after it: a row is only ever written after the bytes that it names, so
everything that the copy names is still to be found. Settings and seeds of one's own are not in it, nor are secrets.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from lookalike import __version__
from lookalike.config import Config
from lookalike.durable import sync_folder
from lookalike.errors import UsageError
from lookalike.opening import open_blobs
from lookalike.ops import manifest
from lookalike.ops.dump import dump, is_sqlite
from lookalike.ops.manifest import Kept
from lookalike.ops.reading_back import read_back
from lookalike.ops.restoring import LEFT_OUT, MARKER, STAGING
from lookalike.store import audit
from lookalike.store.engine import Factory, reading, told, writing
from lookalike.store.models import Audit
from lookalike.store.remote_blobs import RemoteBlobs

CACHE = "captures-cache"
"""Copies of what lies in the store, which is read itself."""


@dataclass(frozen=True, slots=True)
class Made:
    """A backup as it was written, and read back."""

    path: Path
    files: int
    bytes: int
    sha256: str
    skipped: tuple[str, ...]
    """What lies in the home folder and is no plain file."""

    def as_json(self) -> dict[str, Any]:
        """As ``backup --json`` prints it."""
        told = {"path": str(self.path), "files": self.files, "bytes": self.bytes, "sha256": self.sha256}
        return told | {"skipped": list(self.skipped)}


def backup(config: Config, factory: Factory, target: Path, who: str, now: datetime) -> Made:
    """Writes and reads back a backup, and notes in the audit trail who made it.

    Raises UsageError for a place where none can be, StoreError, and NotWhole where what was written reads otherwise.
    """
    home, final = config.home.resolve(), target.absolute()
    if final.exists():
        raise UsageError(f"{target}: it exists already; expected a new name")
    if not final.parent.is_dir():
        raise UsageError(f"{target}: there is no folder {final.parent}; make it first")
    if final.parent.resolve().is_relative_to(home):
        raise UsageError(f"{target}: it lies in {home}, which is what is backed up; expected another place")
    with writing(factory) as session:
        audit.note(session, now, who, "backup", after={"file": final.name})
    part = final.with_name(f"{final.name}.part")
    try:
        with told(), part.open("wb") as stream:
            part.chmod(0o600)
            with _spool(final) as folder:
                skipped = _write(config, factory, stream, folder, now)
            stream.flush()
            os.fsync(stream.fileno())
        read = read_back(part, None)
        with told():
            part.rename(final)
            sync_folder(final.parent)
    except BaseException:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    return Made(final, len(read.files), final.stat().st_size, _hash(final), tuple(skipped))


def _write(config: Config, factory: Factory, stream: IO[bytes], spool: Path, now: datetime) -> list[str]:
    kept: list[Kept] = []
    skipped: list[str] = []
    sqlite = is_sqlite(config.database)
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as tar:
        copy = spool / "dump"
        head = {"made_at": now.isoformat(), "version": __version__, "database": "sqlite" if sqlite else "postgresql"}
        head |= {"audit": _head(factory)}
        dump(config.database, copy)
        kept.append(_add(tar, copy, manifest.SQLITE if sqlite else manifest.POSTGRES))
        copy.unlink()
        for path, name in _files(config.home.resolve(), skipped):
            with suppress(FileNotFoundError):  # it was a file of the moment
                kept.append(_add(tar, path, f"{manifest.FILES}{name}"))
        for path, name in _stored(config, {one.path for one in kept}):
            kept.append(_add(tar, path, name))
        with tempfile.TemporaryFile(dir=spool) as told_of:
            manifest.write(told_of, head, kept)
            size = told_of.tell()
            told_of.seek(0)
            tar.addfile(_info(manifest.NAME, size), told_of)
    return skipped


@contextmanager
def _spool(final: Path) -> Iterator[Path]:
    """A folder beside the backup, by its name: what a kill left of an earlier try is swept."""
    folder = final.with_name(f".{final.name}.spool")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _head(factory: Factory) -> str:
    """Hash of the audit trail's newest entry, from before the copy: who has it noted elsewhere can tell a cut end."""
    from sqlalchemy import select  # noqa: PLC0415 - one question

    with reading(factory) as session:
        return session.scalar(select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or audit.FIRST


def _files(home: Path, skipped: list[str]) -> Iterator[tuple[Path, str]]:
    """What is kept of the home folder, by path and name, in order."""
    for folder, folders, names in os.walk(home):
        here = Path(folder)
        left = {".parts", STAGING, CACHE}
        folders[:] = sorted(n for n in folders if n not in left and not n.startswith("before-restore-"))
        for name in sorted(names):
            path = here / name
            told = path.relative_to(home).as_posix()
            if name == MARKER or name.endswith(LEFT_OUT) or told.startswith(("lookalike.db", "before-upgrade-")):
                continue
            if stat.S_ISREG(path.lstat().st_mode):
                yield path, told
            else:
                skipped.append(told)
        skipped += [(here / n).relative_to(home).as_posix() for n in folders if (here / n).is_symlink()]


def _stored(config: Config, kept: set[str]) -> Iterator[tuple[Path, str]]:
    """What lies in the store that the settings name, each checked; a restore finds it in the home's own folder."""
    blobs = open_blobs(config)
    if not isinstance(blobs, RemoteBlobs):
        return
    for stored in blobs.names():
        name = f"{manifest.FILES}{config.captures.name}/{stored}"
        if name in kept:
            continue
        part = blobs.fetch(stored)
        try:
            yield part, name
        finally:
            part.unlink(missing_ok=True)


def _add(tar: tarfile.TarFile, path: Path, name: str) -> Kept:
    """Adds so many bytes as the file has now: a log that grows meanwhile is cut at this moment."""
    with path.open("rb") as stream:
        size = os.fstat(stream.fileno()).st_size
        source = _Hashed(stream, size)
        tar.addfile(_info(name, size), source)
        return Kept(name, size, source.digest.hexdigest())


def _info(name: str, size: int) -> tarfile.TarInfo:
    found = tarfile.TarInfo(name)
    found.size, found.mode = size, 0o600
    return found


class _Hashed(io.RawIOBase):
    """Reads at most ``size`` bytes of a file and hashes them on the way."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        super().__init__()
        self._stream, self._left, self.digest = stream, size, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted)
        self._left -= len(data)
        self.digest.update(data)
        return data


def _hash(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
