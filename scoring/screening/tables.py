"""The patterns as tables of numbers: an automaton over symbols, and bit sets for slips. Knows nothing of names."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.screening.patterns import CANON, END, LEET, SEPARATOR, SPELT

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.screening.patterns import Near, Patterns

LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
OTHER, SEP_SYMBOL, END_SYMBOL = 0, 37, 38
WIDTH = 40
"""Symbols of a row of the automaton, a few unused."""
SKIPPED, DOT, HYPHEN, NEWLINE, WIDE, ODD, CARRIAGE = 64, 65, 66, 67, 68, 69, 70
"""Kinds of bytes that are no letter or digit; below 64 stands the symbol itself."""
INSIDE = 1 << 8
"""Set where a genuine host stands in the name without its separators."""
LONGEST = 64
"""Lengths that are told apart; longer labels are like none."""
Array = Any


@dataclass(frozen=True, slots=True)
class Tables:
    """Read-only arrays that the pass walks."""

    kinds: Array
    """uint8[256]: the symbol or the kind of a byte."""
    folded: Array
    """uint8[64]: the symbol that a lone digit stands for; others stand for themselves."""
    delta: Array
    """int32[states * WIDTH]: by state (a multiple of WIDTH) and symbol, the next state."""
    bits: Array
    """uint32[states * WIDTH]: the bits that a state sets, at its place."""
    squeezed: Array
    """The same over letters and digits alone."""
    inside: Array
    missing: Array
    """uint64[words, 64]: by symbol, the patterns in whose alphabet it is not."""
    wholes: Array
    """uint64[words]: patterns of whole names."""
    same: Array
    """uint64[words, LONGEST]: by length, patterns with a look-alike of this length."""
    one: Array
    two: Array
    """uint64[words, LONGEST]: by length, patterns that one or two slips lead to."""
    letters: Array
    """uint64[patterns, 64]: by symbol, its places in the pattern (for the exact distance)."""
    sizes: Array
    """int64[patterns]."""
    slips: Array
    """int64[patterns]."""
    canon: Array
    """uint8[2, 64]: the one or two symbols that stand for all that look like a symbol."""
    outlines: Array
    """uint8[patterns, 2 * LONGEST]: the patterns in such symbols."""
    widths: Array
    """int64[patterns]."""
    www: bool


def tables(patterns: Patterns) -> Tables:
    """The tables of some patterns."""
    delta, bits = _automaton(patterns.tokens)
    squeezed, inside = _automaton(dict.fromkeys(patterns.squeezed, INSIDE))
    missing, wholes = _alphabets(patterns.near)
    same, one, two = _lengths(patterns.near)
    letters = np.zeros((max(1, len(patterns.near)), 64), np.uint64)
    for row, near in enumerate(patterns.near):
        for place, char in enumerate(near.letters[:64]):
            letters[row, _symbol(char)] |= np.uint64(1 << place)
    canon = _canon()
    outlines = np.zeros((max(1, len(patterns.near)), 2 * LONGEST), np.uint8)
    widths = np.zeros(max(1, len(patterns.near)), np.int64)
    for row, near in enumerate(patterns.near):
        spelt = [int(canon[half, _symbol(char)]) for char in near.letters for half in (0, 1)]
        spelt = [symbol for symbol in spelt if symbol][: 2 * LONGEST]
        outlines[row, : len(spelt)], widths[row] = spelt, len(spelt)
    return Tables(
        _kinds(),
        _folds(),
        delta,
        bits,
        squeezed,
        inside,
        missing,
        wholes,
        same,
        one,
        two,
        letters,
        np.array([len(n.letters) for n in patterns.near] or [0], np.int64),
        np.array([n.slips for n in patterns.near] or [0], np.int64),
        canon,
        outlines,
        widths,
        patterns.www,
    )


def _symbol(char: str) -> int:
    if char == SEPARATOR:
        return SEP_SYMBOL
    return END_SYMBOL if char == END else LETTERS.index(char) + 1


def _kinds() -> Array:
    kinds = np.full(256, ODD, np.uint8)
    kinds[128:] = WIDE
    for char in LETTERS:
        kinds[ord(char)] = kinds[ord(char.upper())] = _symbol(char)
    for char, kind in (("_", SKIPPED), ("*", SKIPPED), (".", DOT), ("-", HYPHEN), ("\n", NEWLINE), ("\r", CARRIAGE)):
        kinds[ord(char)] = kind
    return kinds


def _folds() -> Array:
    folded = np.arange(64, dtype=np.uint8)
    for digit, letter in LEET.items():
        folded[_symbol(digit)] = _symbol(letter)
    return folded


def _canon() -> Array:
    """By the table of ``scoring.skeleton``, but a pair is never made one letter: that would depend on separators."""
    canon = np.zeros((2, 64), np.uint8)
    for char in LETTERS:
        for half, looks in enumerate(SPELT.get(char.translate(CANON), char.translate(CANON))):
            canon[half, _symbol(char)] = _symbol(looks)
    return canon


def _automaton(words: Mapping[str, int]) -> tuple[Array, Array]:
    """Aho and Corasick 1975, as a full table: from every state and symbol straight to the next state."""
    children: list[dict[int, int]] = [{}]
    values = [0]
    for word in sorted(words):
        state = 0
        for char in word:
            symbol = _symbol(char)
            if symbol not in children[state]:
                children.append({})
                values.append(0)
                children[state][symbol] = len(children) - 1
            state = children[state][symbol]
        values[state] |= words[word]
    delta = np.zeros((len(children), WIDTH), np.int32)
    fail = [0] * len(children)
    queue: deque[int] = deque([0])
    while queue:
        state = queue.popleft()
        if state:
            delta[state] = delta[fail[state]]
            values[state] |= values[fail[state]]
        for symbol, child in children[state].items():
            fail[child] = int(delta[state, symbol]) if state else 0
            delta[state, symbol] = child
            queue.append(child)
    bits = np.zeros((len(children), WIDTH), np.uint32)
    bits[:, 0] = values
    return (delta * WIDTH).reshape(-1), bits.reshape(-1)


def _alphabets(near: Iterable[Near]) -> tuple[Array, Array]:
    rows = list(near)
    words = max(1, -(-len(rows) // 64))
    missing = np.zeros((words, 64), np.uint64)
    wholes = np.zeros(words, np.uint64)
    for at, one in enumerate(rows):
        word, bit = at // 64, np.uint64(1 << at % 64)
        if one.whole:
            wholes[word] |= bit
        for char in LETTERS:
            if char not in one.alphabet:
                missing[word, _symbol(char)] |= bit
    return missing, wholes


def _lengths(near: Iterable[Near]) -> tuple[Array, Array, Array]:
    rows = list(near)
    words = max(1, -(-len(rows) // 64))
    found = np.zeros((3, words, LONGEST), np.uint64)
    for at, one in enumerate(rows):
        word, bit = at // 64, np.uint64(1 << at % 64)
        for size in one.sizes:
            if 0 < size < LONGEST:
                found[one.slips, word, size] |= bit
    return found[0], found[1], found[2]
