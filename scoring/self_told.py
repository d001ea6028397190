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
OF_SCHOOLS = frozenset({"honest_school", "question_bank"})
"""Words of schools: a site that passes for a public body is none, and news of courses do not make it one."""


def believed(signal: str, result: SignalResult, ctx: Context) -> SignalResult:
    """The result, or a miss for words that a counterfeit says in its own favour."""
    if result.status != "hit" or signal not in SELF_TOLD:
        return result
    if ctx.counterfeit or (signal in OF_SCHOOLS and ctx.passes_for_body):
        return MISS
    return result
