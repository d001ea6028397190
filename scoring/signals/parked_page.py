"""待售或停放的域名页面。Counter-evidence: a page that offers the name itself for sale; nothing else lives there.

The name may be a fake's one day: the row stays in the list of all sites. A page that looks certificates up is not
parked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST, THIN = 2, 1500
"""Words of sale or parking, and characters of text: a page with more is about names, or lives."""


class ParkedPage:
    """Words of registrars' sale and parking pages on a thin page."""

    name = "parked_page"
    title = "待售或停放域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when every page of the site is such a page."""
        if not ctx.pages or ctx.answers:
            return MISS
        for seen in ctx.pages:
            if len(seen.page.text) > THIN or len(seen.text.words("parked")) < LEAST or seen.text.offers.strength:
                return MISS
        first = ctx.pages[0]
        said = "、".join(first.text.words("parked")[:3])
        return hit(f"域名待售或停放，没有网站（{said}）", first.text.evidence(first.text.matches["parked"][0]))
