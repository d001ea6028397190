"""以官方名义出现，同时兜售免考证件。A site that poses as a public body and sells papers: no public body does.

Official warnings quote slogans; those are not offers and do not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.3
"""Of an offer: what would be doubtful of a school is not of a public body."""


class OrganThatSells:
    """A claim to be official and an offer, on one site."""

    name = "organ_that_sells"
    title = "官方名义售证"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit where both stand on the site's own pages."""
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if not ctx.claims_official:
            return MISS
        for seen in ctx.pages:
            offers = seen.text.offers
            if offers.strength >= LEAST and offers.slogans:
                said = "、".join(m.term for m in offers.slogans[:3])
                return hit(f"以官方名义出现，却宣称“{said}”", seen.text.evidence(offers.slogans[0]))
        return MISS
