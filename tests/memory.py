"""Memory of a process and all that it started, as the kernel counts it: shared pages by the share of each."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

_PROC = Path("/proc")


def tree(pid: int) -> list[int]:
    """The process and its descendants that are alive now."""
    parents: dict[int, int] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            try:
                told = (entry / "stat").read_text(encoding="utf-8", errors="replace")
            except OSError:
                continue  # it ended meanwhile
            parents[int(entry.name)] = int(told.rpartition(")")[2].split()[1])
    found = [pid]
    for one in found:  # grows while it is read
        found += [child for child, parent in parents.items() if parent == one]
    return found


def held(pid: int) -> int:
    """Bytes in memory of the process and its descendants (proportional set size, proc(5) smaps_rollup)."""
    return sum(kib for one in tree(pid) for kib in _pss(one)) * 1024


def _pss(pid: int) -> Iterator[int]:
    try:
        rolled = (_PROC / str(pid) / "smaps_rollup").read_text(encoding="ascii")
    except OSError:
        return
    yield from (int(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:"))


class Peak:
    """Looks at a process twice a second while the block lasts; ``bytes`` is the most that it held."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self._pid = pid
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.5):
            self.bytes = max(self.bytes, held(self._pid))
