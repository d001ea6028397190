"""多种卖证说法集于一处：免考、可查、快、查到再付、内部渠道。Several facets of an offer of papers in one text.

Each of them honest people say too: one alone is a miss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.1


class AdvertPattern:
    """Asserted facets of all texts."""

    name = "advert_pattern"
    title = "卖证说法相互印证"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """The text whose facets say most together."""
        missing = ctx.no_page() if not ctx.texts else None
        if missing is not None:
            return missing
        text = max(ctx.texts, key=lambda t: t.offers.pattern, default=None)
        if text is None or text.offers.pattern < LEAST:
            return MISS
        facets = sorted(text.offers.facets, key=lambda f: -f.weight)[:5]
        said = "；".join(f"{f.say}“{f.spots[0].quote}”" for f in facets)
        evidence = tuple(text.around(f.spots[0].start, f.spots[0].end) for f in facets[:3])
        return hit(f"多种卖证说法并见：{said}", *evidence, strength=round(text.offers.pattern, 3))
