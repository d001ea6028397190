"""页面的统计代码是官方平台的。The page calls the counter of a genuine platform: its source was copied whole.

Nobody counts his visitors into another's account on purpose. Other sites' counters say nothing here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from scoring.signals._claims import borrowed

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.claims import Claim
    from scoring.context import Context
    from scoring.result import SignalResult
    from scoring.seen import Seen


def _ids(seen: Seen) -> tuple[Claim, ...]:
    return tuple(replace(c, value=c.value.rpartition(":")[2].lower()) for c in seen.claims.analytics)


class StolenAnalytics:
    """Analytics ids of the pages against those of genuine platforms."""

    name = "stolen_analytics"
    title = "沿用官方统计代码"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when an id is a genuine platform's."""
        return borrowed(ctx, _ids, ctx.ref.analytics, "统计代码", unlisted=False)
