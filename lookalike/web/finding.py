"""Where a quote stands in a captured text: as it is, else without regard to white space, width and letter case.

Linear in the text, which is hostile. A quote that sums up several places (``a + b``) is found part by part.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

LONGEST = 1_000_000
"""Characters that are looked through."""
AROUND = 1_500
"""Characters that are shown on either side of what was found."""
MOST = 12
_JOINTS = (" + ", " / ", " – ", "、", " | ", ", ", " ")
_SHORTEST = 2
"""Letters of a part that is looked for by itself."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the text."""

    text: str
    marked: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """The text around what was found; nothing is marked where nothing was."""

    parts: tuple[Part, ...]
    line: int | None
    """Line of the first mark, from 1."""
    cut: bool
    """Whether the text has more than this."""
    whole: bool
    """Whether the quote stands in one place, not its parts in several."""


def shown(text: str, quote: str) -> Shown:
    """The text with the quote marked, cut around its first mark."""
    text = text[:LONGEST]
    marks, whole = found(text, quote)
    begin = max(marks[0][0] - AROUND, 0) if marks else 0
    end = min((marks[0][1] if marks else 0) + 2 * AROUND, len(text))
    inside = [(start, stop) for start, stop in marks if stop <= end]
    edges = [begin, *(edge for mark in inside for edge in mark), end]
    parts = (Part(text[a:b], number % 2 == 1) for number, (a, b) in enumerate(pairwise(edges)))
    line = text.count("\n", 0, marks[0][0]) + 1 if marks else None
    return Shown(tuple(part for part in parts if part.text), line, begin > 0 or end < len(text), whole)


def found(text: str, quote: str) -> tuple[list[tuple[int, int]], bool]:
    """Places of the quote, ascending and apart from each other; and whether it is one place that holds all of it."""
    quote = quote.strip()
    at = _place(text, quote) if quote else None
    if at is not None:
        return [at], True
    apart: list[tuple[int, int]] = []
    for place in sorted(place for part in _pieces(quote) if (place := _place(text, part)) is not None):
        if not apart or place[0] >= apart[-1][1]:
            apart.append(place)
    return apart[:MOST], False


def _place(text: str, quote: str) -> tuple[int, int] | None:
    at = text.find(quote)
    if at >= 0:
        return at, at + len(quote)
    plain, origin = _squeezed(text)
    wanted, _ = _squeezed(quote)
    at = plain.find(wanted) if wanted else -1
    return (origin[at], origin[at + len(wanted) - 1] + 1) if at >= 0 else None


def _squeezed(text: str) -> tuple[str, list[int]]:
    """The text without white space, width and case; and where each of its characters stood."""
    letters: list[str] = []
    origin: list[int] = []
    for at, letter in enumerate(text):
        plain = letter.lower() if letter.isascii() else unicodedata.normalize("NFKC", letter).lower()
        for each in plain:
            if not each.isspace():
                letters.append(each)
                origin.append(at)
    return "".join(letters), origin


def _pieces(quote: str) -> list[str]:
    joint = next((each for each in _JOINTS if each in quote), "\n")
    pieces = [piece.strip() for piece in quote.split(joint)]
    return [piece for piece in pieces if len(piece) >= _SHORTEST][:MOST] if len(pieces) > 1 else []
