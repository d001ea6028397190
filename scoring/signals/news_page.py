"""新闻或公文页面。Counter-evidence: marks of a newsroom's article or a judgment.

Sellers post to article pages as well: a text that offers papers itself is not cleared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.lookups import best_form
from scoring.result import MISS, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

LEAST = 2


class NewsPage:
    """Bylines, sources, editors."""

    name = "news_page"
    title = "新闻页面"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - texts are in the context
        """Hit for two such marks on a page without a query form and without an offer."""
        if ctx.signs_as_organ and not ctx.official:
            return MISS
        if any(best_form(seen)[0] >= 0.5 for seen in ctx.pages):
            return MISS
        for text in ctx.texts:
            words = text.words("news")
            if len(words) >= LEAST and text.offers.strength < 0.5:
                return hit(f"新闻或公文页面（{'、'.join(words[:4])}）", text.evidence(text.matches["news"][0]))
        return MISS
