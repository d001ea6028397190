"""The patterns as tables of numbers: kinds of bytes, automata, and bit sets for slips. Knows nothing of names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from scoring.screening.automaton import (
    END_SYMBOL,
    LETTERS,
    OTHER,
    SEP_SYMBOL,
    WIDTH,
    Automaton,
    automaton,
    symbol,
)
from scoring.screening.patterns import CANON, CLASSES, LEET, SPELT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.screening.patterns import Near, Patterns

__all__ = ["END_SYMBOL", "LETTERS", "OTHER", "SEP_SYMBOL", "WIDTH"]

SKIPPED, DOT, HYPHEN, NEWLINE, WIDE, ODD, CARRIAGE = 64, 65, 66, 67, 68, 69, 70
"""Kinds of bytes that are no letter or digit; below 64 stands the symbol itself."""
BESIDE_DIGIT = 256
INSIDE = 1 << 8
"""Set where a genuine host stands in the name without its separators."""
CLASS_BITS = sum(CLASSES.values())
LONGEST = 64
"""Lengths that are told apart; longer labels are like none."""
TOGETHER = 64
"""Patterns that are counted at once: the bits of a machine word."""
Array = Any


class Slips(NamedTuple):
    """Up to ``TOGETHER`` labels or hosts that slips or look-alikes are looked for of, a bit each."""

    missing: Array
    """uint64[64]: by symbol, the patterns in whose alphabet it is not."""
    wholes: Array
    """uint64[1]: patterns of whole names."""
    same: Array
    """uint64[LONGEST]: by length, patterns with a look-alike of this length."""
    one: Array
    two: Array
    """uint64[LONGEST]: by length, patterns that one or two slips lead to."""
    letters: Array
    """uint64[patterns, 64]: by symbol, its places in the pattern (for the exact distance)."""
    present: Array
    """uint64[patterns]: its symbols, a bit each."""
    sizes: Array
    """int64[patterns]."""
    slips: Array
    """int64[patterns]."""
    outlines: Array
    """uint8[patterns, 2 * LONGEST]: the patterns in the symbols of ``canon``."""
    widths: Array
    """int64[patterns]."""


@dataclass(frozen=True, slots=True)
class Tables:
    """Read-only arrays that the pass walks."""

    kinds: Array
    """uint8[512]: the symbol or the kind of a byte, a digit's as the letter that it imitates; from ``BESIDE_DIGIT`` on
    of a byte beside a digit.
    """
    digits: Array
    """int64[256]: ``BESIDE_DIGIT`` for a digit, else 0."""
    canon: Array
    """uint8[2, 64]: the one or two symbols that stand for all that look like a symbol."""
    words: Automaton
    squeezed: Automaton
    """Over letters and digits alone."""
    near: tuple[Slips, ...]
    """One at least."""
    www: bool


def tables(patterns: Patterns) -> Tables:
    """The tables of some patterns."""
    canon, near = _canon(), patterns.near
    groups = [near[at : at + TOGETHER] for at in range(0, max(1, len(near)), TOGETHER)]
    return Tables(
        _kinds(),
        _digits(),
        canon,
        automaton(patterns.tokens),
        automaton(dict.fromkeys(patterns.squeezed, INSIDE)),
        tuple(_slips(group, canon) for group in groups),
        patterns.www,
    )


@lru_cache(maxsize=1)
def nothing() -> Automaton:
    """An automaton that finds nothing."""
    return automaton({})


def _kinds() -> Array:
    kinds = np.full(BESIDE_DIGIT, ODD, np.uint8)
    kinds[128:] = WIDE
    for char in LETTERS:
        kinds[ord(char)] = kinds[ord(char.upper())] = symbol(char)
    for char, kind in (("_", SKIPPED), ("*", SKIPPED), (".", DOT), ("-", HYPHEN), ("\n", NEWLINE), ("\r", CARRIAGE)):
        kinds[ord(char)] = kind
    lone = kinds.copy()
    for digit, letter in LEET.items():
        lone[ord(digit)] = symbol(letter)
    return np.concatenate([lone, kinds])


def _digits() -> Array:
    digits = np.zeros(256, np.int64)
    digits[ord("0") : ord("9") + 1] = BESIDE_DIGIT
    return digits


def _canon() -> Array:
    """By the table of ``scoring.skeleton``, but a pair is never made one letter: that would depend on separators."""
    canon = np.zeros((2, 64), np.uint8)
    for char in LETTERS:
        for half, looks in enumerate(SPELT.get(char.translate(CANON), char.translate(CANON))):
            canon[half, symbol(char)] = symbol(looks)
    return canon


def _slips(near: Sequence[Near], canon: Array) -> Slips:
    rows = max(1, len(near))
    missing, wholes = np.zeros(64, np.uint64), np.zeros(1, np.uint64)
    lengths = np.zeros((3, LONGEST), np.uint64)
    letters, present = np.zeros((rows, 64), np.uint64), np.zeros(rows, np.uint64)
    outlines, widths = np.zeros((rows, 2 * LONGEST), np.uint8), np.zeros(rows, np.int64)
    for row, one in enumerate(near):
        bit = np.uint64(1 << row)
        wholes[0] |= bit if one.whole else np.uint64(0)
        for char in set(LETTERS) - one.alphabet:
            missing[symbol(char)] |= bit
        for size in one.sizes:
            if 0 < size < LONGEST:
                lengths[one.slips, size] |= bit
        for place, char in enumerate(one.letters):
            letters[row, symbol(char)] |= np.uint64(1 << place if place < LONGEST else 0)
            present[row] |= np.uint64(1 << symbol(char))
        spelt = [int(canon[half, symbol(char)]) for char in one.letters for half in (0, 1)]
        spelt = [looks for looks in spelt if looks][: 2 * LONGEST]
        outlines[row, : len(spelt)], widths[row] = spelt, len(spelt)
    return Slips(
        missing,
        wholes,
        lengths[0],
        lengths[1],
        lengths[2],
        letters,
        present,
        np.array([len(one.letters) for one in near] or [0], np.int64),
        np.array([one.slips for one in near] or [0], np.int64),
        outlines,
        widths,
    )
