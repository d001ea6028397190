"""Searches in UTF-8: which of several patterns stand in a text, told in one pass, and places of bytes as characters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

from scoring.atoms import atoms
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MEMORY = 64 << 20
"""Bytes that the automaton of one sieve may take, however odd the texts are."""


class Hints:
    """Patterns of which the necessary words are asked for together: cheap, and never says no where one of them fits."""

    def __init__(self, patterns: Sequence[str]) -> None:
        owners: dict[str, list[int]] = {}
        self.always: frozenset[int] = frozenset()
        """Places of the patterns that no word is necessary for."""
        self.exact: frozenset[int] = frozenset()
        """Places of the patterns that find these words and nothing else: *possible* means *found* there."""
        for at, pattern in enumerate(patterns):
            known = atoms(pattern)
            if known is None:
                self.always |= {at}
                continue
            if known.exact:
                self.exact |= {at}
            for text in known.texts:
                owners.setdefault(text, []).append(at)
        self._owners = tuple(frozenset(places) for places in owners.values())
        self._words = Words(tuple(owners))

    def possible(self, encoded: bytes) -> frozenset[int]:
        """Places, in the sequence of the patterns, of those that may be found in the text."""
        found = self._words.standing(encoded)
        return self.always.union(*[self._owners[which] for which in found]) if found else self.always


class Sieve:
    """Several patterns, asked for together: which of them stand in a text. Linear."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._hints = Hints(patterns)
        options = re2.Options()
        options.max_mem = MEMORY
        self._patterns: list[Any] = [re2.compile(pattern.encode(), options) for pattern in patterns]

    def standing(self, encoded: bytes) -> frozenset[int]:
        """Places, in the sequence of the patterns, of those that are found somewhere in the text."""
        may = self._hints.possible(encoded)
        unsure = may - self._hints.exact
        if not unsure:
            return may
        return may - {at for at in unsure if self._patterns[at].search(encoded) is None}


class Outline:
    """As ``Hints``, by all the words of which a pattern needs some together: dearer, and says yes less often."""

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
