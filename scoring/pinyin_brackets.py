"""Pinyin in brackets behind the character that it spells: ``作業(yè)``. Finds the brackets, changes nothing.

Pages are written so against word filters; honest brackets (``三类人员(A)``, ``人工智能(AI)``) have to stay.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.syllables import SYLLABLES, plain, segment

if TYPE_CHECKING:
    from collections.abc import Iterator

_BRACKETS = {"(": ")", "[": "]", "【": "】", "〔": "〕", "〖": "〗", "{": "}"}
_OPENERS = re.compile("[" + re.escape("".join(_BRACKETS)) + "]")
_LONGEST = 60
"""Letters of the longest bracket that is looked into, marks not counted."""
_WINDOW = 4 * _LONGEST
_SPLIT = re.compile(r"[ '’·,-]+|(?<=[1-5])")
_HAN = re.compile(r"[㐀-䶿一-鿿豈-﫿𠀀-𳑿]")
_WORD = re.compile(r"[a-z]+")


def bracketed_pinyin(text: str) -> Iterator[tuple[int, int]]:
    """Spans of brackets that spell the character before them, ascending; spans that touch are one. Linear.

    Expects half-width, simplified text without blanks in a row; tone marks may still stand.
    """
    if not any(opener in text for opener in _BRACKETS):
        return
    pending: tuple[int, int] | None = None
    root = 0  # where the first of brackets in a row begins: all of them spell what stands before it
    for found in _OPENERS.finditer(text):
        start = found.start()
        if pending is None or text[pending[1] : start].strip():
            root = start
        behind = _before(text, root)
        end = text.find(_BRACKETS[text[start]], start + 1, start + _WINDOW) if behind else -1
        if end < 0 or not _spells(text[start + 1 : end], behind):
            continue
        if pending is not None and pending[1] == start:
            pending = (pending[0], end + 1)
            continue
        if pending is not None:
            yield pending
        pending = (start, end + 1)
    if pending is not None:
        yield pending


def _before(text: str, at: int) -> str:
    """The Han character before ``at``, one blank passed over; empty when another character stands there."""
    head = text[max(0, at - 2) : at].rstrip()
    return head[-1] if head and _HAN.match(head[-1]) else ""


@lru_cache(maxsize=4096)
def _spells(inside: str, han: str) -> bool:
    """Whether the bracket holds pinyin: marked syllables, or such as end in the reading of the character before."""
    letters, toned = plain(inside)
    if len(letters) > _LONGEST:
        return False
    words = [word for word in _SPLIT.split(letters.strip()) if word]
    bare = [word.rstrip("12345") for word in words]
    if not bare or not all(word in SYLLABLES or _divides(word) for word in bare):
        return False
    if toned:
        return True
    numbered = all(word[-1].isdigit() and len(word) > 2 for word in words)
    return (len(words) == 1 or numbered) and bare[-1] in _readings(han)


def _divides(word: str) -> bool:
    return _WORD.fullmatch(word) is not None and segment(word) is not None


@lru_cache(maxsize=8192)
def _readings(han: str) -> frozenset[str]:
    from pypinyin import Style, pinyin  # noqa: PLC0415 - its dictionary is large and seldom needed

    return frozenset(r.replace("ü", "v") for r in pinyin(han, style=Style.NORMAL, heteronym=True)[0])
