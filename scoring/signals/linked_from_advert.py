"""从售证广告链接而来。A text that offers certificates without learning leads to this site.

The text stands where the site was seen, not on the site: an excerpt of its own page is no second witness. Codes in
pictures of adverts are another signal's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.context import LED, SAID_BY_OTHERS
from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.5


class LinkedFromAdvert:
    """Offers in the texts around the links under which the site was seen."""

    name = "linked_from_advert"
    title = "售证广告指向"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit where such a text offers and the site answers for certificates; *unknown* where nobody saw it linked."""
        if ctx.official or case.site is None:
            return MISS
        if not case.sightings:
            return unknown("没有见到指向它的搜索结果或帖子")
        led = [s for s in case.sightings if s.source == LED]
        if ctx.poses and led:
            quote = " ".join(f"{led[0].title} {led[0].snippet}".split())[:200]
            text = f"售证广告页面（{led[0].query}）把读者引到本站"
            return hit(text, Evidence(quote, led[0].url, "advert"))
        if not ctx.poses or not any(
            text.where == "search result" and text.offers.strength >= LEAST for text in ctx.texts
        ):
            return MISS
        for sighting in (s for s in case.sightings if s.source not in SAID_BY_OTHERS):
            said = f"{sighting.title}\n{sighting.snippet}"
            slogans = [m.term for m in ctx.ref.terms.find(said) if m.group in ("slogans", "promises")]
            if slogans:
                text = f"在{sighting.source}上，写着“{'、'.join(slogans[:3])}”的文字链接到本站"
                quote = " ".join(said.split())[:200]
                return hit(text, Evidence(quote, sighting.url, "search result"))
        return MISS
