"""域名对不同解析者给出不同去处。

Name servers that were asked side by side lead elsewhere: for some the name is missing or lies inside, for others not,
or its addresses have no network in common. A site that hides does that, and so does an operator that blocks a reported
fake; delivery networks answer by place for everybody and count not.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network
from typing import TYPE_CHECKING

from scoring.result import MISS, Evidence, SignalResult, hit, unknown

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context

APART = 0.5
"""Of addresses that are all public: two centres of one honest host look the same."""
_INSIDE = tuple(
    IPv4Network(n)
    for n in ("0.0.0.0/8", "10.0.0.0/8", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
)


class DnsDisagreement:
    """Answers of several name servers, where several are configured."""

    name = "dns_disagreement"
    title = "解析结果不一致"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Full where some servers know no public address and others do, half where no network is shared."""
        if not ctx.host or ctx.official or ctx.bare_ip:
            return MISS
        dns = case.hosting.dns
        if not dns.known or dns.value is None:
            return unknown(f"域名解析未查得{f'（{dns.why}）' if dns.why else ''}")
        told = dns.value.by_server
        if len(told) < 2:
            return MISS
        said = "；".join(f"{server}：{'、'.join(found[:2]) or '无'}" for server, found in sorted(told.items()))
        evidence = Evidence(said[:200], where="dns:A")
        open_to = [server for server, found in told.items() if any(map(_public, found))]
        if 0 < len(open_to) < len(told):
            return hit(f"有的域名服务器查不到公网地址，有的查得到（{said[:120]}）", evidence)
        if open_to and not _delivered(case, ctx) and not _shares(told):
            return hit(f"不同域名服务器给出的地址不在同一网络（{said[:120]}）", evidence, strength=APART)
        return MISS


def _shares(told: dict[str, tuple[str, ...]]) -> bool:
    """Whether any two servers lead into one /16."""
    seen: set[int] = set()
    for found in told.values():
        networks = {int(IPv4Address(address)) >> 16 for address in found if _is_address(address)}
        if networks & seen:
            return True
        seen |= networks
    return False


def _delivered(case: Case, ctx: Context) -> bool:
    names = [n.name.lower() for n in case.hosting.networks.value or ()]
    return any(part in name for name in names for part in ctx.ref.seeds.services.delivery_networks)


def _public(address: str) -> bool:
    return _is_address(address) and not any(IPv4Address(address) in network for network in _INSIDE)


def _is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True
