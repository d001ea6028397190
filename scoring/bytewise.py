"""Searches in UTF-8: which of several patterns stand in a text, told in one pass, and places of bytes as characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEMORY = 64 << 20
"""Bytes that the automaton of one sieve may take, however odd the texts are."""


class Sieve:
    """Several patterns, asked for together: the text is gone through once, however many there are. Linear."""

    def __init__(self, patterns: Sequence[str]) -> None:
        options = re2.Options()
        options.max_mem = MEMORY
        self._set: Any = re2.Set.SearchSet(options)
        for pattern in patterns:
            self._set.Add(pattern.encode())
        self._set.Compile()

    def standing(self, encoded: bytes) -> frozenset[int]:
        """Places, in the sequence of the patterns, of those that are found somewhere in the text."""
        return frozenset(self._set.Match(encoded) or ())


class Outline:
    """Patterns of which the words are asked for together: cheap, and never says no where one of them fits.

    For patterns with repeats of classes: one automaton of many of those grows with every text that it reads, and
    spends ten times the search on growing.
    """

    def __init__(self, patterns: Sequence[str]) -> None:
        self._filter: Any = re2.Filter()
        for pattern in patterns:
            self._filter.Add(pattern.encode())
        self._filter.Compile()

    def possible(self, encoded: bytes) -> frozenset[int]:
        """Places, in the sequence of the patterns, of those that may be found in the text."""
        return frozenset(self._filter.Match(encoded, potential=True) or ())


def places(encoded: bytes, spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Ascending spans of bytes, which begin and end between characters, as spans of characters."""
    found: list[tuple[int, int]] = []
    at = place = 0
    for start, end in spans:
        place += len(encoded[at:start].decode())
        at = start
        found.append((place, place + len(encoded[start:end].decode())))
    return found
