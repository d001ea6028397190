"""The pass over bytes, compiled: which lines of a buffer of names hold what a hit needs. Decides nothing more.

Three things are followed side by side, a few nanoseconds a byte: an automaton over words and worn labels, one over
genuine hosts without separators, and how many characters of a label are foreign to each protected one (a two-bit
counter a pattern, all patterns of a machine word at once). Survivors of the count are measured exactly (Hyyrö 2003,
bit-parallel distance with transpositions).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numba import njit

from scoring.screening.tables import (
    CARRIAGE,
    DOT,
    END_SYMBOL,
    HYPHEN,
    INSIDE,
    LETTERS,
    LONGEST,
    NEWLINE,
    ODD,
    OTHER,
    SEP_SYMBOL,
    SKIPPED,
    WIDE,
    WIDTH,
    Tables,
)

LABEL = 1 << 9
WHOLE = 1 << 10
NON_ASCII = 1 << 11
UNUSUAL = 1 << 12
"""Something that no plain list of names has: a port, a path, white space."""
_CLASS_BITS = 0x3F | 1 << 13 | 1 << 14
_WORN = 1 << 6
_DIRECT = 1 << 7
_ALWAYS = _DIRECT | INSIDE | LABEL | WHOLE | NON_ASCII | UNUSUAL
_FIRST_DIGIT, _LAST_DIGIT = LETTERS.index("0") + 1, LETTERS.index("9") + 1
_LAST_LETTER = LETTERS.index("z") + 1
_X, _N = LETTERS.index("x") + 1, LETTERS.index("n") + 1
STAR = 42
LONGEST_NAME = 253
_GOV = np.frombuffer(b".gov.cn", np.uint8)
_ONES = np.uint64(0xFFFFFFFFFFFFFFFF)
_ZERO, _ONE = np.uint64(0), np.uint64(1)
_NO_AUTOMATA = (np.zeros(WIDTH, np.int32), np.zeros(WIDTH, np.uint32)) * 2


def compiled(function: Any) -> Any:
    """``function`` in machine code, kept for the next process where a folder for that can be written."""
    try:
        return njit(nogil=True, cache=True)(function)
    except RuntimeError:  # no folder for compiled code
        return njit(nogil=True)(function)


@compiled
def _symbol_at(buf, at, size, kinds, folded):  # type: ignore[no-untyped-def]
    """The symbol of a letter or digit, a lone digit as the letter that it imitates; else 0."""
    kind = kinds[buf[at]]
    if kind >= SKIPPED:
        return np.uint8(0)
    if kind >= _FIRST_DIGIT and kind <= _LAST_DIGIT:
        before = kinds[buf[at - 1]] if at > 0 else OTHER
        after = kinds[buf[at + 1]] if at + 1 < size else OTHER
        if not (_FIRST_DIGIT <= before <= _LAST_DIGIT or _FIRST_DIGIT <= after <= _LAST_DIGIT):
            return folded[kind]
    return kind


@compiled
def _within(buf, start, end, size, kinds, folded, letters, length, most):  # type: ignore[no-untyped-def]
    """Whether the letters and digits of ``buf[start:end]`` are at most ``most`` slips from a pattern."""
    if length > LONGEST - 1:
        return True
    positive, negative = _ONES, _ZERO
    diagonal, before = _ZERO, _ZERO
    last = _ONE << np.uint64(length - 1)
    distance = length
    for at in range(start, end):
        symbol = _symbol_at(buf, at, size, kinds, folded)
        if symbol == 0:
            continue
        match = letters[symbol]
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
def _below_gov(buf, start, end):  # type: ignore[no-untyped-def]
    """Whether a name ends in ``.gov.cn``, a trailing dot aside."""
    if end > start and buf[end - 1] == 46:
        end -= 1
    if end - start < _GOV.size:
        return False
    for at in range(_GOV.size):
        byte = buf[end - _GOV.size + at]
        if 65 <= byte <= 90:
            byte += 32
        if byte != _GOV[at]:
            return False
    return True


@compiled
def _outlined(buf, start, end, kinds, canon, outline, length):  # type: ignore[no-untyped-def]
    """Whether letters and digits have the outline of a pattern: look-alikes made one, m spelt rn, w vv, d cl."""
    at_outline = 0
    for at in range(start, end):
        kind = kinds[buf[at]]
        if kind >= SKIPPED:
            continue
        for half in range(2):
            symbol = canon[half, kind]
            if symbol == 0:
                break
            if at_outline >= length or outline[at_outline] != symbol:
                return False
            at_outline += 1
    return at_outline == length


@compiled
def _confirmed(buf, start, end, kinds, folded, canon, alike, slipped, letters, sizes, slips, outlines, widths):  # type: ignore[no-untyped-def]
    """Whether any of the patterns that are left (by their bits) is really looked like, or slipped from."""
    left, row = alike | slipped, 0
    while left:
        if alike & _ONE and _outlined(buf, start, end, kinds, canon, outlines[row], widths[row]):
            return True
        if slipped & _ONE and _within(buf, start, end, buf.size, kinds, folded, letters[row], sizes[row], slips[row]):
            return True
        left, alike, slipped = left >> _ONE, alike >> _ONE, slipped >> _ONE
        row += 1
    return False


@compiled
def _www(buf, at):  # type: ignore[no-untyped-def]
    """Whether a label that begins at ``at`` begins with www."""
    return at + 3 < buf.size and buf[at] | 32 == 119 and buf[at + 1] | 32 == 119 and buf[at + 2] | 32 == 119


@compiled
def scan(  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912, PLR0915 - one loop, or it is no pass
    buf, kinds, folded, canon, delta, bits, squeezed, inside, missing, whole_bits, same, one, two, letters,
    sizes, slips, outlines, widths, www, spare_gov, numbers, starts, ends, marks
):  # fmt: skip
    """Write number, start, end and marks of the lines that may be hits into the last four; returns how many they are.

    The tables of slips are those of 64 patterns at most. The buffer ends with a line feed.
    """
    size = buf.size
    begin = np.int64(delta[SEP_SYMBOL])
    label_bits = ~whole_bits
    state, hidden = begin, np.int64(0)
    found = np.uint32(0)
    low = high = _ZERO
    line_start = label_start = whole_start = part_start = before_part = count = whole = line = emitted = 0
    fresh = True
    for at in range(size):
        kind = np.int64(kinds[buf[at]])
        if fresh:  # a label begins here
            fresh = False
            if _www(buf, at):
                if www:
                    found |= np.uint32(LABEL)
                label_start = at + 3
        if kind < SKIPPED:
            if kind > _LAST_LETTER:
                kind = np.int64(_symbol_at(buf, at, size, kinds, folded))
            state = np.int64(delta[state + kind])
            hidden = np.int64(squeezed[hidden + kind])
            found |= bits[state] | inside[hidden]
            foreign = missing[kind] & ~(low & high)
            if at >= label_start:
                count += 1
            else:
                foreign &= whole_bits
            carry = low & foreign
            low ^= foreign
            high |= carry
            whole += 1
        elif kind == DOT:
            if (
                at == part_start and not (at == line_start + 1 and buf[line_start] == STAR)
            ) or at - part_start > LONGEST - 1:
                found |= np.uint32(UNUSUAL)
            before_part, part_start = part_start, at + 1
            if 0 < count < LONGEST:
                alike = same[count] & ~low & ~high & label_bits
                slipped = ((one[count] & ~high) | (two[count] & ~(low & high))) & label_bits
                if (alike | slipped) and _confirmed(buf, label_start, at, kinds, folded, canon, alike, slipped,
                                                    letters, sizes, slips, outlines, widths):  # fmt: skip
                    found |= np.uint32(LABEL)
            low &= whole_bits
            high &= whole_bits
            if label_start == at and at == line_start + 3:  # www alone, at the beginning
                low, high, whole, whole_start = _ZERO, _ZERO, 0, at + 1
            count, label_start, fresh = 0, at + 1, True
            state = np.int64(delta[state + SEP_SYMBOL])
            found |= bits[state]
        elif kind == HYPHEN:
            state = np.int64(delta[state + SEP_SYMBOL])
            found |= bits[state]
            if (at + 1 < size and buf[at + 1] == 45 and at >= 2 and kinds[buf[at - 1]] == _N
                    and kinds[buf[at - 2]] == _X):  # fmt: skip
                found |= np.uint32(NON_ASCII)
        elif kind == NEWLINE:
            end = at
            if end > line_start and buf[end - 1] == 13:
                end -= 1
            if part_start == end:  # a trailing dot
                part_start = before_part
            if end > line_start and (end - part_start > LONGEST - 1 or end - line_start > LONGEST_NAME
                                     or _FIRST_DIGIT <= kinds[buf[part_start]] <= _LAST_DIGIT):  # fmt: skip
                found |= np.uint32(UNUSUAL)  # too long for a name, or a number, which may be an address
            state = np.int64(delta[state + END_SYMBOL])
            found |= bits[state]
            if 0 < whole < LONGEST:
                alike = same[whole] & ~low & ~high & whole_bits
                slipped = ((one[whole] & ~high) | (two[whole] & ~(low & high))) & whole_bits
                if (alike | slipped) and _confirmed(buf, whole_start, at, kinds, folded, canon, alike, slipped,
                                                    letters, sizes, slips, outlines, widths):  # fmt: skip
                    found |= np.uint32(WHOLE)
            told = found & np.uint32(_CLASS_BITS)
            if found and ((found & np.uint32(_ALWAYS)) or (told & (told - np.uint32(1)))
                          or (told and found & np.uint32(_WORN))):  # fmt: skip
                odd = found & np.uint32(UNUSUAL | NON_ASCII)
                if odd or not (spare_gov and _below_gov(buf, line_start, end)):
                    numbers[emitted] = line
                    starts[emitted], ends[emitted], marks[emitted] = line_start, end, found
                    emitted += 1
            line += 1
            state, hidden, found = begin, np.int64(0), np.uint32(0)
            low = high = _ZERO
            count = whole = 0
            line_start = label_start = whole_start = part_start = before_part = at + 1
            fresh = True
        elif kind == SKIPPED:
            state = np.int64(0)
            if buf[at] == STAR and (at > line_start or at + 1 >= size or buf[at + 1] != 46):
                found |= np.uint32(UNUSUAL)
            elif buf[at] == STAR:
                part_start = at + 1
        elif kind == WIDE:
            found |= np.uint32(NON_ASCII)
        elif kind == ODD or not (kind == CARRIAGE and at + 1 < size and buf[at + 1] == 10):
            found |= np.uint32(UNUSUAL)
    return emitted


class Suspects(NamedTuple):
    """Lines that may be hits, in order: int64 numbers from 0, starts and ends, uint32 marks."""

    numbers: Any
    starts: Any
    ends: Any
    marks: Any


def suspicious(data: Any, tables: Tables, *, spare_gov: bool = True) -> Suspects:
    """The lines of ``data`` (uint8, ends with a line feed) that may be hits."""
    room = bytes(data).count(b"\n")
    found = []
    for word in range(tables.wholes.size):
        parts = (
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.uint32),
        )
        rows = slice(word * 64, word * 64 + 64)
        automata = (tables.delta, tables.bits, tables.squeezed, tables.inside) if word == 0 else _NO_AUTOMATA
        count = scan(
            data, tables.kinds, tables.folded, tables.canon, *automata, tables.missing[word], tables.wholes[word],
            tables.same[word], tables.one[word], tables.two[word], tables.letters[rows], tables.sizes[rows],
            tables.slips[rows], tables.outlines[rows], tables.widths[rows], tables.www, spare_gov, *parts,
        )  # fmt: skip
        found.append(Suspects(*(part[:count] for part in parts)))
    return found[0] if len(found) == 1 else _together(found)


def _together(found: list[Suspects]) -> Suspects:
    """Several passes over the same lines, each line once."""
    every = Suspects(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    numbers, first = np.unique(every.numbers, return_index=True)
    marks = np.zeros(numbers.size, np.uint32)
    np.bitwise_or.at(marks, np.searchsorted(numbers, every.numbers), every.marks)
    return Suspects(numbers, every.starts[first], every.ends[first], marks)
