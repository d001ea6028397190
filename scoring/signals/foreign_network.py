"""自称官方机构，服务器却在境外网络。The site poses as a public body of this country and is served from abroad.

Content delivery networks have nodes everywhere and count half, hosts that anybody gets for nothing are abroad by
nature; a site without such a claim may live where it likes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown
from scoring.signals._claims import cannot_judge

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


EVERYWHERE = 0.5
"""Of a delivery network: it answers from abroad for honest sites as well, provincial platforms among them."""


class ForeignNetwork:
    """Countries of the networks that announce the site's addresses."""

    name = "foreign_network"
    title = "官方自称而在境外"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit when every known network is abroad and the site claims to be official."""
        if ctx.official or not ctx.host or ctx.free_suffix:
            return MISS
        networks = case.hosting.networks
        if not networks.known or networks.value is None:
            return unknown(f"服务器所在网络未查得{f'（{networks.why}）' if networks.why else ''}")
        countries = {n.country.upper() for n in networks.value if n.country}
        if not countries:
            return unknown("服务器地址不在网络归属表内")
        if "CN" in countries:
            return MISS
        if not ctx.poses:
            return cannot_judge(ctx) or MISS
        first = next(n for n in networks.value if n.country)
        where = f"{first.address} {first.name} {first.country}"
        everywhere = any(part in first.name.lower() for part in ctx.ref.seeds.services.delivery_networks)
        return hit(
            f"自称官方，服务器却在境外网络（{first.name or first.asn}，{first.country}）",
            Evidence(where, where="network"),
            strength=EVERYWHERE if everywhere else 1.0,
        )
