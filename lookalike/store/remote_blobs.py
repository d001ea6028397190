"""Captures in an S3-compatible store, under the same names as in a folder; this machine holds what it lately used.

Bytes are in the store before their hash is given out, so a row never names what is not there. What comes back is
hashed before anybody reads it. What lies in ``before``, the folder that was used until then or a restored backup, is
read as well.
"""

from __future__ import annotations

import itertools
import os
import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

from lookalike.store.blobs import Blobs, Missing, checked, files_of
from lookalike.store.bucket import Bucket
from lookalike.store.engine import told

_NAME = re.compile(r"([0-9a-f]{2})/([0-9a-f]{2})/\1\2[0-9a-f]{60}(\.[a-z]+)+")
AT_ONCE = 8
"""Objects that are sent at the same time."""
YOUNG_S = 3600.0
"""Files of the cache that were used within this time stay: somebody may be reading them."""
TRIM_EVERY = 256
"""Contents that are fetched between two looks at the cache's size."""


class RemoteBlobs(Blobs):
    """A bucket behind the interface of a folder. ``root`` is the cache; losing it loses nothing."""

    def __init__(self, root: Path, bucket: Bucket, before: Path, most: int) -> None:
        """``most``: bytes that the cache is trimmed to when parts are swept."""
        super().__init__(root)
        self.bucket = bucket
        self.before = before
        self._most = most
        self._sending = threading.local()
        self._numbers = itertools.count(1)

    @contextmanager
    def batch(self) -> Iterator[None]:
        """Sends what this thread puts together at the end of the block, several at a time."""
        later: list[Path] = []
        self._sending.later = later
        try:
            yield
        finally:
            self._sending.later = None
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._send, dict.fromkeys(later)))  # the first error is raised, the rest is ended

    def path(self, digest: str) -> Path:
        """A file of this machine with the content; fetched, and checked against its hash, where there is none yet."""
        for folder in (self.root, self.before):
            for found in files_of(folder, digest):
                if folder == self.root:
                    with suppress(OSError):
                        os.utime(found)
                return found
        for name, _ in self._named(digest):
            return self._fetched(digest, name)
        raise Missing(f"capture {digest} is missing in {self.bucket.address.told}; restore it from a backup")

    def size(self, digest: str) -> int:
        """Bytes that the content takes up in the store, or here from before. Raises Missing, StoreError."""
        files_here = files_of(self.before, digest)
        for _, size in self._named(digest):
            return size
        with told():
            for path in files_here:
                return path.stat().st_size
        raise Missing(f"capture {digest} is missing in {self.bucket.address.told}; restore it from a backup")

    def delete(self, digest: str) -> int:
        """Lets the content go, everywhere; returns its bytes. Raises Missing when it is nowhere."""
        size = self.size(digest)
        for name, _ in list(self._named(digest)):
            self.bucket.delete(name)
        with told():
            for path in (*files_of(self.root, digest), *files_of(self.before, digest)):
                path.unlink(missing_ok=True)
        return size

    def verify(self, digest: str) -> None:
        """Reads the content in the store, past the cache, or here from before. Raises Missing, StoreError."""
        names = [name for name, _ in self._named(digest)]
        for name in names:
            self.fetch(name).unlink(missing_ok=True)
        if not names:
            for path in files_of(self.before, digest):
                checked(digest, path.name, path.read_bytes())
                return
            raise Missing(f"capture {digest} is missing in {self.bucket.address.told}; restore it from a backup")

    def names(self) -> Iterator[str]:
        """Every content's file name below the bucket's prefix, as ``ab/cd/<sha256><suffix>``."""
        for name, _ in self.bucket.names():
            if _NAME.fullmatch(name):
                yield name

    def fetch(self, name: str) -> Path:
        """A checked part with the content of ``name``, past the cache; whoever asked removes it."""
        return self._checked(Path(name).name.partition(".")[0], name)

    def adopt(self, path: Path) -> None:
        """Sends a file of the folder from before, which has its name already, once it is what its name says."""
        digest = path.name.partition(".")[0]
        checked(digest, path.name, path.read_bytes())
        name = path.relative_to(self.before).as_posix()
        if self.bucket.size(name) != path.stat().st_size:
            self.bucket.put(name, path)

    def sweep_parts(self) -> int:
        """Removes what killed writers left behind, and the cache's oldest files beyond its size."""
        self._trim()
        return super().sweep_parts()

    def _is_kept(self, target: Path) -> bool:
        """Asked of the store: a file here may be another's that is still being sent."""
        return self.bucket.size(self._name(target)) is not None

    def _publish(self, part: Path, target: Path) -> None:
        with told():
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)
        later: list[Path] | None = getattr(self._sending, "later", None)
        if later is not None:
            later.append(target)
        else:
            self._send(target)

    def _send(self, target: Path) -> None:
        try:
            self.bucket.put(self._name(target), target)
        except BaseException:
            with suppress(OSError):
                target.unlink(missing_ok=True)
            raise

    def _name(self, target: Path) -> str:
        return target.relative_to(self.root).as_posix()

    def _named(self, digest: str) -> Iterator[tuple[str, int]]:
        return self.bucket.names(f"{digest[:2]}/{digest[2:4]}/{digest}.")

    def _fetched(self, digest: str, name: str) -> Path:
        part, target = self._checked(digest, name), self.root / name
        with told():
            target.parent.mkdir(parents=True, exist_ok=True)
            part.replace(target)
        if next(self._numbers) % TRIM_EVERY == 0:
            self._trim()
        return target

    def _checked(self, digest: str, name: str) -> Path:
        part = self.part_path()
        try:
            with told(), part.open("wb") as stream:
                self.bucket.read(name, stream)
                stream.flush()
                os.fsync(stream.fileno())
            checked(digest, name, part.read_bytes())
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
        return part

    def _trim(self) -> None:
        held = []
        for path in self.root.glob("??/??/*"):
            with suppress(OSError):
                found = path.stat()
                held.append((found.st_mtime, found.st_size, path))
        held.sort(reverse=True)
        young, kept = (held[0][0] if held else 0.0) - YOUNG_S, 0
        for used, size, path in held:
            kept += size
            if kept > self._most and used < young:
                with suppress(OSError):
                    path.unlink()
