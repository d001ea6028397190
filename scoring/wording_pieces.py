"""A text in the pieces that the wording model reads: characters, numbers, words, and one sign for each contact or name.

Cuts only; what is counted of the pieces is in ``scoring.wording_grams``.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scoring.contacts import contact_spans
from scoring.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

REACHED = "\ue001"
"""The first of the signs for contacts; that for names follows the last."""
CONTACTS = {"wechat": "\ue001", "qq": "\ue002", "phone": "\ue003", "email": "\ue004", "telegram": "\ue005"}
"""What stands for a contact: no invented number is learned."""
NAME = "\ue006"
"""What stands for a name of letters and digits, or a long number."""
_TOKEN = re.compile(r"[a-z0-9_-]*(?:[a-z][0-9]|[0-9_-][a-z]|[0-9]{5})[a-z0-9_-]*|[0-9]+|[a-z]+|[^a-z0-9]", re.DOTALL)
_WRITTEN = re.compile(r"[a-z0-9_-]+")
_LEAST_NAME = 5


class Piece(NamedTuple):
    """One character, number, word or contact; the span is of the folded text."""

    text: str
    start: int
    end: int


_as_piece = partial(tuple.__new__, Piece)


def pieces_of(text: str, begin: int = 0, stop: int | None = None) -> list[Piece]:
    """A span of the folded text in pieces, contacts and names as one sign each, digits as noughts. Linear."""
    folded = fold(text).text
    stop = len(folded) if stop is None else stop
    found: list[Piece] = []
    at = begin
    for start, end, kind in contact_spans(text):
        if at <= start < stop:
            found += _plain(folded, at, start)
            found.append(Piece(CONTACTS[kind], start, end))
            at = end
    if at < stop:
        found += _plain(folded, at, stop)
    return found


def _plain(folded: str, start: int, end: int) -> Iterator[Piece]:
    at = start
    for run in _WRITTEN.finditer(folded, start, end):
        yield from _signs(folded, at, run.start())
        yield from _tokens(folded, *run.span())
        at = run.end()
    yield from _signs(folded, at, end)


def _signs(folded: str, start: int, end: int) -> list[Piece]:
    """Each character by itself; digits of other scripts are digits."""
    chars = list(folded[start:end])
    if any(map(str.isdigit, chars)):
        chars = ["0" if char.isdigit() else char for char in chars]
    return list(map(_as_piece, zip(chars, range(start, end), range(start + 1, end + 1), strict=True)))


def _tokens(folded: str, start: int, end: int) -> Iterator[Piece]:
    """Pieces of a run of letters, digits and what joins them."""
    for match in _TOKEN.finditer(folded, start, end):
        written = match.group()
        first, last = match.span()
        if written.isdigit():
            yield Piece("0" * min(3, len(written)) if len(written) < _LEAST_NAME else NAME, first, last)
        elif len(written) == 1 or written.isalpha():
            yield Piece(written, first, last)
        elif len(written) >= _LEAST_NAME:
            yield Piece(NAME, first, last)
        else:
            yield from (Piece("0" if c.isdigit() else c, first + n, first + n + 1) for n, c in enumerate(written))
