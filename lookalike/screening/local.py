"""The local engine: blocks of names judged in this process, or by several, in their order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from lookalike.errors import LookalikeError
from lookalike.memory import give_back
from lookalike.screening.parts import Part
from lookalike.screening.pool import ChildLostError, Pool
from scoring.names import NameIndex
from scoring.screen import Counts, Hit, Screener
from seeds.loader import load_seeds


@dataclass(frozen=True, slots=True)
class Screened:
    """What one block gave."""

    hits: tuple[Hit, ...]
    counts: Counts


def screener(seeds_folder: Path | None = None) -> Screener:
    """The screener of the platforms and words of ``seeds/``, with an overlay."""
    seeds = load_seeds(seeds_folder)
    return Screener(NameIndex(seeds.platforms, seeds.lexicon), seeds.known_names)


def screened(
    blocks: Iterable[bytes | Part], *, seeds_folder: Path | None = None, processes: int = 0
) -> Iterator[Screened]:
    """Judge every block, in order. ``processes``: 0 for as many as there are processors to use, 1 for this one alone.

    Memory: a few blocks a process, however long the input.
    """
    one = screener(seeds_folder)
    give_back()  # making the tables takes as much again as they do, and every process would hold it
    count = processes or len(os.sched_getaffinity(0))
    if count == 1:
        yield from (_judged(one, block) for block in blocks)
        return
    _judged(one, b"example.com\n")  # loads the compiled pass, which the processes then share
    with Pool(count, partial(_judged, one)) as pool:
        try:
            yield from pool.map(blocks)
        except ChildLostError as error:
            raise LookalikeError("a screening process died (out of memory?); run again with --processes 1") from error


def _judged(one: Screener, block: bytes | Part) -> Screened:
    counts = Counts()
    names = block.read() if isinstance(block, Part) else block
    return Screened(tuple(one.hits(names, counts)) if names else (), counts)
