"""Text as it is matched, and matches as they stand in the original.

Undoes what pages do against filters (width, traditional characters, pinyin in brackets, invisible
characters, broken words); never judges what a text means.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any

import ahocorasick
import opencc

from scoring.skeleton import CONFUSABLES
from scoring.syllables import SYLLABLES, plain

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
_BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "〖": "〗", "{": "}"}
_PINYIN_MAX = 60
_INVISIBLE = frozenset({"Cf", "Cc", "Cs"})
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")
_MARKS = frozenset({"Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Folded:
    """A text for matching; ``origin[i]`` is the offset in ``source`` that character ``i`` comes from."""

    source: str
    text: str
    origin: array[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the source for the half-open span ``[start, end)`` of the text; ``start < end``."""
        return self.origin[start], self.origin[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Match:
    """A term that was found; ``quote`` is ``source[start:end]``, as it stands in the original."""

    term: str
    start: int
    end: int
    quote: str
    group: str = ""


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
    if char in _BLANKS or unicodedata.category(char) in _INVISIBLE:
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


@lru_cache(maxsize=32)
def fold(text: str) -> Folded:
    """Normalise and remember where every character comes from. Total, linear, idempotent in ``text``."""
    chars, origin = _each(text, array("L", range(len(text))), _fold)
    chars, origin = _without_pinyin(chars, origin)
    chars, origin = _each(chars, origin, _plain)
    chars, origin = _edit(chars, origin, _gaps(chars, loose=False))
    chars, origin = _edit(chars, origin, _blanks(chars))
    return Folded(text, chars, origin)


@lru_cache(maxsize=32)
def fold_loose(text: str) -> Folded:
    """As ``fold``, and every separator inside runs of Han characters removed, lines kept apart."""
    strict = fold(text)
    chars, origin = _edit(strict.text, strict.origin, _gaps(strict.text, loose=True))
    return Folded(text, chars, origin)


def normalise(text: str) -> str:
    """The text for matching: width, simplified, invisible characters and pinyin in brackets gone, words closed."""
    return fold(text).text


def loose(text: str) -> str:
    """``normalise`` with every separator inside runs of Han characters removed; glues clauses, so only
    for words that say enough by themselves.
    """
    return fold_loose(text).text


def _each(text: str, origin: array[int], table: Mapping[str, str]) -> tuple[str, array[int]]:
    pieces = [table[char] for char in text]
    joined = "".join(pieces)
    if len(joined) == len(text) and all(pieces):
        return joined, origin
    spread = chain.from_iterable(repeat(at, len(piece)) for at, piece in zip(origin, pieces, strict=True))
    return joined, array("L", spread)


def _edit(text: str, origin: array[int], edits: Iterable[tuple[int, int, str]]) -> tuple[str, array[int]]:
    """Replace spans by nothing or by one character; edits ascend and do not touch."""
    pieces: list[str] = []
    kept = array("L")
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


def _without_pinyin(text: str, origin: array[int]) -> tuple[str, array[int]]:
    """Brackets that spell the character before them go; any other bracket stays."""
    if not any(c in text for c in _BRACKETS):
        return text, origin
    edits: list[tuple[int, int, str]] = []
    at = 0
    behind = ""
    while at < len(text):
        char = text[at]
        closer = _BRACKETS.get(char)
        if closer is not None and behind:
            end = text.find(closer, at + 1, at + _PINYIN_MAX)
            if end > 0 and _spells(text[at + 1 : end], behind):
                edits.append((at, end + 1, ""))
                at = end + 1
                continue
        if not char.isspace():
            behind = char if _HAN.match(char) else ""
        at += 1
    return _edit(text, origin, _joined(edits))


def _joined(edits: list[tuple[int, int, str]]) -> Iterable[tuple[int, int, str]]:
    merged: list[tuple[int, int, str]] = []
    for start, end, new in edits:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end, new)
        else:
            merged.append((start, end, new))
    return merged


_WORD = re.compile(r"[a-z]+")


@lru_cache(maxsize=4096)
def _spells(inside: str, han: str) -> bool:
    """Whether the bracket holds pinyin: toned syllables, or the untoned reading of the character before it."""
    letters, toned = plain(inside)
    words = re.split(r"[ '’·,-]+|(?<=[1-5])", letters.strip())
    words = [w for w in words if w]
    bare = [w.rstrip("12345") for w in words]
    if not bare or not all(w in SYLLABLES or _divides(w) for w in bare):
        return False
    if toned:
        return True
    return any(bare[-1].endswith(reading) for reading in _readings(han)) and len(bare) == 1


def _divides(word: str) -> bool:
    from scoring.syllables import segment  # noqa: PLC0415

    return _WORD.fullmatch(word) is not None and segment(word) is not None


@lru_cache(maxsize=8192)
def _readings(han: str) -> tuple[str, ...]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionary is large and seldom needed

    return tuple(r.replace("ü", "v") for r in pinyin(han, style=Style.NORMAL, heteronym=True)[0])


class TermSet:
    """Terms by group, compiled once. Terms are normalised as texts are; an empty one is refused.

    A term that begins or ends with a Latin letter or a digit is not found inside a longer word or number.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._automaton: Any = ahocorasick.Automaton()
        by_form: dict[str, list[tuple[str, str]]] = {}
        for group, terms in groups.items():
            for term in terms:
                form = normalise(term)
                if not form:
                    raise ValueError(f"group {group}: the term {term!r} has nothing to match")
                by_form.setdefault(form, []).append((group, term))
        for form, owners in by_form.items():
            self._automaton.add_word(form, (form, tuple(owners)))
        self._filled = bool(by_form)
        if self._filled:
            self._automaton.make_automaton()

    def find(self, text: str, *, loose: bool = False) -> list[Match]:
        """All matches, leftmost and longest within each group, in the order of the text."""
        if not self._filled or not text:
            return []
        folded = fold_loose(text) if loose else fold(text)
        hits: dict[str, list[tuple[int, int, str]]] = {}
        for last, (form, owners) in self._automaton.iter(folded.text):
            start = last - len(form) + 1
            if _whole(folded.text, start, last + 1):
                for group, term in owners:
                    hits.setdefault(group, []).append((start, last + 1, term))
        found = [m for group, spans in hits.items() for m in _longest(folded, group, spans)]
        return sorted(found, key=lambda m: (m.start, m.end, m.group, m.term))


def find_terms(text: str, automaton: TermSet, *, loose: bool = False) -> list[Match]:
    """``automaton.find``: matches with offsets and quote of the original text."""
    return automaton.find(text, loose=loose)


def _whole(text: str, start: int, end: int) -> bool:
    return not (_same_kind(text[start - 1 : start], text[start]) or _same_kind(text[end - 1], text[end : end + 1]))


def _same_kind(left: str, right: str) -> bool:
    if not left or not right or not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _longest(folded: Folded, group: str, spans: list[tuple[int, int, str]]) -> Iterable[Match]:
    taken = 0
    for start, end, term in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start < taken:
            continue
        taken = end
        first, last = folded.span(start, end)
        yield Match(term, first, last, folded.source[first:last], group)
