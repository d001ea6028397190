"""疑似被入侵的政府网站路径：政府域名下出现售证广告。An advert for papers on a path of a genuine public host.

A matter of that path, for its owner to clean: the host is no fake and stays in no band, as ``gov_label`` and
``genuine_host`` outweigh everything. The row is there so that an analyst who opens the list of all sites sees it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 0.6


class GovPathAdvert:
    """Offers on pages of gov.cn hosts and registered platforms."""

    name = "gov_path_advert"
    title = "政府网站疑遭入侵"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit for an asserted offer with its slogans; warnings that quote them are no offers."""
        if not ctx.official:
            return MISS
        missing = ctx.no_page()
        if missing is not None:
            return missing
        for seen in ctx.pages:
            offers = seen.text.offers
            if offers.strength >= LEAST and offers.slogans:
                said = "、".join(dict.fromkeys(m.term for m in offers.slogans[:3]))
                text = f"疑似被入侵的政府网站路径：{seen.view.final_url} 宣称“{said}”。请通报主管单位清理，不算仿冒网站"
                return hit(text, seen.text.evidence(offers.slogans[0]))
        return MISS
