"""Keys of the host: registration, certificate, address, name servers. Never asked for hosts that strangers share."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from scoring.domains import is_ip, is_listed
from scoring.link import Key
from scoring.linking.known import known
from scoring.linking.places import holder, place_of
from scoring.result import Evidence, SignalResult
from scoring.signals._hosting import age_days, registration

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.case import RegistrationFacts
    from scoring.context import Context

OLD_DAYS = 5 * 365
"""From this age on a domain counts as a bystander's or a victim's: one that lapsed and was bought is young again."""
MANY_ADDRESSES = 4
"""Addresses of one name: more are a network's that serves strangers."""
MANY_NAMES = 10
"""Holders on one certificate: more are customers of one service."""
_WORD = re.compile(r"[a-z]{4,}")
_PUNCTUATION = re.compile(r"[\s.,·()（）_-]+")


def old(ctx: Context) -> bool:
    """Whether the domain has been registered for years; an unknown age is not old."""
    found = registration(ctx)
    if isinstance(found, SignalResult):
        return False
    days = age_days(found[0].created, ctx.case.now)
    return days is not None and days >= OLD_DAYS


def hosting_keys(ctx: Context) -> Iterator[Key]:
    """Keys of a host that one holder has for himself."""
    if not ctx.host:
        return
    yield from _registration(ctx)
    yield from _certificate(ctx)
    yield from _addresses(ctx)
    yield from _name_servers(ctx)


def _told(ctx: Context) -> list[tuple[RegistrationFacts, str]]:
    hosting = ctx.case.hosting
    return [(f.value, where) for f, where in ((hosting.whois, "whois"), (hosting.rdap, "rdap")) if f.known and f.value]


def _registration(ctx: Context) -> Iterator[Key]:
    if ctx.bare_ip:
        return
    for facts, where in _told(ctx):
        mail = facts.email.strip().lower()
        if "@" in mail and not _service(mail, facts) and not ctx.ref.official_host(mail.rpartition("@")[2]):
            yield Key("registrant_email", mail, Evidence(mail, where=f"{where}:email", capture=facts.raw_sha256))
        name = _plain_name(facts.registrant)
        if len(name) >= 2 and not facts.privacy and not _service(facts.registrant.lower(), facts):
            yield Key(_of_whom(facts.registrant), name, Evidence(facts.registrant[:200], where=f"{where}:registrant"))
    registered = next((t for t in _told(ctx) if t[0].created is not None and t[0].registrar), None)
    if registered is not None and registered[0].created is not None:
        facts, where = registered
        value = f"{facts.created.date().isoformat() if facts.created else ''} {facts.registrar}"
        yield Key("batch", value, Evidence(value, where=f"{where}:created", capture=facts.raw_sha256))


def _plain_name(name: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", name)).casefold()


def _of_whom(name: str) -> str:
    folded = f" {unicodedata.normalize('NFKC', name).lower()}"
    return "registrant_org" if any(word in folded for word in known().organisations) else "registrant"


def _service(text: str, facts: RegistrationFacts) -> bool:
    """Whether a service stands in the registrant's place: one that hides him, or the registrar itself."""
    if any(part in text for part in known().hidden):
        return True
    registrar = _plain_name(facts.registrar)
    domain = holder(text.rpartition("@")[2]).partition(".")[0] if "@" in text else ""
    return bool(registrar) and (_plain_name(text) == registrar or (len(domain) >= 4 and domain in registrar))


def _certificate(ctx: Context) -> Iterator[Key]:
    tls = ctx.case.hosting.tls.value
    if tls is None or ctx.case.site is None:
        return
    names = [n.lower().removeprefix("*.").rstrip(".") for n in tls.names]
    names = [n for n in names if n and not is_ip(n) and "." in n and is_listed(n) and not ctx.ref.official_host(n)]
    places = list(dict.fromkeys(map(holder, names)))
    if len(places) > MANY_NAMES:
        return
    if tls.sha256 and (places or tls.self_signed):
        yield Key("certificate", tls.sha256, Evidence(tls.subject or tls.sha256, where="tls", capture=tls.sha256))
    for place in places:
        if place != place_of(ctx.case.site):
            yield Key("cert_name", place, Evidence("、".join(names)[:200], where="tls:names", capture=tls.sha256))


def _addresses(ctx: Context) -> Iterator[Key]:
    """Addresses outside of delivery networks; where nobody looked the network up, honest sites tell."""
    records = ctx.case.hosting.dns.value.records if ctx.case.hosting.dns.value else {}
    found = [ctx.host] if ctx.bare_ip else [*records.get("A", ()), *records.get("AAAA", ())]
    networks = {n.address: n.name.lower() for n in ctx.case.hosting.networks.value or ()}
    delivery = ctx.ref.seeds.services.delivery_networks
    for address in found if len(found) <= MANY_ADDRESSES else ():
        if not any(part in networks.get(address, "") for part in delivery):
            said = f"{address} {networks.get(address, '')}".strip()
            yield Key("ip", address, Evidence(said, where="host" if ctx.bare_ip else "dns:A"))


def _name_servers(ctx: Context) -> Iterator[Key]:
    dns = ctx.case.hosting.dns.value
    asked = [(s, "dns:NS") for s in (dns.records.get("NS", ()) if dns else ())]
    told = [(s, f"{where}:name_servers") for facts, where in _told(ctx) for s in facts.name_servers]
    registrars = [_plain_name(facts.registrar) for facts, _ in _told(ctx)]
    for server, where in asked or told:
        domain = holder(server.lower().rstrip("."))
        words = _WORD.findall(domain.partition(".")[0])
        if not _pool(domain, ctx) and not any(word in name for word in words for name in registrars):
            yield Key("name_server", domain, Evidence(server, where=where))


def _pool(domain: str, ctx: Context) -> bool:
    """Whether a provider gives these servers to all its customers."""
    tables = known()
    shared = domain in tables.name_servers or domain in ctx.ref.seeds.services.foreign_name_servers
    return shared or domain.startswith(tables.name_server_stems)
