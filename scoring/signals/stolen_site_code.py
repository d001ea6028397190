"""页面上的网站标识码属于别的平台。The page carries a number that belongs to a platform elsewhere.

Only government sites get one; copied footers keep the original's.
Honest pages that explain or list such numbers trip it seldom: they print them in running text, not as their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.signals._claims import borrowed

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context
    from scoring.result import SignalResult


class StolenSiteCode:
    """Numbers on the site's pages against the table of registered ones."""

    name = "stolen_site_code"
    title = "盗用网站标识码"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:  # noqa: ARG002 - pages are in the context
        """Hit when a number belongs to a platform that does not live here."""
        return borrowed(ctx, lambda seen: seen.claims.site_codes, ctx.ref.site_codes, "网站标识码")
