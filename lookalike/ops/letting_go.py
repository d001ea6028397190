"""Which bytes may go: those of visits and result pages that are old and that no lead, verdict or paper leans on.

Never those of a lead that was found guilty, handed over, packed or shared, nor of a high or medium one that nobody has
judged yet; never those of a campaign with a guilty one; never a site's newest visit, nor what its newest judgement or
any verdict was made from. Rows stay, and so do the documents with hosting facts: only recordings go.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lookalike.store import verdicts
from lookalike.store.models import (
    Assessment,
    Baseline,
    Export,
    Handover,
    Lead,
    Pack,
    SerpPage,
    Sighting,
    Site,
    Verdict,
    Visit,
)

HARMLESS = ("false_positive",)
"""Statuses of leads that people, or the allow list, found to be none."""

KEPT = (
    *(Visit.warc_sha256, Visit.rendered_sha256, Visit.readings_sha256),
    *(Baseline.warc_sha256, Baseline.rendered_sha256, SerpPage.raw_sha256),
)
"""Columns that name a content among the captures."""


def leads_kept(session: Session) -> set[int]:
    """Leads of which something left the house, or lies ready to: in a pack, an export or a hand-over."""
    found: set[int] = set(session.scalars(select(Handover.lead_id)))
    for table in (Pack, Export):
        for numbers in session.scalars(select(table.leads)):
            found.update(numbers)
    return found


def visits(session: Session, before: datetime, after: int, kept: set[int], limit: int) -> tuple[list[Visit], int]:
    """Visits that may go, by number, of the next ``limit`` looked at; and where to go on from (0: all were seen)."""
    newer = aliased(Visit)
    query = (
        select(Visit, Lead.id)
        .join(Site, Site.id == Visit.site_id)
        .outerjoin(Lead, Lead.site_id == Site.id)
        .where(Visit.id > after, Visit.started_at < before)
        .where(or_(Visit.warc_sha256.is_not(None), Visit.rendered_sha256.is_not(None)))
        .where(exists().where(newer.site_id == Visit.site_id, newer.id > Visit.id, newer.warc_sha256.is_not(None)))
        .where(or_(Lead.id.is_(None), _harmless()))
        .order_by(Visit.id)
        .limit(limit)
    )
    rows = session.execute(query).all()
    needed = _documents(session, {visit.site_id for visit, _ in rows})
    chosen = [
        visit
        for visit, lead in rows
        if (lead is None or lead not in kept) and not needed & {visit.warc_sha256, visit.rendered_sha256}
    ]
    return chosen, rows[-1][0].id if len(rows) == limit else 0


def pages(session: Session, before: datetime, after: int, kept: set[int], limit: int) -> list[SerpPage]:
    """Kept pages of results on which no lead stands but those that are harmless and of which nothing left the house."""
    told_of = kept & set(session.scalars(select(Lead.id).where(Lead.status.in_(HARMLESS))))
    shows = exists().where(
        Sighting.run_id == SerpPage.run_id,
        Sighting.source == SerpPage.source,
        Sighting.query == SerpPage.query,
        Sighting.page == SerpPage.page,
        Lead.site_id == Sighting.site_id,
        or_(Lead.status.not_in(HARMLESS), Lead.id.in_(told_of)),
    )
    query = select(SerpPage).where(SerpPage.id > after, SerpPage.raw_sha256.is_not(None), SerpPage.seen_at < before)
    return list(session.scalars(query.where(~shows).order_by(SerpPage.id).limit(limit)))


def unnamed(session: Session, hashes: Iterable[str]) -> list[str]:
    """Of these, the contents that no row names any more."""
    wanted = sorted(set(hashes))
    columns = (
        *KEPT,
        *(Visit.document_sha256, Baseline.document_sha256, Baseline.body_sha256, Baseline.favicon_sha256),
    )
    named: set[str] = set()
    for column in columns:
        named.update(found for found in session.scalars(select(column).where(column.in_(wanted))) if found)
    return [one for one in wanted if one not in named]


def _harmless() -> ColumnElement[bool]:
    """Of a lead's own standing, and of the campaign that it belongs to."""
    companion = aliased(Lead)
    guilty = exists().where(companion.campaign == Lead.campaign, companion.status.in_(verdicts.GUILTY))
    low = and_(Lead.status == "new", Lead.band == "low")
    return and_(or_(Lead.status.in_(HARMLESS), low), or_(Lead.campaign.is_(None), ~guilty))


def _documents(session: Session, sites: Sequence[int] | set[int]) -> set[str | None]:
    """What the newest judgement of each site, its lead's, and every verdict were made from."""
    newest = select(func.max(Assessment.id)).where(Assessment.site_id.in_(sites)).group_by(Assessment.site_id)
    by_lead = select(Lead.assessment_id).where(Lead.site_id.in_(sites))
    judged = select(Verdict.assessment_id).join(Lead, Lead.id == Verdict.lead_id).where(Lead.site_id.in_(sites))
    query = select(Assessment.documents).where(Assessment.site_id.in_(sites))
    wanted = or_(Assessment.id.in_(newest), Assessment.id.in_(by_lead), Assessment.id.in_(judged))
    return {one for documents in session.scalars(query.where(wanted)) for one in documents}
