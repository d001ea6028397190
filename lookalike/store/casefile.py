"""Everything stored about one lead that its page tells; of what is too long the newest, and how much there is."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from lookalike.store import desk, life, verdicts, visits
from lookalike.store.models import (
    Assessment,
    Audit,
    Baseline,
    Handover,
    Lead,
    LifeEvent,
    Sighting,
    Site,
    Verdict,
    Visit,
)

SIGHTINGS, VISITS, ENTRIES = 200, 20, 100
"""Rows of each kind that a page shows at most."""


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One lead with its rows."""

    lead: Lead
    site: Site | None
    assessment: Assessment | None
    judged_visit: Visit | None
    """The visit that the assessment was made from, else the one that tells most."""
    visits: tuple[Visit, ...]
    """The newest first."""
    visits_total: int
    sightings: tuple[Sighting, ...]
    """The newest first."""
    sightings_total: int
    sources: dict[str, int]
    """How often each source showed it, the commonest first."""
    verdicts: tuple[Verdict, ...]
    """The oldest first."""
    standing: Verdict | None
    events: tuple[LifeEvent, ...]
    entries: tuple[Audit, ...]
    """Of the audit trail, the newest first."""
    assessments: tuple[Assessment, ...]
    """The newest first."""
    handovers: tuple[Handover, ...]
    genuine: Baseline | None


def read(session: Session, lead_id: int) -> CaseFile | None:
    """The file of one lead; None where there is none of this number."""
    lead = session.get(Lead, lead_id)
    if lead is None:
        return None
    site = session.get(Site, lead.site_id) if lead.site_id else None
    number = site.id if site else 0
    judged = session.get(Assessment, lead.assessment_id) if lead.assessment_id else None
    seen = select(Sighting).where(Sighting.site_id == number).order_by(Sighting.seen_at.desc(), Sighting.id.desc())
    visited = select(Visit).where(Visit.site_id == number).order_by(Visit.id.desc()).limit(VISITS)
    made = select(Assessment).where(Assessment.site_id == number).order_by(Assessment.id.desc()).limit(ENTRIES)
    return CaseFile(
        lead=lead,
        site=site,
        assessment=judged,
        judged_visit=_judged_visit(session, number, judged),
        visits=tuple(session.scalars(visited)),
        visits_total=_count(session, Visit, number),
        sightings=tuple(session.scalars(seen.limit(SIGHTINGS))),
        sightings_total=_count(session, Sighting, number),
        sources=_sources(session, number),
        verdicts=tuple(verdicts.of_lead(session, lead_id)),
        standing=verdicts.standing(session, lead_id),
        events=tuple(life.events(session, number)),
        entries=tuple(desk.entries_of(session, lead_id)[:ENTRIES]),
        assessments=tuple(session.scalars(made)),
        handovers=tuple(session.scalars(select(Handover).where(Handover.lead_id == lead_id).order_by(Handover.id))),
        genuine=genuine(session, lead_id),
    )


def visit(session: Session, lead_id: int, visit_id: int) -> Visit | None:
    """A visit, if it was one to this lead's site."""
    mine = select(Visit).join(Lead, Lead.site_id == Visit.site_id)
    return session.scalar(mine.where(Lead.id == lead_id, Visit.id == visit_id))


def genuine(session: Session, lead_id: int) -> Baseline | None:
    """The newest good capture of the platform that a lead imitates; one that a browser was shown goes first."""
    mine = select(Baseline).join(Lead, Lead.impersonates == Baseline.platform)
    shown = Baseline.rendered_sha256.is_not(None)
    good = mine.where(Lead.id == lead_id, Baseline.ok).order_by(shown.desc(), Baseline.id.desc())
    return session.scalar(good.limit(1))


def _judged_visit(session: Session, site_id: int, judged: Assessment | None) -> Visit | None:
    warcs = list(judged.documents[:1]) if judged else []
    mine = select(Visit).where(Visit.site_id == site_id, Visit.warc_sha256.in_(warcs))
    found = session.scalar(mine.order_by(Visit.id.desc()).limit(1).options(selectinload(Visit.captures)))
    return found or visits.telling(session, site_id)


def _sources(session: Session, site_id: int) -> dict[str, int]:
    times = func.count()
    found = select(Sighting.source, times).where(Sighting.site_id == site_id).group_by(Sighting.source)
    return {row[0]: row[1] for row in session.execute(found.order_by(times.desc(), Sighting.source))}


def _count(session: Session, table: type[Visit | Sighting], site_id: int) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.site_id == site_id)) or 0
