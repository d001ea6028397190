"""花钱买搜索位置。The site stands in a paid position for the night's queries, and claims or offers something.

Schools buy positions too; without a claim to be official or an offer of certificates it is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class PaidPosition:
    """Paid sightings."""

    name = "paid_position"
    title = "付费推广"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a paid sighting of a site with a claim or an offer."""
        if ctx.official:
            return MISS
        paid = next((s for s in case.sightings if s.paid), None)
        if paid is None or not (ctx.poses or ctx.offering):
            return MISS
        text = f"在{paid.source}搜索“{paid.query}”时以付费推广出现（第{paid.position}位）"
        return hit(text, Evidence(paid.title or paid.url, paid.url, "search result"))
