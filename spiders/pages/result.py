"""One result of a results page, and how results are counted."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class SerpResult:
    """One result as the page shows it."""

    title: str
    url: str
    """As linked, absolute."""
    target: str = ""
    """The true address where the page holds it; ``""`` when only the redirector knows."""
    display_url: str = ""
    snippet: str = ""
    date: str = ""
    """ISO date, or ``""``."""
    paid: bool = False
    position: int = 0
    """From 1 on this page; paid and organic results are counted apart."""
    internal: bool = False
    """Leads to another page of the engine itself: its pictures, news, videos, encyclopaedia search."""


def number(found: list[SerpResult]) -> tuple[SerpResult, ...]:
    """Positions from 1, paid and organic apart."""
    counts = {True: 0, False: 0}
    numbered = []
    for result in found:
        counts[result.paid] += 1
        numbered.append(replace(result, position=counts[result.paid]))
    return tuple(numbered)
