"""Folding: a text into the form in which it is matched, every character with the offset it comes from.

Undoes width, traditional characters, pinyin in brackets, invisible characters and broken words; knows no terms.
The work grows with what has to be changed, not with the text.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate, islice
from typing import TYPE_CHECKING, Any

import re2

from scoring.bytewise import Sieve, places
from scoring.folding_tables import STROKES, TONES, odd, plain, simplify, single, small, spelled
from scoring.pinyin_brackets import bracketed_pinyin
from scoring.respell import joining, respelled, spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Folded", "fold", "fold_loose", "simplify"]

_H = "〇㐀-䶿一-\u4e27\u4e29-\u4e35\u4e37-\u4e3e\u4e40-\u4e43\u4e45-\u4e84\u4e86-鿿豈-﫿𠀀-𳑿"
"""Ideographs but for the strokes."""
_HAN = re.compile(f"[{_H}]+")
_RUN = re.compile(r"[ \n][ \n]+")
_PAIRS = ("  ", "\n\n", " \n", "\n ")
"""One of them stands wherever ``_RUN`` fits."""
_USUAL = tuple(zip("，：；！？（）", ",:;!?()", strict=True))
"""Marks that fill every Chinese text: made narrow before anything else is looked for."""
_STOPS = frozenset("。，、,.;:!?…/\n")
"""Between single characters only: elsewhere these end or list something."""
_QUOTES = frozenset("()[]{}<>\"'《》〈〉【】“”‘’「」『』〔〕〖〗")
"""They set words apart instead of breaking them."""
_PASSES = 3
_FEW = 20
"""Places at which a gap may have to be closed that are looked at one by one."""
_GAP = 6
"""Longest separator, in characters, that is closed."""
_BROKEN = re.compile(
    rf"[^{_H}](?<=[{_H}].)(?:(?<![{_H}][{_H}].)[^{_H}]{{0,5}}+(?=[{_H}])|[^{_H}]{{0,5}}+(?=[{_H}](?![{_H}])))",
    re.DOTALL,
)
"""What stands between two runs of ideographs of which one is a single character."""
_BESIDE = rf"[^{_H}0-9A-Za-z{''.join(map(re.escape, sorted(_QUOTES)))}]"
_WITHIN = f"{_BESIDE[:-1]}{''.join(map(re.escape, sorted(_STOPS)))}]"
_END = f"(?:[^{_H}]|$)"


_SINGLE = f"(?:^|[^{_H}])[{_H}]"
_CLOSABLE = (
    rf"{_SINGLE}(?:{_WITHIN}{{1,{_GAP}}}[{_H}]|{_BESIDE}{{1,{_GAP}}}[{_H}]{_END})"
    rf"|[{_H}]{_WITHIN}{{1,{_GAP}}}[{_H}]{_END}"
)


@lru_cache(maxsize=1)
def _closable() -> Any:
    """Finds, in UTF-8, where a gap may have to be closed: wherever ``_gaps`` closes one, and hardly anywhere else."""
    options = re2.Options()
    options.max_mem = 32 << 20
    return re2.compile(_CLOSABLE.encode(), options)


@lru_cache(maxsize=1)
def _needs() -> Sieve:
    """What folding changes beyond single characters, brackets and broken words left out: blanks, spellings."""
    return Sieve([r"[ \n][ \n]", spellings()])


_BLANKS, _SPELLED = range(2)
"""Places in ``_needs``."""


@lru_cache(maxsize=1)
def _signs() -> Sieve:
    """Signs that may spell something once broken words are closed."""
    return Sieve([f"[{''.join(sorted(joining()))}]"])


_STRAY = re.compile(f"[{TONES}](?:(?<=[{TONES}]{{3}})|(?<![A-Za-zÀ-ɏ{TONES}].))[{TONES}]*")
"""Marks on something else than a letter, and piled ones."""

_BLANK = frozenset(" \n")
_BLANKS_ALONE = frozenset({b" ", b"\n"})

Edit = tuple[int, int, str]
"""A span and what stands in its place: nothing or one character."""


class _Moves:
    """Where the pieces of an edited text come from: at ``starts[i]`` begins what stood at ``sources[i]``."""

    __slots__ = ("sources", "starts")

    def __init__(self) -> None:
        self.starts = array("I", [0])
        self.sources = array("I", [0])

    def add(self, start: int, source: int) -> None:
        """The next piece; pieces ascend, one that begins where the last does takes its place."""
        if self.starts[-1] == start:
            self.sources[-1] = source
        else:
            self.starts.append(start)
            self.sources.append(source)

    def source(self, place: int) -> int:
        """The place before the edit."""
        piece = bisect_right(self.starts, place) - 1
        return self.sources[piece] + place - self.starts[piece]

    def all_sources(self, places: list[int]) -> list[int]:
        """``source`` of many places."""
        starts, sources = self.starts, self.sources
        pieces = [bisect_right(starts, place) - 1 for place in places]
        return [sources[piece] + place - starts[piece] for piece, place in zip(pieces, places, strict=True)]


@dataclass(frozen=True, slots=True)
class Folded:
    """A text for matching, and how its places lead back to those in ``source``."""

    source: str
    text: str
    moves: tuple[_Moves, ...] = ()
    """One for each edit that moved anything, the first one first."""
    encoded: bytes = field(default=b"", compare=False, repr=False)
    """The text in UTF-8, for searches in bytes."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source for the half-open span ``[start, end)`` of the text; ``start < end``."""
        return (self._source(start), self._source(end - 1) + 1) if self.moves else (start, end)

    def spans(self, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """``span`` of many, in their order."""
        if not self.moves:
            return list(spans)
        firsts, lasts = [start for start, _ in spans], [end - 1 for _, end in spans]
        for moves in reversed(self.moves):
            firsts, lasts = moves.all_sources(firsts), moves.all_sources(lasts)
        return [(first, last + 1) for first, last in zip(firsts, lasts, strict=True)]

    def sources(self, places: Sequence[int]) -> dict[int, int]:
        """For ascending places of the text the offsets in the source that they come from."""
        at = list(places)
        for moves in reversed(self.moves):
            at = moves.all_sources(at)
        return dict(zip(places, at, strict=True))

    @property
    def origin(self) -> Sequence[int]:
        """For every character of the text the offset in the source that it comes from."""
        return array("I", self.sources(range(len(self.text))).values())

    def _source(self, place: int) -> int:
        for moves in reversed(self.moves):
            place = moves.source(place)
        return place


@lru_cache(maxsize=8)
def fold(text: str) -> Folded:
    """Normalise and remember where every character comes from. Total, linear, idempotent in ``text``."""
    moves: list[_Moves] = []
    chars = small(text)
    for wide, narrow in _USUAL:
        chars = chars.replace(wide, narrow)
    parts = odd().split(chars)
    accents = any(map(spelled.__getitem__, parts[1::2]))
    chars = _replace(chars, parts, single, moves)
    if accents:
        return _fold_on(
            text, _edit(chars, ((*m.span(), "") for m in _STRAY.finditer(chars)), moves), moves, accents=True
        )
    encoded = chars.encode("utf-8", "replace")
    needed = _needs().standing(encoded)
    if encoded[:1] in _BLANKS_ALONE or _BLANKS in needed:
        chars = _edit(chars, _blanks(chars), moves)
        encoded = chars.encode("utf-8", "replace")
        needed = _needs().standing(encoded)
    if _SPELLED in needed or any(True for _ in bracketed_pinyin(chars)):
        return _fold_on(text, chars, moves)
    if chars[-1:] in _BLANK:  # what is cut off at the end moves nothing
        chars, encoded = chars[:-1], encoded[:-1]
    before = chars
    chars, encoded = _close(chars, moves, encoded)
    if chars is not before:
        encoded = chars.encode("utf-8", "replace")
    if chars is not before and _signs().standing(encoded):
        chars, encoded = _spell_again(chars, encoded, moves, letters=False)
    return Folded(text, chars, tuple(moves), encoded or chars.encode("utf-8", "replace"))


def _spell_again(
    chars: str, encoded: bytes, moves: list[_Moves], *, torn: bool = False, letters: bool = True
) -> tuple[str, bytes]:
    """What a closed gap brings together may be spelled as well; closing one leaves no blank beside another."""
    for _ in range(_PASSES):
        if not (edits := respelled(chars, letters=letters)):
            break
        letters = True
        torn = True
        chars, encoded = _close(_edit(chars, edits, moves), moves)
    return (_edit(chars, _blanks(chars), moves), b"") if torn else (chars, encoded)


def _fold_on(text: str, chars: str, moves: list[_Moves], *, accents: bool = False) -> Folded:
    """All of it, for texts that need more than single characters."""
    chars = tidy = _edit(chars, _blanks(chars), moves)
    chars = _edit(chars, ((a, b, "") for a, b in bracketed_pinyin(chars)), moves)
    if accents:
        chars = _replace(chars, odd().split(chars), plain, moves)
    chars = _edit(chars, respelled(chars), moves)
    torn = chars != tidy
    chars, encoded = _spell_again(*_close(chars, moves), moves, torn=torn)
    return Folded(text, chars, tuple(moves), encoded or chars.encode("utf-8", "replace"))


@lru_cache(maxsize=8)
def fold_loose(text: str) -> Folded:
    """As ``fold``, and every separator inside runs of Han characters removed, lines kept apart."""
    strict = fold(text)
    moves = list(strict.moves)
    chars = _edit(strict.text, _loose_gaps(strict.text), moves)
    return Folded(text, chars, tuple(moves), chars.encode("utf-8", "replace"))


def _replace(text: str, parts: list[str], table: Mapping[str, str], moves: list[_Moves]) -> str:
    """Every second part by what the table says of it."""
    if len(parts) == 1:
        return text
    ends = list(accumulate(map(len, parts)))
    parts[1::2] = new = [table[char] for char in parts[1::2]]
    joined = "".join(parts)
    if len(joined) == len(text) and all(new):
        return joined
    moved = _Moves()
    shift = 0
    for source, piece in zip(ends[::2], new, strict=False):
        size = len(piece)
        if size != 1:
            place = source + shift
            for extra in range(size):
                moved.add(place + extra, source)
            moved.add(place + size, source + 1)
            shift += size - 1
    moves.append(moved)
    return joined


def _edit(text: str, edits: Iterable[Edit], moves: list[_Moves]) -> str:
    """Replace spans; edits ascend and do not touch."""
    pieces: list[str] = []
    moved = _Moves()
    at = place = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        place += start - at + len(new)
        if new:
            moved.add(place - 1, start)
        moved.add(place, end)
        at = end
    if not at:
        return text
    pieces.append(text[at:])
    edited = "".join(pieces)
    if at < len(text) or len(moved.starts) > 2 or moved.sources[0]:  # what is cut off at the end moves nothing
        moves.append(moved)
    return edited


def _blanks(text: str) -> Iterable[Edit]:
    """Runs made one blank or line break; nothing at the ends."""
    size = len(text)
    if text[:1] in _BLANK and text[1:2] not in _BLANK:
        yield 0, 1, ""
    first = min((at for pair in _PAIRS if (at := text.find(pair)) >= 0), default=size)
    for found in _RUN.finditer(text, first):
        start, end = found.span()
        new = "\n" if "\n" in found.group() else " "
        yield start, end, "" if start == 0 or end == size else new
    if size > 1 and text[-1] in _BLANK and text[-2] not in _BLANK:
        yield size - 1, size, ""


def _close(text: str, moves: list[_Moves], encoded: bytes = b"") -> tuple[str, bytes]:
    """The text with its gaps closed, and its UTF-8 form where that is known."""
    if text.isascii():
        return text, encoded
    encoded = encoded or text.encode("utf-8", "replace")
    spots = [found.span() for found in islice(_closable().finditer(encoded), _FEW + 1)]
    if not spots:
        return text, encoded
    few = len(spots) <= _FEW  # of many each would cost more than the text between them
    gaps = _gaps_at(text, places(encoded, spots)) if few else _gaps(text, len(encoded[: spots[0][0]].decode()))
    closed = _edit(text, gaps, moves)
    return closed, (encoded if closed is text else b"")


def _gaps_at(text: str, spots: Iterable[tuple[int, int]]) -> Iterator[Edit]:
    """The same as ``_gaps``: each that is closed begins in a spot of ``_closable``, or is parted from such by one
    character, which the spot before has taken.
    """
    at = 0
    for start, end in spots:
        near = max(end, at + 2)
        for found in _BROKEN.finditer(text, max(start, at)):
            if found.start() >= near:
                break
            near = max(near, found.end() + 2)
            at = found.end()
            if _closes(text, found):
                yield (*found.span(), "")


def _gaps(text: str, begin: int = 0) -> Iterator[Edit]:
    """Separators to close: between Han runs of which one is a single character (both, for stops and lines).

    None stands before ``begin``.
    """
    yield from ((*found.span(), "") for found in _BROKEN.finditer(text, begin) if _closes(text, found))


def _closes(text: str, gap: re.Match[str]) -> bool:
    needed = _singles(gap.group())
    if needed > 2:
        return False
    start, end = gap.span()
    left = start < 2 or not _HAN.match(text, start - 2, start - 1)
    right = end + 1 >= len(text) or not _HAN.match(text, end + 1, end + 2)
    return left + right >= needed


def _loose_gaps(text: str) -> Iterable[Edit]:
    """Separators between any Han runs; lines only between single characters."""
    previous: tuple[int, int] | None = None
    for found in _HAN.finditer(text):
        run = found.span()
        if previous is not None and run[0] - previous[1] <= _GAP:
            singles = (previous[1] - previous[0] == 1) + (run[1] - run[0] == 1)
            if _closes_loosely(text[previous[1] : run[0]], singles):
                yield previous[1], run[0], ""
        previous = run


@lru_cache(maxsize=8192)
def _singles(gap: str) -> int:
    """How many of the runs beside a gap must be single characters for it to be closed; 3: it stays."""
    if any(c in _QUOTES or (c.isalnum() and c not in STROKES) for c in gap):
        return 3
    return 2 if any(c in _STOPS for c in gap) else 1


@lru_cache(maxsize=8192)
def _closes_loosely(gap: str, singles: int) -> bool:
    if any(c.isalnum() and c not in STROKES for c in gap):
        return False
    return singles == 2 or "\n" not in gap
