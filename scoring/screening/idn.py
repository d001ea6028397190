"""Punycode by the thousand: decoded in machine code, as outlines in ASCII and a count of telling characters.

Says which names in characters must be judged carefully; whatever is out of the ordinary is one of them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.folding_tables import odd, single
from scoring.respell import signs
from scoring.screening.distance import compiled
from scoring.skeleton import latin
from scoring.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

PLANE = 0x10000
"""Code points that the table knows; those above are judged carefully."""
MARK = ord("_")
CAREFUL, TELLING, PLAIN = 255, 254, 253
"""Of a code point: judge carefully; words in characters are made of it; any other that looks like no Latin one."""
_LABEL = 64
_IDEOGRAPHS = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFE50), (0xFF00, 0xFFF0))
Array = Any


@dataclass(frozen=True, slots=True)
class Characters:
    """uint8[PLANE]: the ASCII character that a code point looks like, or what is to be done."""

    kinds: Array


@lru_cache(maxsize=2)
def _looks() -> bytes:
    """What does not depend on the words: Latin look-alikes, and what decodes to no letters."""
    kinds = bytearray([PLAIN]) * PLANE
    for code in range(PLANE):
        char = chr(code)
        look = latin(char).lower()
        if char in "./:@\n" or unicodedata.category(char) in {"Cc", "Cs", "Cn", "Cf"}:
            kinds[code] = CAREFUL
        elif look.isascii():
            kinds[code] = ord(look) if len(look) == 1 else CAREFUL
    return bytes(kinds)


def characters(terms: Iterable[str]) -> Characters:
    """The table for words in characters: every code point that folds to one of theirs is telling."""
    kinds = np.frombuffer(_looks(), np.uint8).copy()
    wanted = {c for term in terms for c in fold(term).text if not c.isascii()}
    spelt = signs()
    for start, end in _IDEOGRAPHS:
        for code in range(start, end):
            char = chr(code)
            if kinds[code] != PLAIN:
                continue
            if char in spelt:
                kinds[code] = CAREFUL
            elif char in wanted or (odd().match(char) and not wanted.isdisjoint(single[char])):
                kinds[code] = TELLING
    return Characters(kinds)


@compiled
def _digit(byte):  # type: ignore[no-untyped-def]
    if 97 <= byte <= 122:
        return byte - 97
    if 65 <= byte <= 90:
        return byte - 65
    return byte - 22 if 48 <= byte <= 57 else 99


@compiled
def _decoded(buf, start, end, codes):  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912 - one loop of the standard
    """RFC 3492, 6.2: code points of ``buf[start:end]`` (without ``xn--``) in ``codes``; how many, or -1."""
    size = 0
    cut = -1
    for at in range(start, end):
        if buf[at] == 45:
            cut = at
    if end - start >= _LABEL:
        return -1
    for at in range(start, max(cut, start)):
        byte = buf[at]
        codes[size] = byte + 32 if 65 <= byte <= 90 else byte
        size += 1
    at = cut + 1 if cut >= start else start
    code, place, bias = 128, 0, 72
    while at < end:
        before, weight, k = place, 1, 36
        while True:
            if at >= end:
                return -1
            digit = _digit(np.int64(buf[at]))
            at += 1
            if digit > 35:
                return -1
            place += digit * weight
            if place > 0x7FFFFFF:
                return -1
            threshold = 1 if k <= bias else (26 if k >= bias + 26 else k - bias)
            if digit < threshold:
                break
            weight *= 36 - threshold
            k += 36
        delta = (place - before) // (700 if before == 0 else 2)
        size += 1
        delta += delta // size
        k = 0
        while delta > 455:
            delta //= 35
            k += 36
        bias = k + 36 * delta // (delta + 38)
        code += place // size
        place %= size
        if code > 0x10FFFF or size >= _LABEL:
            return -1
        for back in range(size - 1, place, -1):
            codes[back] = codes[back - 1]
        codes[place] = code
        place += 1
    return size


@compiled
def outlines(buf, starts, ends, kinds, out, careful):  # type: ignore[no-untyped-def]  # noqa: C901 - compiled whole
    """Write the outline of every name, a line each, to ``out``; returns the bytes written.

    ``careful`` (bool a name) is set where the name must be judged whatever its outline: it does not decode to
    letters, or holds two telling characters, or one beside letters.
    """
    codes = np.zeros(_LABEL, np.int64)
    written = 0
    for row in range(starts.size):
        at, telling, letters, judged = starts[row], 0, 0, False
        while at <= ends[row]:
            stop = at
            while stop < ends[row] and buf[stop] != 46:
                stop += 1
            encoded = stop - at > 4 and buf[at] | 32 == 120 and buf[at + 1] | 32 == 110
            if encoded and buf[at + 2] == 45 and buf[at + 3] == 45:
                size = _decoded(buf, at + 4, stop, codes)
                foreign = False
                judged = judged or size < 1
                for place in range(size):
                    code = codes[place]
                    kind = np.int64(CAREFUL) if code >= PLANE else np.int64(kinds[code])
                    foreign = foreign or code >= 128
                    if kind == CAREFUL:
                        judged = True
                    elif kind == TELLING:
                        telling += 1
                    elif 97 <= kind <= 122 or 48 <= kind <= 57:
                        letters += 1
                    out[written] = MARK if kind >= PLAIN else kind
                    written += 1
                judged = judged or not foreign
            else:
                for place in range(at, stop):
                    out[written] = buf[place]
                    written += 1
                letters += 1 if stop < ends[row] else 0
            out[written] = 46 if stop < ends[row] else 10
            written += 1
            at = stop + 1
            if stop >= ends[row]:
                break
        careful[row] = judged or telling > 1 or (telling > 0 and letters > 0)
    return written
