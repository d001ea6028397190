"""在官方平台自有的域名之下。Counter-evidence: the host stands under a domain that a registered platform owns.

Not for addresses and shared hosts, where a neighbour is a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class GenuineDomain:
    """The registrable domain against those of the platforms."""

    name = "genuine_domain"
    title = "官方自有域名"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for another host of a platform's own domain."""
        if ctx.sister is None or ctx.home is not None:
            return MISS
        return hit(f"域名属于官方平台“{ctx.sister.name}”", Evidence(ctx.host, case.url, "host"))
