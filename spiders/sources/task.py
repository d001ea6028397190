"""One page of one search that has yet to be asked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SearchTask:
    """Ask for ``query`` from ``page`` on; ``url`` is that page's address where an earlier page gave it."""

    query: str
    page: int = 1
    url: str = ""
