"""Terms by group, found in one pass, quoted as they stand in the original."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import ahocorasick
import re2

from scoring.folding import Folded, fold, fold_loose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MEMORY = 32 << 20
"""Bytes that the searching automaton may take, however odd the texts are."""
DENSE = 300
"""Matches after which the rest of a text is read by the slower automaton, which has less to do for each."""


@dataclass(frozen=True, slots=True)
class Match:
    """A term that was found; ``quote`` is ``source[start:end]``, as it stands in the original."""

    term: str
    start: int
    end: int
    quote: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class _Form:
    """One spelling that is searched for."""

    text: str
    owners: tuple[tuple[str, str], ...]
    """Groups and terms that are spelled so."""
    bounded: bool
    """Whether it begins or ends with a letter or digit, and so may not stand inside a longer word."""


class TermSet:
    """Terms by group, compiled once. Terms are normalised as texts are; an empty one is refused.

    A term that begins or ends with a Latin letter or a digit is not found inside a longer word or number.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        self._automaton: Any = ahocorasick.Automaton()
        by_form: dict[str, list[tuple[str, str]]] = {}
        for group, terms in groups.items():
            for term in terms:
                form = fold(term).text
                if not form:
                    raise ValueError(f"group {group}: the term {term!r} has nothing to match")
                by_form.setdefault(form, []).append((group, term))
        for form, owners in by_form.items():
            ends = (form[0], form[-1])
            bounded = any(c.isascii() and c.isalnum() for c in ends)
            self._automaton.add_word(form, _Form(form, tuple(owners), bounded))
        self._search: Any = None
        if by_form:
            self._automaton.make_automaton()
            self._search = _longest_first(by_form)
        self._longest = max(map(len, by_form), default=0)
        self._heads = {form[:size] for form in by_form for size in range(1, len(form))}
        self._inside: dict[str, tuple[tuple[int, _Form], ...] | None] = {}

    def find(self, text: str, *, loose: bool = False) -> list[Match]:
        """All matches, leftmost and longest within each group, in the order of the text."""
        if self._search is None or not text:
            return []
        folded = fold_loose(text) if loose else fold(text)
        hits: dict[str, list[tuple[int, int, str]]] = {}
        for start, form in self._occurrences(folded.text):
            end = start + len(form.text)
            if not form.bounded or _whole(folded.text, start, end):
                for group, term in form.owners:
                    hits.setdefault(group, []).append((start, end, term))
        found = [m for group, spans in hits.items() for m in _longest(folded, group, spans)]
        return sorted(found, key=lambda m: (m.start, m.end, m.group, m.term))

    def _occurrences(self, text: str) -> Iterator[tuple[int, _Form]]:
        """Every place of every form. Each begins within one of the matches that do not overlap: look there only."""
        encoded = text.encode("utf-8", "replace")
        if self._search.search(encoded) is None:
            return
        place = at = end = 0
        for count, found in enumerate(self._search.finditer(encoded)):
            first, last = found.span()
            place += len(encoded[at:first].decode("utf-8"))
            at = first
            word = encoded[first:last].decode("utf-8")
            end = place + len(word)
            yield from self._within(text, place, word)
            if count == DENSE:
                break
        else:
            return
        for last, form in self._automaton.iter(text, end):
            yield last - len(form.text) + 1, form

    def _within(self, text: str, place: int, word: str) -> Iterator[tuple[int, _Form]]:
        """The forms that begin inside ``word``, which is the longest at its place."""
        known = self._inside.get(word, ())
        if known == () and word not in self._inside:
            known = self._inside[word] = self._contained(word)
        if known is not None:
            for shift, form in known:
                yield place + shift, form
            return
        for last, form in self._automaton.iter(text, place, min(len(text), place + len(word) + self._longest)):
            start = last - len(form.text) + 1
            if start < place + len(word):
                yield start, form

    def _contained(self, word: str) -> tuple[tuple[int, _Form], ...] | None:
        """Forms inside a form; None when one may begin in it and end behind it, so that the text has to tell."""
        if any(word[at:] in self._heads for at in range(len(word))):
            return None
        return tuple((last - len(form.text) + 1, form) for last, form in self._automaton.iter(word))
