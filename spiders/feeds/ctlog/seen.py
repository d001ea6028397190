"""Names that came before, from whichever log: a table of fixed size on the disk that forgets the oldest first.

A certificate is logged as a precertificate and as itself, in two logs or more each: three of four names are repeats.
Forgetting costs a second look and nothing else; a name is entered only after its batch was stored.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import Self

SLOTS = 1 << 22
"""Names that are remembered; eight bytes each."""
WAYS = 8
"""Slots that one name may take; the one filled first is given up."""
_MAGIC = b"ctseen1\n"
_KEY = 24
"""Bytes of the secret behind the mark: nobody can make up a name that looks like one seen before."""
_HEAD = 4096
_BYTES = 8


class Seen:
    """The table; ``with Seen(path) as seen``. Memory is ``SLOTS`` times eight bytes at most, shared with the disk."""

    def __init__(self, path: Path, slots: int = SLOTS) -> None:
        """A file that is none of ours, or of another size, is begun anew. Raises ``OSError``."""
        size = _HEAD + slots * _BYTES
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+b") as file:
            file.seek(0)
            head = file.read(len(_MAGIC) + _KEY)
            if not head.startswith(_MAGIC) or len(head) < len(_MAGIC) + _KEY or os.fstat(file.fileno()).st_size != size:
                file.truncate(0)
                head = _MAGIC + os.urandom(_KEY)
                file.write(head + bytes(size - len(head)))  # whole: a disk that fills up later must not kill us
                file.flush()
            self._map = mmap.mmap(file.fileno(), size)
        self._key = head[len(_MAGIC) :]
        self._bytes = memoryview(self._map)
        self._table = self._bytes[_HEAD:].cast("Q")
        self._buckets = slots // WAYS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._table.release()
        self._bytes.release()
        self._map.close()

    def fresh(self, names: Iterable[str]) -> list[str]:
        """Those that have not been entered, each once, in their order; upper case and ``*.`` make no difference."""
        found: dict[int, str] = {}
        for name in names:
            mark = self._mark(name)
            if mark not in found and mark not in self._bucket(mark):
                found[mark] = name
        return list(found.values())

    def enter(self, names: Iterable[str]) -> None:
        """Remember these names."""
        table = self._table
        for name in names:
            mark = self._mark(name)
            at = (mark % self._buckets) * WAYS
            if mark not in self._bucket(mark):
                table[at + 1 : at + WAYS] = table[at : at + WAYS - 1]
                table[at] = mark

    def _bucket(self, mark: int) -> list[int]:
        at = (mark % self._buckets) * WAYS
        return self._table[at : at + WAYS].tolist()

    def _mark(self, name: str) -> int:
        plain = name.lower().removeprefix("*.").rstrip(".").encode("utf-8", "replace")
        return int.from_bytes(blake2b(plain, digest_size=_BYTES, key=self._key).digest(), "little") or 1
