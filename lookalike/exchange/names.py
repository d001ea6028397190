"""What resolvers read: a response policy zone, and a list as ``/etc/hosts`` has it, of the same confirmed fakes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from lookalike.exchange.facts import Block, Share, zulu

_LONGEST = 253
"""Characters of a name in text (RFC 1035, 2.3.4: 255 octets on the wire)."""
_TTL = 300
"""Seconds: a name that is taken back must not stay refused for a day."""


def blocks(share: Share) -> list[Block]:
    """What may be refused, by name, each once; a name below one that is refused whole is left out."""
    found: dict[str, Block] = {}
    for lead in share.leads:
        block = lead.block
        if block.name and (block.below or block.name not in found):
            found[block.name] = block
    whole = {name for name, block in found.items() if block.below}
    return [found[n] for n in sorted(found) if not any(n != w and n.endswith("." + w) for w in whole)]


def render_zone(share: Share) -> bytes:
    """The zone: every name answers NXDOMAIN (``CNAME .``), and where the whole domain is the crew's all names below.

    Form: draft-vixie-dnsop-dns-rpz-00, QNAME triggers, as BIND, Unbound, Knot and PowerDNS read it.
    """
    lines = [
        f"; {len(blocks(share))} 个经人工确认的仿冒域名，生成于 {zulu(share.at)}",
        f"$ORIGIN {share.zone}.",
        f"$TTL {_TTL}",
        f"@ SOA localhost. hostmaster.localhost. ( {serial(share.at)} 3600 600 604800 {_TTL} )",
        "@ NS localhost.",
    ]
    for block in blocks(share):
        lines.append(f"{block.name} CNAME .")
        if block.below:
            lines.append(f"*.{block.name} CNAME .")
    return ("\n".join(lines) + "\n").encode()


def render_hosts(share: Share) -> bytes:
    """One name a line behind ``0.0.0.0``; it knows no wildcards, so every host that was seen stands by itself."""
    names: set[str] = set()
    for lead in share.leads:
        if lead.block.name:
            names |= {lead.block.name, *([lead.host] if lead.block.below else [])}
    lines = [
        f"# {len(names)} 个经人工确认的仿冒主机名，生成于 {zulu(share.at)}",
        *(f"0.0.0.0 {n}" for n in sorted(names)),
    ]
    return ("\n".join(lines) + "\n").encode()


def serial(at: datetime) -> int:
    """Seconds since 1970: it grows with every list and fits RFC 1982's 32 bits until 2106."""
    return int(at.timestamp())


def too_long(blocked: Iterable[Block], zone: str) -> list[str]:
    """Names that do not fit before the zone's own."""
    return [b.name for b in blocked if len(b.name) + len(zone) + 3 > _LONGEST]
