"""Whether a line holds two words that can stand beside each other, compiled: of two that share letters one is read.

Judges lines in which words of two classes were found and nothing else. A label with a hyphen is read twice, so
any two words may meet there.
"""

from __future__ import annotations

import numpy as np

from scoring.screening.distance import compiled, symbol_at
from scoring.screening.tables import CLASS_BITS, END_SYMBOL, HYPHEN, NEWLINE, SEP_SYMBOL, SKIPPED, WIDTH

_BITS = 32


@compiled
def _beside(told, begun, first):  # type: ignore[no-untyped-def]
    """Whether a word of these classes that begins at ``begun`` stands behind one of another class."""
    for cls in range(_BITS):
        if told >> np.uint32(cls) & np.uint32(1):
            for other in range(_BITS):
                if other != cls and first[other] <= begun:
                    return True
    return False


@compiled
def _noted(told, ended, first):  # type: ignore[no-untyped-def]
    """Note where a word of these classes ends; words come in the order of their ends."""
    for cls in range(_BITS):
        if told >> np.uint32(cls) & np.uint32(1) and ended < first[cls]:
            first[cls] = ended


@compiled
def _apart(buf, start, end, kinds, digits, words, first):  # type: ignore[no-untyped-def]
    """Whether two words of different classes stand in ``buf[start:end]`` and do not overlap.

    ``first`` is room for the earliest end of a word of each class.
    """
    first[:] = end + 2
    state = words.delta[SEP_SYMBOL]
    for at in range(start, end + 1):
        kind = symbol_at(buf, at, kinds, digits) if at < end else np.uint8(NEWLINE)
        if kind == HYPHEN:
            return True
        if kind == SKIPPED:
            state = np.uint32(0)
        elif kind < SKIPPED:
            state = words.delta[state + kind]
        else:
            state = words.delta[state + np.uint32(END_SYMBOL if at == end else SEP_SYMBOL)]
        if state >= words.telling:
            row = (state - words.telling) // np.uint32(WIDTH)
            for entry in range(words.outputs[row], words.outputs[row + 1]):
                told = words.told[entry] & np.uint32(CLASS_BITS)
                if _beside(told, at + 1 - words.spans[entry], first):
                    return True
                _noted(told, at + 1, first)
    return False


@compiled
def apart(buf, starts, ends, kinds, digits, words):  # type: ignore[no-untyped-def]
    """For every line (bool) whether it may be a hit by its words alone."""
    found = np.zeros(starts.size, np.bool_)
    first = np.empty(_BITS, np.int64)
    for row in range(starts.size):
        found[row] = _apart(buf, starts[row], ends[row], kinds, digits, words, first)
    return found
