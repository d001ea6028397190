"""Terms by group, found in one pass, quoted as they stand in the original."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.folding import Folded, fold, fold_loose

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Match:
    """A term that was found; ``quote`` is ``source[start:end]``, as it stands in the original."""

    term: str
    start: int
    end: int
    quote: str
    group: str = ""


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
            self._automaton.add_word(form, (form, tuple(owners)))
        self._filled = bool(by_form)
        if self._filled:
            self._automaton.make_automaton()

    def find(self, text: str, *, loose: bool = False) -> list[Match]:
        """All matches, leftmost and longest within each group, in the order of the text."""
        if not self._filled or not text:
            return []
        folded = fold_loose(text) if loose else fold(text)
        hits: dict[str, list[tuple[int, int, str]]] = {}
        for last, (form, owners) in self._automaton.iter(folded.text):
            start = last - len(form) + 1
            if _whole(folded.text, start, last + 1):
                for group, term in owners:
                    hits.setdefault(group, []).append((start, last + 1, term))
        found = [m for group, spans in hits.items() for m in _longest(folded, group, spans)]
        return sorted(found, key=lambda m: (m.start, m.end, m.group, m.term))


def find_terms(text: str, automaton: TermSet, *, loose: bool = False) -> list[Match]:
    """``automaton.find``: matches with offsets and quote of the original text."""
    return automaton.find(text, loose=loose)


def _whole(text: str, start: int, end: int) -> bool:
    return not (_same_kind(text[start - 1 : start], text[start]) or _same_kind(text[end - 1], text[end : end + 1]))


def _same_kind(left: str, right: str) -> bool:
    if not left or not right or not (left.isascii() and right.isascii()):
        return False
    return (left.isalpha() and right.isalpha()) or (left.isdigit() and right.isdigit())


def _longest(folded: Folded, group: str, spans: list[tuple[int, int, str]]) -> Iterable[Match]:
    taken = 0
    for start, end, term in sorted(spans, key=lambda s: (s[0], -s[1])):
        if start < taken:
            continue
        taken = end
        first, last = folded.span(start, end)
        yield Match(term, first, last, folded.source[first:last], group)
