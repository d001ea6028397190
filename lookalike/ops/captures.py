"""Captures as a whole: moved from the home folder into the store, and read one by one to see that none is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select

from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.opening import open_blobs
from lookalike.ops.letting_go import KEPT
from lookalike.store.blobs import Damaged, Missing
from lookalike.store.engine import Factory, reading, told
from lookalike.store.remote_blobs import AT_ONCE, RemoteBlobs

T = TypeVar("T")
PART = 200
"""Contents between two words about how far it is."""


@dataclass(slots=True)
class Told:
    """What was looked at, and what is wrong with it."""

    files: int = 0
    bytes: int = 0
    bad: dict[str, str] = field(default_factory=dict)
    """Hash or name, and why."""

    def as_json(self) -> dict[str, Any]:
        """As the commands print it with ``--json``."""
        return {"files": self.files, "bytes": self.bytes, "bad": self.bad}


def send(config: Config, *, remove: bool, progress: Callable[[int], None]) -> Told:
    """Sends what lies in the home folder's captures to the store; a repeat sends what is not there yet.

    ``remove``: each file goes once the store has it. A damaged file stays, and is told. Raises UsageError without a
    store, StoreError when it fails.
    """
    blobs = open_blobs(config)
    if not isinstance(blobs, RemoteBlobs):
        raise UsageError("captures send: captures_store is empty; set it to s3://bucket/prefix first")
    done = Told()

    def adopt(path: Path) -> tuple[Path, int, str]:
        try:
            size = path.stat().st_size
            blobs.adopt(path)
        except Damaged as error:
            return path, 0, str(error)
        if remove:
            path.unlink()
        return path, size, ""

    with told(), ThreadPoolExecutor(AT_ONCE) as pool:
        for some in _some(sorted(config.captures.glob("??/??/*"))):
            for path, size, why in pool.map(adopt, some):
                if why:
                    done.bad[path.name] = why
                    continue
                done.files, done.bytes = done.files + 1, done.bytes + size
            progress(len(some))
    return done


def check(config: Config, factory: Factory, progress: Callable[[int], None]) -> Told:
    """Reads every content that a row names, where it is kept, and compares it with its hash. Raises StoreError when
    the store does not answer.
    """
    blobs, done = open_blobs(config), Told()

    def look(digest: str) -> tuple[str, int, str]:
        try:
            blobs.verify(digest)
            return digest, blobs.size(digest), ""
        except Missing:
            return digest, 0, "缺失"
        except Damaged:
            return digest, 0, "已损坏"

    with told(), ThreadPoolExecutor(AT_ONCE) as pool:
        for some in _some(sorted(_named(factory))):
            for digest, size, why in pool.map(look, some):
                done.files, done.bytes = done.files + 1, done.bytes + size
                if why:
                    done.bad[digest] = why
            progress(len(some))
    return done


def _named(factory: Factory) -> set[str]:
    found: set[str] = set()
    with reading(factory) as session:
        for column in KEPT:
            found.update(one for one in session.scalars(select(column).distinct()) if one)
    return found


def _some(all_of_them: Sequence[T]) -> Iterator[Sequence[T]]:
    for begin in range(0, len(all_of_them), PART):
        yield all_of_them[begin : begin + PART]
