"""Bytes by their SHA-256, as files below ``captures/``: a file that has its name is whole.

Written to a ``.part`` on the same file system, synced, renamed, folder synced; only then may a row name it.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import zstandard

from lookalike.durable import sync_folder
from lookalike.errors import StoreError
from lookalike.store.engine import told

_ZST = ".zst"
_FOREIGN_AGE_S = 24 * 3600
"""Parts of another machine that shares the folder are left alone for a day."""
_numbers = itertools.count()


class Missing(StoreError):
    """No content with that hash is kept."""


class Damaged(StoreError):
    """What is kept under the hash is something else."""


class Blobs:
    """A content-addressed folder: ``ab/cd/<sha256><suffix>``, one file a content."""

    def __init__(self, root: Path) -> None:
        """``root`` and its folder for parts are made where they are missing."""
        self.root = root
        self.parts = root / ".parts"
        self._batch = threading.local()
        with told():
            self.parts.mkdir(parents=True, exist_ok=True)

    def put(self, data: bytes) -> str:
        """Keeps a document, compressed with zstd; returns the SHA-256 of ``data`` itself."""
        digest = hashlib.sha256(data).hexdigest()
        target = self._target(digest, _ZST)
        if not self._is_kept(target):
            self._publish(self._written(zstandard.compress(data, 3)), target)
        return digest

    def put_as_is(self, data: bytes, suffix: str = ".warc.gz") -> str:
        """Keeps bytes that are compressed already; returns their SHA-256."""
        digest = hashlib.sha256(data).hexdigest()
        self._publish(self._written(data), self._target(digest, suffix))
        return digest

    def put_file(self, part: Path, suffix: str = ".warc.gz") -> str:
        """Takes over a finished ``part`` (see ``part_path``) as it is; returns the SHA-256 of its bytes."""
        with told(), part.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            os.fsync(stream.fileno())
        target = self._target(digest, suffix)
        self._publish(part, target)
        return digest

    def part_path(self) -> Path:
        """A fresh name for a file that is still being written; it says which process of which machine writes."""
        return self.parts / f"{_machine()}-{os.getpid()}-{time.time_ns()}-{next(_numbers)}.part"

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Puts this thread's folder syncs off to the end of the block: commit rows that name the bytes after it."""
        later: set[Path] = set()
        self._batch.later = later
        try:
            yield
            with told():
                for folder in sorted(later):
                    sync_folder(folder)
        finally:
            self._batch.later = None

    def path(self, digest: str) -> Path:
        """Where the content lies. Raises Missing when it is not there."""
        found = files_of(self.root, digest)
        if not found:
            raise Missing(f"capture {digest} is missing below {self.root}; restore it from a backup")
        return found[0]

    def size(self, digest: str) -> int:
        """Bytes that the content takes up. Raises Missing when it is not there."""
        with told():
            return self.path(digest).stat().st_size

    def delete(self, digest: str) -> int:
        """Lets the content go; returns the bytes that it took up. Raises Missing when it is not there."""
        path = self.path(digest)
        with told():
            size = path.stat().st_size
            path.unlink()
        return size

    def get(self, digest: str) -> bytes:
        """The content, checked against its hash. Raises StoreError when it is missing or damaged."""
        path = self.path(digest)
        return checked(digest, path.name, path.read_bytes())

    def verify(self, digest: str) -> None:
        """Reads the content where it is kept. Raises Missing, or StoreError when it is damaged."""
        self.get(digest)

    def sweep_parts(self) -> int:
        """Removes what killed writers left behind and says how many; parts of living processes stay."""
        stale = [part for part in self.parts.iterdir() if not _is_written(part)]
        for part in stale:
            part.unlink(missing_ok=True)
        return len(stale)

    def _written(self, data: bytes) -> Path:
        """A finished part, on the disk."""
        part = self.part_path()
        with told(), _removed_on_error(part), part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        return part

    def _is_kept(self, target: Path) -> bool:
        if not target.exists():
            return False
        self._sync(target.parent)  # whoever wrote it may not have come so far yet
        return True

    def _target(self, digest: str, suffix: str) -> Path:
        return self.root / digest[:2] / digest[2:4] / f"{digest}{suffix}"

    def _publish(self, part: Path, target: Path) -> None:
        with told(), _removed_on_error(part):
            grown = [f for f in (target.parent, target.parent.parent) if not f.exists()]
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)
            self._sync(target.parent, *(f.parent for f in grown))

    def _sync(self, *folders: Path) -> None:
        later: set[Path] | None = getattr(self._batch, "later", None)
        if later is not None:
            later.update(folders)
            return
        for folder in folders:
            sync_folder(folder)


def checked(digest: str, name: str, data: bytes) -> bytes:
    """The content of a file of that ``name``. Raises Damaged unless it has its hash."""
    if name.endswith(_ZST):
        try:
            data = zstandard.ZstdDecompressor().decompress(data)
        except zstandard.ZstdError as error:
            raise Damaged(f"capture {digest} is damaged: {error}") from error
    if hashlib.sha256(data).hexdigest() != digest:
        raise Damaged(f"capture {digest} is damaged: the bytes have another hash")
    return data


def files_of(root: Path, digest: str) -> list[Path]:
    """Files below ``root`` that bear the hash. Raises StoreError for what is no hash."""
    if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
        raise StoreError(f"expected a SHA-256 in hexadecimal, got {digest[:80]!r}")
    return sorted((root / digest[:2] / digest[2:4]).glob(f"{digest}.*"))


@contextmanager
def _removed_on_error(part: Path) -> Iterator[None]:
    try:
        yield
    except OSError:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _machine() -> str:
    return socket.gethostname().replace("-", "_") or "localhost"


def _is_written(part: Path) -> bool:
    machine, _, rest = part.name.partition("-")
    pid = rest.partition("-")[0]
    if machine != _machine() or not pid.isdigit():
        return time.time() - part.stat().st_mtime < _FOREIGN_AGE_S
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
