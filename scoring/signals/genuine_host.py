"""就是已登记的官方平台。Counter-evidence: the site is a registered platform, by host and port."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class GenuineHost:
    """The registry's row for this host and port."""

    name = "genuine_host"
    title = "已登记官方平台"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a registered address."""
        if ctx.home is None:
            return MISS
        return hit(f"就是已登记的官方平台“{ctx.home.name}”", Evidence(str(case.site), case.url, "host"))
