"""Punycode by the thousand: decoded in machine code, as outlines in ASCII, with a look at what the characters may say.

Says which names in characters must be judged carefully; whatever is out of the ordinary is one of them.
"""

from __future__ import annotations

import numpy as np

from scoring.screening.characters import BREAK, CAREFUL, MARK, PLAIN, PLANE, TELLING
from scoring.screening.distance import compiled

_LABEL = 64
JUDGED, LETTERS = 1, 2


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
def outlines(buf, starts, ends, kinds, sides, pairs, out, careful):  # type: ignore[no-untyped-def]  # noqa: C901 - compiled whole
    """Write the outline of every name, a line each, to ``out``; returns the bytes written.

    ``careful`` (uint8 a name) is ``JUDGED`` where the name must be judged whatever its outline: it does not decode to
    letters, or holds two characters that begin a word; and ``LETTERS`` where its letters must say so.
    """
    codes = np.zeros(_LABEL, np.int64)
    written = 0
    for row in range(starts.size):
        at, telling, letters, judged = starts[row], False, False, False
        before = np.uint16(BREAK)
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
                    elif kind >= PLAIN:
                        telling = telling or kind == TELLING
                        side = sides[code]
                        if side > BREAK:
                            judged = judged or pairs[before, side]
                        before = side or before
                    elif 97 <= kind <= 122 or 48 <= kind <= 57:
                        letters = True
                    out[written] = MARK if kind >= PLAIN else kind
                    written += 1
                judged = judged or not foreign
            else:
                for place in range(at, stop):
                    out[written] = buf[place]
                    written += 1
                letters = letters or stop < ends[row]
            out[written] = 46 if stop < ends[row] else 10
            written += 1
            at = stop + 1
            if stop >= ends[row]:
                break
        careful[row] = JUDGED if judged else LETTERS if telling and letters else 0
    return written
