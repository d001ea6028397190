"""The pass over bytes, compiled: which lines of a buffer of names hold what a hit needs. Decides nothing more.

Three things are followed side by side, a few nanoseconds a byte: an automaton over words and worn labels, one over
genuine hosts without separators, and how many characters of a label are foreign to each protected one (a two-bit
counter a pattern, all patterns of a machine word at once). What the count leaves is measured exactly.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from scoring.screening.distance import compiled, looked_like, slipped_from
from scoring.screening.overlap import apart
from scoring.screening.tables import (
    CARRIAGE,
    CLASS_BITS,
    DOT,
    END_SYMBOL,
    HYPHEN,
    INSIDE,
    LETTERS,
    LONGEST,
    NEWLINE,
    ODD,
    SEP_SYMBOL,
    SKIPPED,
    WIDE,
    WIDTH,
    Tables,
    nothing,
)

LABEL = 1 << 9
WHOLE = 1 << 10
NON_ASCII = 1 << 11
UNUSUAL = 1 << 12
"""Something that no plain list of names has: a port, a path, white space."""
_WORN = 1 << 6
_DIRECT = 1 << 7
_ALWAYS = _DIRECT | INSIDE | LABEL | WHOLE | NON_ASCII | UNUSUAL
_W, _X, _N = LETTERS.index("w") + 1, LETTERS.index("x") + 1, LETTERS.index("n") + 1
STAR = 42
LONGEST_NAME = 253
_GOV = np.frombuffer(b".gov.cn", np.uint8)
_ZERO = np.uint64(0)
_NONE = np.uint32(0)


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
def _www(buf, at):  # type: ignore[no-untyped-def]
    """Whether a label that begins at ``at`` begins with www."""
    return at + 3 < buf.size and buf[at] | 32 == 119 and buf[at + 1] | 32 == 119 and buf[at + 2] | 32 == 119


@compiled
def _telling(found):  # type: ignore[no-untyped-def]
    """Whether the bits of a line are enough to look at it again: one strong one, or two classes."""
    told = found & np.uint32(CLASS_BITS)
    return found & np.uint32(_ALWAYS) or told & (told - np.uint32(1)) or (told and found & np.uint32(_WORN))


@compiled
def scan(buf, kinds, digits, canon, words, squeezed, near, www, spare_gov, numbers, starts, ends, marks):  # type: ignore[no-untyped-def]  # noqa: C901, PLR0912, PLR0915 - one loop, or it is no pass
    """Write number, start, end and marks of the lines that may be hits into the last four; returns how many they are.

    ``near`` holds 64 patterns at most. The buffer ends with a line feed.
    """
    delta, telling, bits = words.delta, words.telling, words.bits
    within, inside = squeezed.delta, squeezed.telling
    missing, whole_bits = near.missing, near.wholes[0]
    same, one, two = near.same, near.one, near.two
    letters, present, sizes, slips = near.letters, near.present, near.sizes, near.slips
    outlines, widths = near.outlines, near.widths
    label_bits = ~whole_bits
    begin = delta[SEP_SYMBOL]
    state, hidden, found = begin, np.uint32(0), _NONE
    low = high = _ZERO
    size = buf.size
    at = line_start = label_start = whole_start = part_start = before_part = count = whole = line = emitted = 0
    fresh = True
    while at < size:
        if fresh:  # a label begins here
            fresh = False
            if _www(buf, at):
                if www:
                    found |= np.uint32(LABEL)
                for _ in range(3):
                    state, hidden = delta[state + np.uint32(_W)], within[hidden + np.uint32(_W)]
                    if state >= telling:
                        found |= bits[(state - telling) // np.uint32(WIDTH)]
                    if hidden >= inside:
                        found |= np.uint32(INSIDE)
                    foreign = missing[_W] & ~(low & high) & whole_bits
                    carry = low & foreign
                    low ^= foreign
                    high |= carry
                at += 3
                whole += 3
                label_start = at
        run = at
        byte, before = np.int64(buf[at]), np.int64(0)
        here = digits[byte]
        while True:
            following = np.int64(buf[at + 1]) if at + 1 < size else np.int64(10)
            after = digits[following]
            kind = kinds[byte + (before | after)]
            if kind >= SKIPPED:
                break
            byte, before, here = following, here, after
            state, hidden = delta[state + kind], within[hidden + kind]
            if state >= telling:
                found |= bits[(state - telling) // np.uint32(WIDTH)]
            if hidden >= inside:
                found |= np.uint32(INSIDE)
            foreign = missing[kind] & ~(low & high)
            carry = low & foreign
            low ^= foreign
            high |= carry
            at += 1
        count += at - run
        whole += at - run
        if kind == DOT:
            if (
                at == part_start and not (at == line_start + 1 and buf[line_start] == STAR)
            ) or at - part_start > LONGEST - 1:
                found |= np.uint32(UNUSUAL)
            before_part, part_start = part_start, at + 1
            if 0 < count < LONGEST:
                alike = same[count] & ~low & ~high & label_bits
                slipped = ((one[count] & ~high) | (two[count] & ~(low & high))) & label_bits
                if alike and looked_like(buf, label_start, at, kinds, canon, alike, outlines, widths):
                    found |= np.uint32(LABEL)
                if slipped and slipped_from(
                    buf, label_start, at, kinds, digits, slipped, letters, present, sizes, slips
                ):
                    found |= np.uint32(LABEL)
            low &= whole_bits
            high &= whole_bits
            if label_start == at and at == line_start + 3:  # www alone, at the beginning
                low, high, whole, whole_start = _ZERO, _ZERO, 0, at + 1
            count, label_start, fresh = 0, at + 1, True
            state = delta[state + np.uint32(SEP_SYMBOL)]
            if state >= telling:
                found |= bits[(state - telling) // np.uint32(WIDTH)]
        elif kind == NEWLINE:
            end = at
            if end > line_start and buf[end - 1] == 13:
                end -= 1
            if part_start == end:  # a trailing dot
                part_start = before_part
            if end > line_start and (end - part_start > LONGEST - 1 or end - line_start > LONGEST_NAME
                                     or digits[buf[part_start]]):  # fmt: skip
                found |= np.uint32(UNUSUAL)  # too long for a name, or a number, which may be an address
            state = delta[state + np.uint32(END_SYMBOL)]
            if state >= telling:
                found |= bits[(state - telling) // np.uint32(WIDTH)]
            if 0 < whole < LONGEST:
                alike = same[whole] & ~low & ~high & whole_bits
                slipped = ((one[whole] & ~high) | (two[whole] & ~(low & high))) & whole_bits
                if alike and looked_like(buf, whole_start, at, kinds, canon, alike, outlines, widths):
                    found |= np.uint32(WHOLE)
                if slipped and slipped_from(
                    buf, whole_start, at, kinds, digits, slipped, letters, present, sizes, slips
                ):
                    found |= np.uint32(WHOLE)
            if found and _telling(found):
                odd = found & np.uint32(UNUSUAL | NON_ASCII)
                if odd or not (spare_gov and _below_gov(buf, line_start, end)):
                    numbers[emitted] = line
                    starts[emitted], ends[emitted], marks[emitted] = line_start, end, found
                    emitted += 1
            line += 1
            state, hidden, found = begin, np.uint32(0), _NONE
            low = high = _ZERO
            count = whole = 0
            line_start = label_start = whole_start = part_start = before_part = at + 1
            fresh = True
        elif kind == HYPHEN:
            state = delta[state + np.uint32(SEP_SYMBOL)]
            if state >= telling:
                found |= bits[(state - telling) // np.uint32(WIDTH)]
            if (at + 1 < size and buf[at + 1] == 45 and at >= 2 and kinds[buf[at - 1]] == _N
                    and kinds[buf[at - 2]] == _X):  # fmt: skip
                found |= np.uint32(NON_ASCII)
        elif kind == SKIPPED:
            state = np.uint32(0)
            if buf[at] == STAR and (at > line_start or at + 1 >= size or buf[at + 1] != 46):
                found |= np.uint32(UNUSUAL)
            elif buf[at] == STAR:
                part_start = at + 1
        elif kind == WIDE:
            found |= np.uint32(NON_ASCII)
        elif kind == ODD or not (kind == CARRIAGE and at + 1 < size and buf[at + 1] == 10):
            found |= np.uint32(UNUSUAL)
        at += 1
    return emitted


class Suspects(NamedTuple):
    """Lines that may be hits, in order: int64 numbers from 0, starts and ends, uint32 marks."""

    numbers: Any
    starts: Any
    ends: Any
    marks: Any


def suspicious(data: Any, tables: Tables, *, spare_gov: bool = True) -> Suspects:
    """The lines of ``data`` (uint8, ends with a line feed) that may be hits."""
    room = int(np.count_nonzero(data == ord("\n")))
    found = []
    for at, near in enumerate(tables.near):
        parts = (
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.int64),
            np.empty(room, np.uint32),
        )
        words, squeezed = (tables.words, tables.squeezed) if at == 0 else (nothing(), nothing())
        count = scan(
            data, tables.kinds, tables.digits, tables.canon, words, squeezed, near, tables.www, spare_gov, *parts
        )
        found.append(Suspects(*(part[:count] for part in parts)))
    every = found[0] if len(found) == 1 else _together(found)
    alone = np.flatnonzero((every.marks & (_ALWAYS | _WORN)) == 0)
    kept = np.ones(every.numbers.size, bool)
    kept[alone] = apart(data, every.starts[alone], every.ends[alone], tables.kinds, tables.digits, tables.words)
    return Suspects(*(part[kept] for part in every))


def _together(found: list[Suspects]) -> Suspects:
    """Several passes over the same lines, each line once."""
    every = Suspects(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    numbers, first = np.unique(every.numbers, return_index=True)
    marks = np.zeros(numbers.size, np.uint32)
    np.bitwise_or.at(marks, np.searchsorted(numbers, every.numbers), every.marks)
    return Suspects(numbers, every.starts[first], every.ends[first], marks)
