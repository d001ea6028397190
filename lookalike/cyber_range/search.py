"""Ranks the range's pages for a query: by shared character bigrams, ties by host name and path."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import lru_cache

from lookalike.cyber_range.pages import Page

_BEFORE = 12
_SNIPPET = 110


def bigrams(text: str) -> frozenset[str]:
    """All pairs of neighbouring characters, letter case aside; none goes over white space."""
    return frozenset(word[i : i + 2] for word in text.casefold().split() for i in range(len(word) - 1))


class Index:
    """The pages with their bigrams; a query costs as much as its bigrams have pages."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.pages = tuple(sorted(pages, key=lambda page: (page.host, page.path)))
        self._postings: dict[str, list[int]] = {}
        for number, page in enumerate(self.pages):
            for pair in bigrams(page.title) | bigrams(page.text):
                self._postings.setdefault(pair, []).append(number)
        self._rank = lru_cache(maxsize=1024)(self._ranked)

    def search(self, query: str) -> tuple[Page, ...]:
        """All pages that share a bigram with the query, best first."""
        return tuple(self.pages[number] for number in self._rank(query))

    def _ranked(self, query: str) -> tuple[int, ...]:
        shared: Counter[int] = Counter()
        for pair in bigrams(query):
            shared.update(self._postings.get(pair, ()))
        return tuple(sorted(shared, key=lambda number: (-shared[number], number)))


def snippet(page: Page, query: str) -> str:
    """The part of the page's text around the first place that shares a bigram with the query."""
    folded = page.text.casefold()
    places = [place for pair in bigrams(query) if (place := folded.find(pair)) >= 0]
    start = max(0, min(places, default=0) - _BEFORE)
    cut = page.text[start : start + _SNIPPET]
    return ("…" if start else "") + cut + ("…" if start + _SNIPPET < len(page.text) else "")
