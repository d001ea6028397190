"""页面上的ICP 备案号属于别的平台。The page carries a number that belongs to a platform elsewhere.

A filing number is printed by anybody; only whose it is counts.
Honest pages that explain or list such numbers trip it seldom: they print them in running text, not as their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._claims import borrowed

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult


class StolenIcp:
    """Numbers on the site's pages against the table of registered ones."""

    name = "stolen_icp"
    title = "盗用备案号"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when a number belongs to a platform that does not live here."""
        return borrowed(ctx, lambda seen: seen.claims.icp, ctx.ref.icp, "备案号")
