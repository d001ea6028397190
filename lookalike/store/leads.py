"""Leads: one a site, made when a judgement is medium or above, kept up to date ever after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lookalike.store import assessments
from lookalike.store.assessments import Contact
from lookalike.store.models import Lead, Run, Site
from lookalike.store.sites import key_of
from scoring.result import Assessment

SHOWN = ("high", "medium")
"""The bands that make a lead; low judgements are kept, not shown."""


def record(
    session: Session,
    run: Run,
    site: Site,
    judged: Assessment,
    *,
    contacts: Sequence[Contact],
    now: datetime,
    url: str = "",
    documents: Sequence[str] = (),
    reference: str | None = None,
    sightings_to: int | None = None,
) -> tuple[Lead | None, bool]:
    """Stores the judgement of a site, and makes or updates its lead; says whether the lead is new.

    There is no lead (None) while the judgement is low and never was higher. A repeat changes nothing. ``url`` is the
    address to look at; empty: the first one seen. What follows it: see ``assessments.save``.
    """
    row = assessments.save(
        session,
        run,
        site,
        judged,
        contacts=contacts,
        now=now,
        documents=documents,
        reference=reference,
        sightings_to=sightings_to,
    )
    lead = of_site(session, site.id)
    if lead is None and judged.band not in SHOWN:
        return None, False
    is_new = lead is None
    if lead is None:
        lead = Lead(site_id=site.id, host=site.host, status="new", version=1)
        lead.registrable_domain = site.registrable_domain
        lead.contacts, lead.first_seen, lead.last_seen = [], site.first_seen, site.last_seen
    elif _differs(lead, judged):
        lead.version += 1
    lead.kind, lead.score, lead.band, lead.impersonates = judged.kind, judged.score, judged.band, judged.impersonates
    lead.url = url or next(iter(site.urls), "") or f"http://{key_of(site)}/"
    lead.first_seen, lead.last_seen = min(lead.first_seen, site.first_seen), max(lead.last_seen, site.last_seen)
    lead.alive, lead.assessment_id = site.alive, row.id
    lead.contacts = _joined(lead.contacts, row.contacts)
    session.add(lead)
    session.flush()
    return lead, is_new


def of_site(session: Session, site_id: int) -> Lead | None:
    """The lead of a site, locked; None when there is none."""
    mine = select(Lead).where(Lead.site_id == site_id).with_for_update().execution_options(populate_existing=True)
    return session.scalar(mine)


def touch(session: Session, site_ids: Iterable[int], at: datetime) -> None:
    """The leads of these sites were seen again at ``at``."""
    session.execute(update(Lead).where(Lead.site_id.in_(list(site_ids)), Lead.last_seen < at).values(last_seen=at))


def _differs(lead: Lead, judged: Assessment) -> bool:
    mine = lead.kind, lead.score, lead.band, lead.impersonates
    return mine != (judged.kind, judged.score, judged.band, judged.impersonates)


def _joined(known: list[dict[str, str]], found: list[dict[str, str]]) -> list[dict[str, str]]:
    """Contacts once found stay: they link leads even when a page has changed them."""
    return [*known, *(c for c in found if c not in known)]
