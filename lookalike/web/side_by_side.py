"""Two pages as a browser showed them, line by line: what they say, and what they are built of. Text only.

Lines that are alike stand beside each other; the first lines of very long pages alone are compared, and that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz

from scoring.page import PageFacts
from scoring.page_urls import host_of, path_of

Kind = Literal["same", "differs", "suspect", "genuine"]
"""Word for word the same; another line in its place; on one side only."""
LINES = 400
"""Lines of each side: what comparing costs grows with their product."""
ALIKE = 55
"""Per cent of two lines that agree where one is taken for a changed form of the other."""
LONGEST = 300
"""Characters of a line that are compared and shown."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    kind: Kind
    suspect: str = ""
    genuine: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """Two pages beside each other."""

    rows: tuple[Row, ...]
    mine: int
    """Lines of the suspect in all."""
    theirs: int
    same: int
    """Lines that are the same, of the ones that were compared."""

    @property
    def cut(self) -> bool:
        """Whether either has more lines than were compared."""
        return max(self.mine, self.theirs) > LINES


def texts(suspect: PageFacts, genuine: PageFacts) -> Beside:
    """What both say, in the order of the page."""
    return _beside(*([" ".join(line.split()) for line in page.text.splitlines()] for page in (suspect, genuine)))


def outlines(suspect: PageFacts, genuine: PageFacts) -> Beside:
    """What both are built of; an address at the page's own host stands without it, so that a copy is told as one."""
    return _beside(list(_outline(suspect)), list(_outline(genuine)))


def _outline(page: PageFacts) -> Iterator[str]:
    yield f"title {page.title}"
    yield from (f"h {heading}" for heading in page.headings)
    for form in page.forms:
        yield f"form {form.method} {_short(page, form.action)}".rstrip()
        yield from (f"input {one.type} {one.label or one.name}".rstrip() for one in form.fields)
    yield from (f"a {link.text} {_short(page, link.url)}" for link in page.links)
    yield from (f"img {_short(page, image.src)}" for image in page.images)
    named = (("script", page.scripts), ("css", page.stylesheets), ("iframe", page.frames))
    yield from (f"{name} {_short(page, address)}" for name, addresses in named for address in addresses)


def _short(page: PageFacts, address: str) -> str:
    host, path = host_of(address), path_of(address)
    return path if not host or host == host_of(page.url) else f"{host.replace('.', '[.]')}{path}"


def _beside(mine: list[str], theirs: list[str]) -> Beside:
    mine, theirs = [line for line in mine if line], [line for line in theirs if line]
    one, other = ([line[:LONGEST] for line in lines[:LINES]] for lines in (mine, theirs))
    rows: list[Row] = []
    at, there = 0, 0
    for i, j in [*_common(one, other), (len(one), len(other))]:
        rows += _between(one[at:i], other[there:j])
        if i < len(one):
            rows.append(Row("same", one[i], other[j]))
        at, there = i + 1, j + 1
    return Beside(tuple(rows), len(mine), len(theirs), sum(row.kind == "same" for row in rows))


def _between(mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Row]:
    """Lines between two that are the same: those that were changed beside what they were, the others alone."""
    both = min(len(mine), len(theirs))
    for one, other in zip(mine, theirs, strict=False):
        if fuzz.ratio(one, other) >= ALIKE:
            yield Row("differs", one, other)
        else:
            yield from (Row("suspect", suspect=one), Row("genuine", genuine=other))
    yield from (Row("suspect", suspect=line) for line in mine[both:])
    yield from (Row("genuine", genuine=line) for line in theirs[both:])


def _common(mine: Sequence[str], theirs: Sequence[str]) -> list[tuple[int, int]]:
    """A longest common subsequence, as pairs of places; as many steps as the lines' product, whatever they say."""
    best = [[0] * (len(theirs) + 1) for _ in range(len(mine) + 1)]
    for i in range(len(mine) - 1, -1, -1):
        row, below, line = best[i], best[i + 1], mine[i]
        for j in range(len(theirs) - 1, -1, -1):
            row[j] = below[j + 1] + 1 if line == theirs[j] else max(below[j], row[j + 1])
    found, i, j = [], 0, 0
    while i < len(mine) and j < len(theirs):
        if mine[i] == theirs[j]:
            found.append((i, j))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
    return found
