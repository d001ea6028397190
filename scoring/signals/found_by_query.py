"""搜免考一类词时出现。The site was found by a query for papers without exams, and claims or offers something.

Warnings and news rank for the same words; without a claim or an offer of its own it is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.context import SAID_BY_OTHERS
from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class FoundByQuery:
    """Queries of the sightings against the slogans and promises."""

    name = "found_by_query"
    title = "搜售证词出现"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a query that a buyer of papers types."""
        if ctx.official or not case.sightings or not (ctx.poses or ctx.offering):
            return MISS
        queried = (s for s in case.sightings if s.source not in SAID_BY_OTHERS)
        for sighting in sorted(queried, key=lambda s: (s.position, s.source, s.query)):
            groups = {m.group for m in ctx.ref.terms.find(sighting.query)}
            if groups & {"slogans", "promises"}:
                text = f"在{sighting.source}搜索“{sighting.query}”时出现在第{sighting.position}位"
                return hit(text, Evidence(sighting.title or sighting.url, sighting.url, "search result"))
        return MISS
