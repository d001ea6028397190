"""The local engine: blocks of names judged in this process, or by several, in their order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path

from lookalike.errors import LookalikeError
from scoring.names import NameIndex
from scoring.screen import Counts, Hit, Screener
from seeds.loader import load_seeds

SEEDS = "LOOKALIKE_SCREENED_SEEDS"
"""Environment variable by which the process that workers are forked from is told of the overlay."""
AHEAD = 2
"""Blocks a process that are read before their turn."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What one block gave."""

    hits: tuple[Hit, ...]
    counts: Counts


_screener: Screener | None = None


def screener(seeds_folder: Path | None = None) -> Screener:
    """The screener of the platforms and words of ``seeds/``, with an overlay."""
    seeds = load_seeds(seeds_folder)
    return Screener(NameIndex(seeds.platforms, seeds.lexicon), seeds.known_names)


def screened(blocks: Iterable[bytes], *, seeds_folder: Path | None = None, processes: int = 0) -> Iterator[Screened]:
    """Judge every block, in order. ``processes``: 0 for as many as there are processors to use, 1 for this one alone.

    Memory: a few blocks a process, however long the input.
    """
    count = processes or len(os.sched_getaffinity(0))
    if count == 1:
        one = screener(seeds_folder)
        yield from (_judged(one, block) for block in blocks)
        return
    first = _Few(blocks)
    if first.few:
        yield from screened(first, seeds_folder=seeds_folder, processes=1)
        return
    with ProcessPoolExecutor(count, _context(seeds_folder), initializer=_begin, initargs=(seeds_folder,)) as pool:
        waiting: deque[Future[Screened]] = deque()
        try:
            for block in first:
                waiting.append(pool.submit(_work, block))
                while len(waiting) > count * AHEAD or (waiting and waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BrokenProcessPool as error:
            raise LookalikeError("a screening process died (out of memory?); run again with --processes 1") from error
        finally:
            for future in waiting:
                future.cancel()


def _context(seeds_folder: Path | None) -> BaseContext:
    """Workers are forked from one process that has made the tables and started no thread: made once, shared by all."""
    context = get_context("forkserver")
    os.environ[SEEDS] = str(seeds_folder or "")  # the server reads it when the first pool starts it
    context.set_forkserver_preload(["lookalike.screening.prepared"])
    return context


class _Few:
    """Blocks with a look at the first two: one alone is not worth a process."""

    def __init__(self, blocks: Iterable[bytes]) -> None:
        self._rest = iter(blocks)
        self._first = [block for _, block in zip(range(2), self._rest, strict=False)]
        self.few = len(self._first) < 2

    def __iter__(self) -> Iterator[bytes]:
        yield from self._first
        yield from self._rest


def _begin(seeds_folder: Path | None) -> None:
    from lookalike.screening import prepared  # noqa: PLC0415 - makes the tables where nobody has made them yet

    global _screener  # noqa: PLW0603 - a worker process has one
    _screener = prepared.SCREENER if seeds_folder == prepared.FOLDER else screener(seeds_folder)


def _work(block: bytes) -> Screened:
    assert _screener is not None
    return _judged(_screener, block)


def _judged(one: Screener, block: bytes) -> Screened:
    counts = Counts()
    return Screened(tuple(one.hits(block, counts)), counts)
