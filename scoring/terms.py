"""Terms by group, found in one pass, quoted as they stand in the original."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scoring.folding import Folded, fold, fold_loose
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Match(NamedTuple):
    """A term that was found; ``quote`` is ``source[start:end]``, as it stands in the original."""

    term: str
    start: int
    end: int
    quote: str
    group: str = ""


_as_match = partial(tuple.__new__, Match)


@dataclass(frozen=True, slots=True)
class _Form:
    """One spelling that is searched for."""

    text: str
    size: int
    owners: tuple[tuple[str, str], ...]
    """Groups and terms that are spelled so."""
    bounded: bool
    """Whether it begins or ends with a letter or digit, and so may not stand inside a longer word."""


class TermSet:
    """Terms by group, compiled once. Terms are normalised as texts are; an empty one is refused.

    A term that begins or ends with a Latin letter or a digit is not found inside a longer word or number.
    """

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        by_form: dict[str, list[tuple[str, str]]] = {}
        for group, terms in groups.items():
            for term in terms:
                form = fold(term).text
                if not form:
                    raise ValueError(f"group {group}: the term {term!r} has nothing to match")
                by_form.setdefault(form, []).append((group, term))
        self._forms = tuple(_Form(form, len(form), tuple(owners), _bounded(form)) for form, owners in by_form.items())
        self._search = Words(tuple(by_form), each=True)

    def find(self, text: str, *, loose: bool = False) -> list[Match]:
        """All matches, leftmost and longest within each group, in the order of the text."""
        folded = fold_loose(text) if loose else fold(text)
        hits: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        for start, form in self._occurrences(folded.encoded):
            if not form.bounded or _whole(folded.text, start, start + form.size):
                for group, term in form.owners:
                    hits[group].append((start, -form.size, term))
        kept = [(start, end, group, term) for group, spans in hits.items() for start, end, term in _longest(spans)]
        return _quoted(folded, kept) if kept else []

    def _occurrences(self, encoded: bytes) -> list[tuple[int, _Form]]:
        """Every place of every form, ascending by where it ends."""
        found: list[tuple[int, _Form]] = []
        forms = self._forms
        place = at = 0
        for end, which in self._search.ends(encoded):
            if end > at:
                place += len(encoded[at:end].decode())
                at = end
            form = forms[which]
            found.append((place - form.size, form))
        return found


def find_terms(text: str, automaton: TermSet, *, loose: bool = False) -> list[Match]:
    """``automaton.find``: matches with offsets and quote of the original text."""
    return automaton.find(text, loose=loose)


def _bounded(form: str) -> bool:
    return any(c.isascii() and c.isalnum() for c in (form[0], form[-1]))


def _whole(text: str, start: int, end: int) -> bool:
    return not (_same_kind(text[start - 1 : start], text[start]) or _same_kind(text[end - 1], text[end : end + 1]))


def _same_kind(left: str, right: str) -> bool:
    if not left or not right or not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _longest(spans: list[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Of ``(start, -size, term)`` the leftmost first, of those the longest, with their ends; what overlaps one of them
    is left out.
    """
    taken = 0
    kept = []
    spans.sort()
    for start, less, term in spans:
        if start >= taken:
            taken = start - less
            kept.append((start, taken, term))
    return kept


def _quoted(folded: Folded, found: list[tuple[int, int, str, str]]) -> list[Match]:
    source = folded.source
    if folded.moves:
        places = {place for start, end, _, _ in found for place in (start, end - 1)}
        at = folded.sources(sorted(places))
        matches = sorted((at[start], at[end - 1] + 1, group, term) for start, end, group, term in found)
    else:
        matches = sorted(found)
    return [_as_match((term, first, last, source[first:last], group)) for first, last, group, term in matches]
