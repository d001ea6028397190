"""Folding: a text into the form in which it is matched, every character with the offset it comes from.

Undoes width, traditional characters, pinyin in brackets, invisible characters and broken words; knows no terms.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import opencc

from scoring.pinyin_brackets import bracketed_pinyin
from scoring.skeleton import CONFUSABLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_STROKES = "丨乄丶丿亅"
"""Ideographs that nobody writes in prose: sellers use them as bars between characters."""
_HAN = re.compile(rf"(?:(?![{_STROKES}])[〇㐀-䶿一-鿿豈-﫿𠀀-𳑿])+")
_SPACES = re.compile(r"[^\S\n]*\n\s*|[^\S\n]+")
_STOPS = frozenset("。，、,.;:!?…/\n")
"""Between single characters only: elsewhere these end or list something."""
_QUOTES = frozenset("()[]{}<>\"'《》〈〉【】“”‘’「」『』〔〕〖〗")
"""They set words apart instead of breaking them."""
_GAP = 6
"""Longest separator, in characters, that is closed."""
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_MARKS = frozenset({"Mn", "Me"})
_TONES = "\u0300\u0301\u0304\u0308\u030c"
"""Marks that pinyin has; any other goes at once, these when brackets have been read."""
_STRAY = re.compile(f"(?:(?<=[{_TONES}]{{2}})|(?<![A-Za-zÀ-ɏ{_TONES}]))[{_TONES}]+")
"""Marks on something else than a letter, and piled ones."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text for matching; ``origin[i]`` is the offset in ``source`` that character ``i`` comes from."""

    source: str
    text: str
    origin: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source for the half-open span ``[start, end)`` of the text; ``start < end``."""
        return self.origin[start], self.origin[end - 1] + 1


@lru_cache(maxsize=1)
def _t2s() -> Any:
    return opencc.OpenCC("t2s")


def simplify(text: str) -> str:
    """Traditional to simplified characters, by phrases (乾坤 stays 乾坤); for reading."""
    return str(_t2s().convert(text))


class _Fold(dict[str, str]):
    """One character for matching: width, invisible characters, simplified, case kept; filled as it is used."""

    def __missing__(self, char: str) -> str:
        folded = char
        for _ in range(4):
            before = folded
            folded = "".join(_fold_char(c) for c in unicodedata.normalize("NFKC", folded))
            if folded == before:
                break
        self[char] = folded
        return folded


def _fold_char(char: str) -> str:
    if char.isspace():
        return "\n" if char in "\n\r\u2028\u2029\x0b\x0c\x85" else " "
    category = unicodedata.category(char)
    if char in _BLANKS or category in _INVISIBLE or (category in _MARKS and char not in _TONES):
        return ""
    if char in CONFUSABLES:
        look = CONFUSABLES[char]
        return look.upper() if char.isupper() else look
    return simplify(char) if ord(char) >= 0x3400 else char  # opencc knows ideographs only


class _Plain(dict[str, str]):
    """One folded character in lower case without diacritics."""

    def __missing__(self, char: str) -> str:
        text = unicodedata.normalize("NFKD", char)
        if not (text and text[0].isascii() and text[0].isalnum()):
            text = char
        kept = "".join(c for c in text.lower() if unicodedata.category(c) not in _MARKS)
        self[char] = kept
        return kept


_fold = _Fold()
_plain = _Plain()


@lru_cache(maxsize=8)
def fold(text: str) -> Folded:
    """Normalise and remember where every character comes from. Total, linear, idempotent in ``text``."""
    chars, origin = _each(text, array("I", range(len(text))), _fold)
    chars, origin = _edit(chars, origin, ((*m.span(), "") for m in _STRAY.finditer(chars)))
    chars, origin = _edit(chars, origin, _blanks(chars))
    chars, origin = _edit(chars, origin, ((a, b, "") for a, b in bracketed_pinyin(chars)))
    chars, origin = _each(chars, origin, _plain)
    chars, origin = _edit(chars, origin, _gaps(chars, loose=False))
    chars, origin = _edit(chars, origin, _blanks(chars))
    return Folded(text, chars, origin)


@lru_cache(maxsize=8)
def fold_loose(text: str) -> Folded:
    """As ``fold``, and every separator inside runs of Han characters removed, lines kept apart."""
    strict = fold(text)
    chars, origin = _edit(strict.text, strict.origin, _gaps(strict.text, loose=True))
    return Folded(text, chars, origin)


def _each(text: str, origin: array[int], table: Mapping[str, str]) -> tuple[str, array[int]]:
    pieces = [table[char] for char in text]
    joined = "".join(pieces)
    if len(joined) == len(text) and all(pieces):
        return joined, origin
    spread = chain.from_iterable(repeat(at, len(piece)) for at, piece in zip(origin, pieces, strict=True))
    return joined, array("I", spread)


def _edit(text: str, origin: array[int], edits: Iterable[tuple[int, int, str]]) -> tuple[str, array[int]]:
    """Replace spans by nothing or by one character; edits ascend and do not touch."""
    pieces: list[str] = []
    kept = array("I")
    at = 0
    for start, end, new in edits:
        pieces += (text[at:start], new)
        kept.extend(origin[at:start])
        if new:
            kept.append(origin[start])
        at = end
    if not at:
        return text, origin
    pieces.append(text[at:])
    kept.extend(origin[at:])
    return "".join(pieces), kept


def _blanks(text: str) -> Iterable[tuple[int, int, str]]:
    for found in _SPACES.finditer(text):
        start, end = found.span()
        new = "\n" if "\n" in found.group() else " "
        if start == 0 or end == len(text):
            new = ""
        if found.group() != new:
            yield start, end, new


def _gaps(text: str, *, loose: bool) -> Iterable[tuple[int, int, str]]:
    """Separators to close: between Han runs of which one is a single character (both, for stops and lines)."""
    previous: tuple[int, int] | None = None
    for found in _HAN.finditer(text):
        run = found.span()
        if previous is not None and run[0] - previous[1] <= _GAP:
            gap = text[previous[1] : run[0]]
            singles = (previous[1] - previous[0] == 1) + (run[1] - run[0] == 1)
            if (singles or loose) and _closes(gap, singles, loose):
                yield previous[1], run[0], ""
        previous = run


@lru_cache(maxsize=8192)
def _closes(gap: str, singles: int, loose: bool) -> bool:
    if any(c.isalnum() and c not in _STROKES for c in gap):
        return False
    if loose:
        return singles == 2 or "\n" not in gap
    if any(c in _QUOTES for c in gap):
        return False
    return singles == 2 or not any(c in _STOPS for c in gap)
