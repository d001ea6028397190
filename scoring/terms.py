"""Terms by group, found in one pass, quoted as they stand in the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import ahocorasick
import re2

from scoring.folding import Folded, fold, fold_loose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

MEMORY = 32 << 20
"""Bytes that the searching automaton may take, however odd the texts are."""
DENSE = 300
"""Matches after which the rest of a text is read by the slower automaton, which has less to do for each."""


class Match(NamedTuple):
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
        self._inside: dict[bytes, tuple[int, tuple[tuple[int, _Form], ...] | None]] = {}

    def find(self, text: str, *, loose: bool = False) -> list[Match]:
        """All matches, leftmost and longest within each group, in the order of the text."""
        if self._search is None or not text:
            return []
        folded = fold_loose(text) if loose else fold(text)
        hits: dict[str, list[tuple[int, int, str]]] = {}
        for start, form in self._occurrences(folded.text, folded.encoded):
            end = start + len(form.text)
            if not form.bounded or _whole(folded.text, start, end):
                for group, term in form.owners:
                    hits.setdefault(group, []).append((start, end, term))
        kept = [(start, end, group, term) for group, spans in hits.items() for start, end, term in _longest(spans)]
        return _quoted(folded, kept) if kept else []

    def _occurrences(self, text: str, encoded: bytes) -> list[tuple[int, _Form]]:
        """Every place of every form. Each begins within one of the matches that do not overlap: look there only."""
        occurrences: list[tuple[int, _Form]] = []
        place = at = 0
        for count, found in enumerate(self._search.finditer(encoded)):
            first, last = found.span()
            place += len(encoded[at:first].decode())
            at = first
            size, inside = self._known(encoded[first:last])
            if inside is None:
                occurrences += self._within(text, place, size)
            else:
                occurrences += [(place + shift, form) for shift, form in inside]
            if count == DENSE:
                rest = self._automaton.iter(text, place + size)
                return [*occurrences, *((end - len(form.text) + 1, form) for end, form in rest)]
        return occurrences

    def _within(self, text: str, place: int, size: int) -> Iterator[tuple[int, _Form]]:
        """The forms that begin inside the word of that size at that place, which is the longest there."""
        for last, form in self._automaton.iter(text, place, min(len(text), place + size + self._longest)):
            start = last - len(form.text) + 1
            if start < place + size:
                yield start, form

    def _known(self, encoded: bytes) -> tuple[int, tuple[tuple[int, _Form], ...] | None]:
        """The size of a form and the forms inside it; None when one may begin in it and end behind it, so that the text
        has to tell.
        """
        known = self._inside.get(encoded)
        if known is None:
            word = encoded.decode()
            crosses = any(word[at:] in self._heads for at in range(1, len(word)))
            inside = ((last - len(form.text) + 1, form) for last, form in self._automaton.iter(word))
            known = self._inside[encoded] = (len(word), None if crosses else tuple(inside))
        return known


def find_terms(text: str, automaton: TermSet, *, loose: bool = False) -> list[Match]:
    """``automaton.find``: matches with offsets and quote of the original text."""
    return automaton.find(text, loose=loose)


def _longest_first(forms: Iterable[str]) -> Any:
    """Finds the leftmost form, of those the longest, in UTF-8: one step a byte, whatever stands there."""
    options = re2.Options()
    options.longest_match = True
    options.max_mem = MEMORY
    return re2.compile("|".join(map(re2.escape, sorted(forms))).encode(), options)


def _whole(text: str, start: int, end: int) -> bool:
    return not (_same_kind(text[start - 1 : start], text[start]) or _same_kind(text[end - 1], text[end : end + 1]))


def _same_kind(left: str, right: str) -> bool:
    if not left or not right or not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _longest(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Leftmost first, of those the longest; what overlaps one of them is left out."""
    if len(spans) == 1:
        return spans
    taken = 0
    kept = []
    for span in sorted(spans, key=_leftmost):
        if span[0] >= taken:
            taken = span[1]
            kept.append(span)
    return kept


def _leftmost(span: tuple[int, int, str]) -> tuple[int, int]:
    return span[0], -span[1]


def _quoted(folded: Folded, found: list[tuple[int, int, str, str]]) -> list[Match]:
    source = folded.source
    if folded.moves:
        places = {place for start, end, _, _ in found for place in (start, end - 1)}
        at = folded.sources(sorted(places))
        matches = sorted((at[start], at[end - 1] + 1, group, term) for start, end, group, term in found)
    else:
        matches = sorted(found)
    return [Match(term, first, last, source[first:last], group) for first, last, group, term in matches]
