"""How far a label is from a protected one, compiled: an exact answer for the few that the count of letters leaves.

Measures letters and digits alone; which labels are protected, and by how many slips, is said by the tables.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit

from scoring.screening.tables import BESIDE_DIGIT, LONGEST, SKIPPED

_ONES = np.uint64(0xFFFFFFFFFFFFFFFF)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_BRUIJN = 0x03F79D71B4CB0A89
_SPREAD, _TOP = np.uint64(_BRUIJN), np.uint64(58)
_PLACES = np.zeros(64, np.int64)
"""By the six highest bits of a lone bit times ``_BRUIJN``, which bit it is (Leiserson, Prokop and Randall 1998)."""
for _at in range(64):
    _PLACES[(_BRUIJN << _at & 0xFFFFFFFFFFFFFFFF) >> 58] = _at


def compiled(function: Any) -> Any:
    """``function`` in machine code, kept for the next process where a folder for that can be written."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder for compiled code
        return njit(nogil=True)(function)


@compiled
def symbol_at(buf, at, kinds, digits):  # type: ignore[no-untyped-def]
    """The symbol of a letter or digit, a lone digit as the letter that it imitates; the kind of any other byte."""
    return kinds[np.int64(buf[at]) + (digits[buf[at - 1]] | digits[buf[at + 1]])]


@compiled
def _within(buf, start, end, kinds, digits, letters, row, length, most):  # type: ignore[no-untyped-def]
    """Whether the letters and digits of ``buf[start:end]`` are at most ``most`` slips from a pattern.

    Hyyrö 2003: bit-parallel distance with transpositions.
    """
    if length > LONGEST - 1:
        return True
    positive, negative = _ONES, _ZERO
    diagonal, before = _ZERO, _ZERO
    last = _ONE << np.uint64(length - 1)
    distance = length
    for at in range(start, end):
        symbol = symbol_at(buf, at, kinds, digits)
        if symbol >= SKIPPED:
            continue
        match = letters[row, symbol]
        swapped = (((~diagonal) & match) << _ONE) & before
        diagonal = (((match & positive) + positive) ^ positive) | match | negative | swapped
        up = negative | ~(diagonal | positive)
        down = diagonal & positive
        if up & last:
            distance += 1
        if down & last:
            distance -= 1
        up = (up << _ONE) | _ONE
        down = down << _ONE
        positive = down | ~(diagonal | up)
        negative = up & diagonal
        before = match
    return distance <= most


@compiled
def _outlined(buf, start, end, kinds, canon, outlines, row, length):  # type: ignore[no-untyped-def]
    """Whether letters and digits have the outline of a pattern: look-alikes made one, m spelt rn, w vv, d cl."""
    at_outline = 0
    for at in range(start, end):
        kind = kinds[BESIDE_DIGIT + np.int64(buf[at])]  # digits as they are
        if kind >= SKIPPED:
            continue
        for half in range(2):
            symbol = canon[half, kind]
            if symbol == 0:
                break
            if at_outline >= length or outlines[row, at_outline] != symbol:
                return False
            at_outline += 1
    return at_outline == length


@compiled
def looked_like(buf, start, end, kinds, canon, left, outlines, widths):  # type: ignore[no-untyped-def]
    """Whether any of the patterns that are left (by their bits) is really looked like."""
    while left:
        row = _PLACES[((left & (~left + _ONE)) * _SPREAD) >> _TOP]
        if _outlined(buf, start, end, kinds, canon, outlines, row, widths[row]):
            return True
        left &= left - _ONE
    return False


@compiled
def slipped_from(buf, start, end, kinds, digits, left, letters, present, sizes, slips):  # type: ignore[no-untyped-def]
    """Whether any of the patterns that are left (by their bits) is really slipped from.

    A slip takes away one letter at most: of a pattern's letters no more than that may be missing.
    """
    seen = _ZERO
    for at in range(start, end):
        symbol = symbol_at(buf, at, kinds, digits)
        if symbol < SKIPPED:
            seen |= _ONE << np.uint64(symbol)
    while left:
        row = _PLACES[((left & (~left + _ONE)) * _SPREAD) >> _TOP]
        lost = present[row] & ~seen
        for _ in range(slips[row]):
            lost &= lost - _ONE
        if lost == _ZERO and _within(buf, start, end, kinds, digits, letters, row, sizes[row], slips[row]):
            return True
        left &= left - _ONE
    return False
