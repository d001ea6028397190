"""自称官方机构，域名却由境外免费服务解析。

The site poses as a public body of this country; foreign free services resolve its name. Whoever wants to stay unknown
hides his server behind them; honest private sites use them for speed. Little weight, and none without a claim to be
official.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.result import MISS, SignalResult, hit, unknown
from scoring.signals._hosting import told_by

if TYPE_CHECKING:
    from scoring.case import Case
    from scoring.context import Context


class NameServers:
    """Name servers by DNS, else by the registration, against services that anybody gets."""

    name = "name_servers"
    title = "境外免费解析"

    def __call__(self, case: Case, ctx: Context) -> SignalResult:
        """Hit where every name server belongs to such services and the site claims to be official."""
        if not ctx.host or ctx.official or ctx.bare_ip or ctx.free_suffix:
            return MISS
        servers, where = _servers(case)
        if not servers:
            dns = case.hosting.dns
            return unknown(f"域名服务器未查得{f'（{dns.why}）' if dns.why else ''}")
        if not ctx.claims_official or not all(_foreign(server, ctx) for server in servers):
            return MISS
        said = "、".join(servers[:3])
        return hit(f"自称官方，域名却由境外服务解析（{said}）", told_by(", ".join(servers), where))


def _servers(case: Case) -> tuple[tuple[str, ...], str]:
    dns = case.hosting.dns
    if dns.known and dns.value and (asked := dns.value.records.get("NS")):
        return tuple(s.lower().rstrip(".") for s in asked), "dns:NS"
    for fact, where in ((case.hosting.whois, "whois"), (case.hosting.rdap, "rdap")):
        if fact.known and fact.value and fact.value.name_servers:
            return tuple(s.lower().rstrip(".") for s in fact.value.name_servers), f"{where}:name_servers"
    return (), ""


def _foreign(server: str, ctx: Context) -> bool:
    parts = server.split(".")
    known = ctx.ref.seeds.services.foreign_name_servers
    return any(".".join(parts[i:]) in known for i in range(len(parts)))
