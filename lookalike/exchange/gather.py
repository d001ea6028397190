"""Reads leads back as plain clean values, hosting from the stored visit they were judged by; nothing is fetched."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.config import Config
from lookalike.errors import StoreError, UsageError
from lookalike.exchange.blocking import decide
from lookalike.exchange.clean import clean, clean_all
from lookalike.exchange.facts import Crew, Decided, SharedLead
from lookalike.exchange.masking import masked
from lookalike.exchange.ownership import Rules
from lookalike.opening import open_blobs
from lookalike.store import campaign_views, exports, listing, verdicts, visits
from lookalike.store.blobs import Blobs
from lookalike.store.campaigns import number_of
from lookalike.store.engine import Factory, reading
from lookalike.store.listing import LeadView
from lookalike.store.models import Site
from lookalike.store.verdicts import GUILTY
from scoring.case import Fact, Hosting, RegistrationFacts
from seeds.loader import load_seeds
from seeds.model import Seeds
from spiders.items import VisitItem
from spiders.warc import BrokenWarc, read_visit

MOST_SIGHTINGS = 200
"""Sightings of one lead that are told; the table says how many there are."""

_CONTACTS = frozenset({"advert_contact", "qr_contact"})
"""Signals that say nothing but a contact."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Leads and the crews that they belong to."""

    leads: tuple[SharedLead, ...]
    crews: tuple[Crew, ...]
    seeds: Seeds


def gather(config: Config, factory: Factory, ids: Sequence[int]) -> Gathered:
    """The leads by number, in one snapshot. Raises UsageError for a number that no lead has."""
    seeds = load_seeds(config.seeds_folder)
    blobs, rules = open_blobs(config), Rules.of(seeds)
    with reading(factory) as session:
        leads = [_lead(session, blobs, seeds, number) for number in sorted(set(ids))]
        honest = exports.honest_below(session, (lead.registrable for lead in leads if lead.is_name))
        names = sorted({lead.campaign for lead in leads if lead.campaign})
        crews = [_crew(view) for name in names if (view := campaign_views.show(session, number_of(name)))]
    return Gathered(tuple(_with_names(lead, rules, honest) for lead in leads), tuple(crews), seeds)


def _with_names(lead: SharedLead, rules: Rules, honest: Mapping[str, Sequence[str]]) -> SharedLead:
    mine, block = decide(lead, rules, honest)
    return replace(lead, owned=mine.owned, owner_why=mine.why, protected=mine.protected, block=block)


def _lead(session: Session, blobs: Blobs, seeds: Seeds, number: int) -> SharedLead:
    view = listing.get(session, number)
    if view is None:
        raise UsageError(f"lead {number}: there is no such lead; see the numbers in: lookalike leads")
    row = verdicts.standing(session, number)
    decided = Decided(row.verdict, row.reason, clean(row.by), row.at) if row else None
    site = session.get(Site, view.site_id) if view.site_id else None
    visit = visits.telling(session, site.id) if site else None
    item, unread = _read(blobs, visit.warc_sha256 if visit else None)
    visited = visit.started_at if visit else None
    times = [view.first_seen, view.last_seen, *([visited] if visited else []), *([decided.at] if decided else [])]
    guilty = decided is not None and decided.verdict == "confirmed" and view.status in GUILTY
    return SharedLead(
        **_view(view, seeds),
        port=site.port if site else 80,
        scope=clean(site.scope) if site else "",
        changed_at=max(times),
        visited_at=visited,
        decided=decided,
        guilty=guilty,
        hosting=_cleaned(item.hosting) if item else Hosting(),
        addresses=_addresses(item),
        unread=unread,
    )


def _view(view: LeadView, seeds: Seeds) -> dict[str, Any]:
    platform = seeds.platform(view.impersonates or "")
    official = next((a.url or f"http://{a.host}/" for a in platform.addresses), "") if platform else ""
    values = [clean(c["value"]) for c in view.contacts]
    against = sorted((r for r in view.reasons if r["points"] > 0), key=lambda r: -r["points"])
    return {
        "id": view.id,
        "kind": view.kind,
        "host": clean(view.host),
        "url": clean(view.url),
        "registrable": clean(view.registrable_domain),
        "score": view.score,
        "band": view.band,
        "impersonates": view.impersonates or "",
        "platform": platform.name if platform else "",
        "organ": platform.organ if platform else "",
        "official": official,
        "status": view.status or "",
        "campaign": view.campaign or "",
        "life": view.life,
        "first_seen": view.first_seen,
        "last_seen": view.last_seen,
        "reasons": tuple(clean(r["text"]) for r in against),
        "told": tuple(masked(clean(r["text"]), values) for r in against if r["signal"] not in _CONTACTS),
        "sightings": tuple(clean_all(view.sightings[:MOST_SIGHTINGS])),
        "contacts": tuple(clean_all(view.contacts)),
    }


def _read(blobs: Blobs, sha256: str | None) -> tuple[VisitItem | None, str]:
    """The visit, or why there is none: a broken file keeps no lead from being told."""
    if sha256 is None:
        return None, "没有访问到站点"
    try:
        return read_visit(blobs.path(sha256)), ""
    except (BrokenWarc, StoreError):
        return None, "存档的访问记录已损坏或缺失"


def _addresses(item: VisitItem | None) -> tuple[str, ...]:
    """Where it answered, then what its name led to."""
    if item is None:
        return ()
    seen = [ip for page in item.pages for e in page.exchanges for ip in (e.ip or "").split(",")]
    known = item.hosting.dns.value.records if item.hosting.dns.value else {}
    own = [item.site.host] if item.site.host[-1:].isdigit() or ":" in item.site.host else []
    found = dict.fromkeys([*own, *known.get("A", ()), *known.get("AAAA", ())] or seen)
    return tuple(clean(ip) for ip in found if ip)


def _cleaned(hosting: Hosting) -> Hosting:
    """The texts that leave: who registers, who announces the network; nothing of the registrant."""
    networks = tuple(replace(n, name=clean(n.name), country=clean(n.country)) for n in hosting.networks.value or ())
    value = networks if hosting.networks.value is not None else None
    told = replace(
        hosting.networks, value=value, why=clean(hosting.networks.why), origin=clean(hosting.networks.origin)
    )
    return replace(hosting, whois=_registered(hosting.whois), rdap=_registered(hosting.rdap), networks=told)


def _registered(fact: Fact[RegistrationFacts]) -> Fact[RegistrationFacts]:
    value = fact.value
    if value is not None:
        servers = tuple(clean(s) for s in value.name_servers)
        value = replace(value, registrar=clean(value.registrar), registrant="", email="", name_servers=servers)
    return replace(fact, value=value, why=clean(fact.why), origin=clean(fact.origin))


def _crew(view: campaign_views.View) -> Crew:
    def at(key: str) -> datetime:
        return datetime.fromisoformat(view[key] or view["found_at"])

    why = tuple(f"{w['text']}（{w['pairs']} 对）" for w in view["why"])
    return Crew(view["id"], datetime.fromisoformat(view["found_at"]), at("first_seen"), at("last_seen"), why)
