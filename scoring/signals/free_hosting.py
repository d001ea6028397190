"""架在免费或共享主机上却自称官方。The site poses as official under a name that anybody gets for nothing.

Hobby pages live there; public bodies do not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class FreeHosting:
    """Private public suffixes and shared hosts."""

    name = "free_hosting"
    title = "免费或共享主机"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit where the site claims to be official or offers certificates."""
        if not ctx.free_suffix:
            return MISS
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if not ctx.poses and not ctx.offering:
            return MISS
        return hit(f"架在任何人都能开通的主机上（{ctx.free_suffix}）", Evidence(ctx.host, case.url, "host"))
