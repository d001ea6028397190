"""Verdicts as rows: added, never changed; and what a refit learns from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from lookalike.store.models import Assessment, Lead, Site, SiteAddress, Verdict
from lookalike.store.upsert import insert_new

GUILTY = ("confirmed", "referred", "closed", "relapsed")
"""Statuses of leads that were found guilty: handed over, closed or come back, they are none the less so."""
PROGRAM = "lookalike "
"""How names begin that the program itself signs with; no person's does."""
TOKEN = f"{PROGRAM}token "
"""How those of other offices' keys begin: whoever holds one has looked himself."""
RARE = 3
"""Sites at one address that nobody has confirmed, from which the address is taken for one that strangers share."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lead that an analyst decided, with the rows that he had before him."""

    lead_id: int
    host: str
    kind: str
    guilty: bool
    campaign: str
    weights_version: str
    rows: Sequence[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A lead with its latest rows."""

    lead_id: int
    host: str
    kind: str
    status: str
    weights_version: str
    rows: Sequence[dict[str, Any]]


def of_lead(session: Session, lead_id: int) -> list[Verdict]:
    """All verdicts on a lead, the oldest first, undone ones and undos included."""
    return list(session.scalars(select(Verdict).where(Verdict.lead_id == lead_id).order_by(Verdict.id)))


def standing(session: Session, lead_id: int) -> Verdict | None:
    """The verdict that holds: the newest that is no undo and was not undone."""
    mine = select(Verdict).where(Verdict.lead_id == lead_id, Verdict.verdict != "undo", Verdict.id.not_in(_undone()))
    return session.scalar(mine.order_by(Verdict.id.desc()).limit(1))


def lessons(session: Session) -> list[Lesson]:
    """Every lead that people left confirmed or as a false positive, by number; the allow list teaches nothing."""
    newest = (
        select(func.max(Verdict.id))
        .where(Verdict.verdict != "undo", Verdict.id.not_in(_undone()))
        .group_by(Verdict.lead_id)
    )
    found = (
        select(Verdict, Lead, Assessment)
        .join(Lead, Lead.id == Verdict.lead_id)
        .join(Assessment, Assessment.id == Verdict.assessment_id)
        .where(Verdict.id.in_(newest), Verdict.verdict.in_(("confirmed", "false_positive")))
        .where(~Verdict.by.startswith(PROGRAM))
        .order_by(Verdict.lead_id)
    )
    return [
        Lesson(
            lead.id,
            lead.host,
            judged.kind,
            verdict.verdict == "confirmed",
            lead.campaign or "",
            judged.weights_version,
            judged.rows,
        )
        for verdict, lead, judged in session.execute(found)
    ]


def scored(session: Session) -> Iterator[Scored]:
    """Every lead that has an assessment, by number; one at a time, as rows with their evidence are large."""
    found = (
        select(Lead.id, Lead.host, Lead.kind, Lead.status, Assessment.weights_version, Assessment.rows)
        .join(Assessment, Assessment.id == Lead.assessment_id)
        .order_by(Lead.id)
        .execution_options(yield_per=500)
    )
    yield from (Scored(*row) for row in session.execute(found))


def note_addresses(session: Session, site_id: int, addresses: Sequence[str], at: Any) -> None:
    """Remembers where a site's name led; what is known already stays."""
    rows = [{"site_id": site_id, "address": a, "first_seen": at} for a in sorted(set(addresses))]
    insert_new(session, SiteAddress, rows)


def confirmed_addresses(session: Session) -> dict[str, list[str]]:
    """Addresses of confirmed fakes, each with their hosts, where they tell anything.

    An address that more than ``RARE`` sites share which nobody confirmed is a delivery network's or a hoster's; one
    that led to a site that was cleared, or to a genuine platform, is no sign of guilt either.
    """
    mine = (
        select(SiteAddress.address, Site.host)
        .join(Site, Site.id == SiteAddress.site_id)
        .join(Lead, Lead.site_id == Site.id)
        .where(Lead.status.in_(GUILTY))
        .order_by(SiteAddress.address, Site.host)
    )
    hosts: dict[str, list[str]] = {}
    for address, host in session.execute(mine):
        known = hosts.setdefault(address, [])
        if host not in known:
            known.append(host)
    shared = _shared(session, list(hosts))
    return {address: found for address, found in hosts.items() if address not in shared}


def _shared(session: Session, addresses: list[str]) -> set[str]:
    """Those addresses that honest or unjudged sites use as well."""
    found: set[str] = set()
    for start in range(0, len(addresses), 500):
        part = addresses[start : start + 500]
        others = (
            select(SiteAddress.address, Site.registrable_domain, Site.state, Lead.status)
            .join(Site, Site.id == SiteAddress.site_id)
            .outerjoin(Lead, Lead.site_id == Site.id)
            .where(SiteAddress.address.in_(part))
        )
        strangers: dict[str, set[str]] = {}
        for address, domain, state, status in session.execute(others):
            if state == "genuine" or status == "false_positive":
                found.add(address)
            elif status not in {*GUILTY, "duplicate"}:
                strangers.setdefault(address, set()).add(domain)
        found |= {address for address, domains in strangers.items() if len(domains) > RARE}
    return found


def _undone() -> Select[int | None]:
    undo = aliased(Verdict)
    return select(undo.undoes).where(undo.undoes.is_not(None))
