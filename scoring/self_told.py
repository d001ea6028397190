"""Counter-evidence that a page tells of itself, and when it is believed.

Whoever copies a page can add any words to it: warnings, a school's offer, a demonstration's notice, another
subject, a company's footer. On a site that works as a query and passes for a genuine platform elsewhere none of
them counts. What the page cannot write (its address, its registration, where visits end) is not here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult

if TYPE_CHECKING:
    from scoring.context import Context

SELF_TOLD = frozenset(
    {
        "demo_site",
        "entrance_portal",
        "honest_school",
        "news_page",
        "other_subject",
        "own_body",
        "parked_page",
        "question_bank",
        "quoting_context",
    }
)
"""Signals with negative points that read nothing but the site's own pages."""


def believed(signal: str, result: SignalResult, ctx: Context) -> SignalResult:
    """The result, or a miss for words that a counterfeit says in its own favour."""
    if signal in SELF_TOLD and result.status == "hit" and ctx.counterfeit:
        return MISS
    return result
