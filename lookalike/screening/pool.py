"""Processes that judge blocks of names: forked from this one when its tables are made, fed through shared memory.

What a block is (bytes, or where to read them) is for ``work``. Blocks go to whoever is free and results come back in
order. A child runs the judge alone, which is warm by then, so it needs no lock that another thread of this process
may hold at the fork.
"""

from __future__ import annotations

import gc
import mmap
import os
import pickle
import signal
import struct
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any, Self

SLOT = 4 * 1024 * 1024
"""Bytes of a block; longer ones are cut at a line."""
AHEAD = 3
"""Blocks a process that are read before their turn."""
_TASK = struct.Struct("=qq")
"""The slot, and how many bytes of it, below 0 of a pickled object: so few are read from a pipe as one, whoever else
reads there.
"""


class ChildLostError(Exception):
    """A process ended before its work."""


class Pool:
    """``work`` applied to blocks by ``count`` processes. Memory: ``AHEAD`` slots a process."""

    def __init__(self, count: int, work: Callable[[Any], Any]) -> None:
        self._slots = [mmap.mmap(-1, SLOT) for _ in range(count * AHEAD)]
        self._task_end, self._tasks = os.pipe()
        context = get_context("fork")
        pipes = [context.Pipe(duplex=False) for _ in range(count)]
        self._results = [mine for mine, _ in pipes]
        gc.freeze()  # what is here stays: the collector of a child need not write to pages that all share
        try:
            self._children = [context.Process(target=self._serve, args=(work, pipes, at)) for at in range(count)]
            for child in self._children:
                child.daemon = True
                child.start()
        finally:
            gc.unfreeze()
        os.close(self._task_end)
        for _, theirs in pipes:
            theirs.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._tasks)  # the children find nothing more to do, and end
        for child in self._children:
            child.terminate()
            child.join()
        for result in self._results:
            result.close()
        for slot in self._slots:
            slot.close()

    def _serve(self, work: Callable[[Any], Any], pipes: list[tuple[Connection, Connection]], at: int) -> None:
        """What a child does."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever reads the results is told, and ends the children
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.close(self._tasks)
        for place, (reading, writing) in enumerate(pipes):
            reading.close()
            if place != at:
                writing.close()
        mine = pipes[at][1]
        with suppress(BrokenPipeError, KeyboardInterrupt):
            while task := os.read(self._task_end, _TASK.size):
                slot, size = _TASK.unpack(task)
                try:
                    block = self._slots[slot][: abs(size)]
                    result: Any = work(block if size >= 0 else pickle.loads(block))  # noqa: S301 - our own
                except Exception as error:  # noqa: BLE001 - raised again where the results are read
                    result = error
                mine.send((slot, result))

    def map(self, blocks: Iterable[Any]) -> Iterator[Any]:
        """What ``work`` makes of every block, in order. Raises what it raised, and ``ChildLostError``."""
        free = list(range(len(self._slots)))
        numbers: dict[int, int] = {}
        done: dict[int, Any] = {}
        sent = given = 0
        source: Iterator[Any] | None = (piece for block in blocks for piece in _pieces(block))
        while sent > given or source is not None:
            room = bool(free) and sent - given < len(self._slots)
            block = next(source, None) if source is not None and room else None
            if block is not None:
                slot = free.pop()
                self._give(slot, block)
                numbers[slot], sent = sent, sent + 1
            elif room:
                source = None
            for slot, result in self._come(0.0 if block is not None else None) if sent > given else ():
                done[numbers[slot]] = result
                free.append(slot)
            while given in done:
                yield _result(done.pop(given))
                given += 1

    def _give(self, slot: int, block: Any) -> None:
        data = block if isinstance(block, bytes) else pickle.dumps(block)
        self._slots[slot][: len(data)] = data
        os.write(self._tasks, _TASK.pack(slot, len(data) if data is block else -len(data)))

    def _come(self, timeout: float | None) -> Iterator[tuple[int, Any]]:
        """Slots and results that have come; without ``timeout`` one at least."""
        for ready in wait([*self._results, *(child.sentinel for child in self._children)], timeout):
            if not isinstance(ready, Connection):
                raise ChildLostError
            try:
                yield ready.recv()
            except EOFError:
                raise ChildLostError from None


def _result(made: Any) -> Any:
    if isinstance(made, Exception):
        raise made
    return made


def _pieces(block: Any) -> Iterator[Any]:
    """Bytes in pieces of whole lines that fit a slot; of a line that is longer, its beginning."""
    if not isinstance(block, bytes):
        yield block
        return
    while len(block) > SLOT:
        cut = block.rfind(b"\n", 0, SLOT) + 1
        yield block[:cut] or block[: SLOT - 1] + b"\n"
        block = block[cut or (block.find(b"\n") + 1 or len(block)) :]
    if block:
        yield block
