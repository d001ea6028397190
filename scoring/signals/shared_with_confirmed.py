"""与经核实的仿冒网站同在一个 IP。An address of the site is one where analysts confirmed a fake.

One builder serves many sites from one machine. Addresses of delivery networks and free hosts are shared by strangers
and say nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class SharedWithConfirmed:
    """Addresses by DNS, or the bare address itself, against confirmed ones."""

    name = "shared_with_confirmed"
    title = "与已核实仿冒网站同址"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit for a confirmed address; *unknown* while nothing is confirmed or the addresses are not known."""
        if not ctx.host or ctx.official or ctx.free_suffix:
            return MISS
        if not ctx.ref.confirmed_ips:
            return unknown("还没有经核实的仿冒网站地址可比")
        addresses, where = ((ctx.host,), "host") if ctx.bare_ip else (_addresses(case), "dns:A")
        if addresses is None:
            dns = case.hosting.dns
            return unknown(f"域名解析未取得{f'（{dns.why}）' if dns.why else ''}")
        same = sorted(set(addresses) & ctx.ref.confirmed_ips)
        if not same or _crowded(same[0], case, ctx):
            return MISS
        return hit(f"与经核实的仿冒网站同在 {same[0]}", Evidence(same[0], case.url, where))


def _addresses(case: Case) -> tuple[str, ...] | None:
    dns = case.hosting.dns
    if not dns.known or dns.value is None:
        return None
    asked = [dns.value.records[kind] for kind in ("A", "AAAA") if kind in dns.value.records]
    return tuple(a for addresses in asked for a in addresses) if asked else None


def _crowded(address: str, case: Case, ctx: Context) -> bool:
    """Whether the address belongs to a network behind which thousands of sites share it."""
    networks = case.hosting.networks.value or ()
    names = [n.name.lower() for n in networks if n.address == address]
    return any(part in name for name in names for part in ctx.ref.seeds.services.delivery_networks)
