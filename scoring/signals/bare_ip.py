"""自称官方而只有 IP 地址、没有域名。The site poses as official on a bare address.

11 of 31 provincial construction platforms sit on bare addresses: known ones are rows, and this weighs little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class BareIp:
    """An IP literal as the host."""

    name = "bare_ip"
    title = "裸 IP 地址"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a bare address that claims to be official or shows a certificate."""
        if not ctx.bare_ip or ctx.home is not None:
            return MISS
        cannot = cannot_judge(ctx)
        if cannot is not None:
            return cannot
        if not ctx.poses:
            return MISS
        return hit(
            f"没有域名，只用 IP 地址 {case.site}，且不在已登记平台之列", Evidence(str(case.site), case.url, "host")
        )
