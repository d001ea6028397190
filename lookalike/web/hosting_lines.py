"""Hosting facts of a visit as lines: what a reader compares, and what changed between two visits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from scoring.case import Fact, Hosting, NetworkFacts, RegistrationFacts, TlsFacts
from spiders.clock import CHINA

TYPES = ("A", "AAAA", "NS", "MX", "CNAME", "TXT")


def dns_text(hosting: Hosting) -> str:
    """The answers of the name server, one line a type."""
    fact = hosting.dns
    if fact.value is None:
        return f"{fact.state} {fact.why}".strip()
    known = fact.value.records
    lines = [f"; {fact.origin} {fact.value.rcode}".rstrip()]
    lines += [f"{kind}\t{', '.join(known[kind]) or '（无）'}" for kind in sorted(known)]
    lines += [f"{kind}\t{error}" for kind, error in sorted(fact.value.errors.items())]
    lines += [f"A @{server}\t{', '.join(found) or '（无）'}" for server, found in sorted(fact.value.by_server.items())]
    return "\n".join(lines)


def registration_text(fact: Fact[RegistrationFacts]) -> str:
    """What WHOIS or RDAP told, one line a field."""
    row = fact.value
    if row is None:
        return f"{fact.state} {fact.why}".strip()
    told = {
        "registered": str(row.registered),
        "created": _time(row.created),
        "updated": _time(row.updated),
        "expires": _time(row.expires),
        "registrar": row.registrar,
        "registrant": row.registrant,
        "email": row.email,
        "name_servers": ", ".join(row.name_servers),
        "statuses": ", ".join(row.statuses),
    }
    return "\n".join([f"; {fact.origin}", *(f"{name}: {value}" for name, value in told.items() if value)])


def tls_text(fact: Fact[TlsFacts]) -> str:
    """The certificate, one line a field."""
    row = fact.value
    if row is None:
        return f"{fact.state} {fact.why}".strip()
    told = {
        "issuer": row.issuer,
        "subject": row.subject,
        "names": ", ".join(row.names),
        "not_before": _time(row.not_before),
        "not_after": _time(row.not_after),
        "verified": str(row.verified),
        "verify_error": row.verify_error,
        "sha256": row.sha256,
    }
    return "\n".join([f"; {fact.origin}", *(f"{name}: {value}" for name, value in told.items() if value)])


def network_text(fact: Fact[tuple[NetworkFacts, ...]]) -> str:
    """The networks that announce its addresses."""
    rows = fact.value or ()
    lines = [f"{row.address} AS{row.asn or '?'} {row.name} {row.country}".strip() for row in rows]
    quoted = [f"{row.address} {row.name} {row.country}".strip() for row in rows]
    return "\n".join([f"; {fact.origin} {fact.state} {fact.why}".rstrip(), *lines, *quoted])


def watched(hosting: Hosting) -> dict[str, str]:
    """By name what is compared between two visits; what nobody could tell is missing."""
    return dict(_watched(hosting))


def _watched(hosting: Hosting) -> Iterator[tuple[str, str]]:
    if hosting.dns.value is not None:
        for kind in TYPES:
            if kind in hosting.dns.value.records:
                yield f"DNS {kind}", "、".join(sorted(hosting.dns.value.records[kind])) or "无"
    row = hosting.whois.value or hosting.rdap.value
    if row is not None:
        told = (
            ("注册", "有" if row.registered else "无"),
            ("注册商", row.registrar),
            ("注册人", row.registrant),
            ("注册日", _day(row.created)),
            ("到期日", _day(row.expires)),
            ("状态", "、".join(sorted(row.statuses))),
        )
        yield from ((f"WHOIS {name}", value) for name, value in told if value)
    if hosting.tls.state == "ok":
        yield "证书签发者", hosting.tls.value.issuer if hosting.tls.value else "无证书"


def _time(at: datetime | None) -> str:
    return f"{at.isoformat()}（北京时间 {at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}）" if at else ""


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d}" if at else ""
