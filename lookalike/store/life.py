"""The life of sites in the store: what was known before a visit, what it told, and who is due for another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sqlalchemy import ColumnElement, case, exists, func, or_, select, update
from sqlalchemy.orm import Session

from lookalike.revisits import Intervals
from lookalike.store import verdicts
from lookalike.store.models import Assessment, Baseline, Lead, LifeEvent, Run, SerpPage, Site, Visit
from scoring.life import UP, Life, Told

DECIDED = ("confirmed", "false_positive")
"""Verdicts that say what a page is; the others leave the newest judgement in force."""
FOUND_GUILTY = verdicts.GUILTY
"""Statuses of leads that stand as guilty, wherever their handling has come."""
GIVEN_UP = "E_ATTEMPTS"
"""How the reason begins of a site that was given up: it may be what kills the process."""
REST = timedelta(days=30)
"""How long a site that was given up is left alone."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knew of a site before a visit."""

    life: Life
    since: datetime | None
    been_up: bool
    warc_sha256: str | None
    """The visit that it was judged by; None: it was not judged by any."""
    judged_at: datetime | None
    band: str


def known(session: Session, site_id: int) -> Known:
    """What is known of a site; judged by its standing verdict's page, else by the newest judgement's."""
    site = session.get_one(Site, site_id)
    lead = session.scalar(select(Lead).where(Lead.site_id == site_id))
    verdict = verdicts.standing(session, lead.id) if lead else None
    decided = verdict is not None and verdict.verdict in DECIDED and verdict.assessment_id is not None
    newest = _newest_assessment(session, site_id)
    judged = session.get(Assessment, verdict.assessment_id) if decided and verdict else newest
    seen_up = exists().where(Visit.site_id == site_id, Visit.life.in_(UP))
    return Known(
        life=cast("Life", site.life),
        since=site.life_since,
        been_up=decided or bool(session.scalar(select(seen_up))),
        warc_sha256=judged.documents[0] if judged is not None and judged.documents else None,
        judged_at=(verdict.at if decided and verdict else judged.at) if judged is not None else None,
        band=_watched(lead),
    )


def record(
    session: Session, run: Run, site_id: int, visit_id: int, told: Told, at: datetime, due_at: datetime | None
) -> LifeEvent | None:
    """Keeps what a visit told and when to look again; the event where something changed, None where nothing did.

    *Unknown* leaves what was known as it was.
    """
    session.execute(update(Visit).where(Visit.id == visit_id).values(life=told.life))
    site = session.get_one(Site, site_id, populate_existing=True, with_for_update=True)
    site.due_at = due_at
    event = None
    if told.life not in {"unknown", site.life}:
        event = LifeEvent(site_id=site_id, run_id=run.id, visit_id=visit_id, at=at)
        event.before, event.after, event.back, event.why = site.life, told.life, told.back, told.why
        session.add(event)
        site.life, site.life_since = told.life, at
    session.flush()
    return event


def way_out_works(session: Session, run_id: int) -> bool:
    """Whether anything has answered in this run: a search, a genuine platform, or another site."""
    answers = (
        exists().where(SerpPage.run_id == run_id, SerpPage.outcome.in_(("results", "none"))),
        exists().where(Baseline.run_id == run_id, Baseline.ok),
        exists().where(Visit.run_id == run_id, Visit.outcome != "failed"),
    )
    return bool(session.scalar(select(or_(*answers))))


def due(session: Session, run: Run, now: datetime) -> int:
    """How many sites are due for a visit that nobody asked for."""
    return session.scalar(select(func.count()).select_from(Site).where(*_is_due(run, now))) or 0


def make_pending(session: Session, run: Run, now: datetime, limit: int) -> list[int]:
    """Lets up to ``limit`` due sites wait for a visit, the most urgent first, and returns their numbers.

    By the band of their leads, then those due the longest; a site that was given up rests for a month.
    """
    watched = _watched_band()
    rank = case((watched == "high", 0), (watched == "medium", 1), else_=2)
    urgent = (
        select(Site)
        .outerjoin(Lead, Lead.site_id == Site.id)
        .where(*_is_due(run, now))
        .order_by(rank, func.coalesce(Site.due_at, Site.first_seen), Site.turn, Site.id)
        .limit(limit)
        .with_for_update(of=Site)
        .execution_options(populate_existing=True)
    )
    chosen = list(session.scalars(urgent))
    for site in chosen:
        site.state, site.attempts, site.error = "pending", 0, ""
    session.flush()
    return [site.id for site in chosen]


def reschedule(session: Session, run: Run, intervals: Intervals) -> int:
    """Sets when the sites that this run visited are looked at again, by what they have been judged to be since.

    Returns how many; done twice it changes nothing.
    """
    found = session.execute(
        select(Site, _watched_band())
        .outerjoin(Lead, Lead.site_id == Site.id)
        .where(Site.visit_run_id == run.id, Site.due_at.is_not(None), Site.state.in_(("done", "failed")))
        .order_by(Site.id)
        .with_for_update(of=Site)
    ).all()
    for site, band in found:
        since, at = site.life_since or site.first_seen, site.last_visit_at or site.first_seen
        site.due_at = intervals.next_visit(at, cast("Life", site.life), since, band)
    session.flush()
    return len(found)


def events(session: Session, site_id: int) -> list[LifeEvent]:
    """All changes in the life of a site, the oldest first."""
    return list(session.scalars(select(LifeEvent).where(LifeEvent.site_id == site_id).order_by(LifeEvent.id)))


def counts(session: Session, run: Run) -> dict[str, int]:
    """Changes of this run by what the site became, and under ``back`` those that came back."""
    mine = LifeEvent.run_id == run.id
    kinds = select(LifeEvent.after, func.count()).where(mine).group_by(LifeEvent.after).order_by(LifeEvent.after)
    found = {row[0]: row[1] for row in session.execute(kinds)}
    back = session.scalar(select(func.count()).select_from(LifeEvent).where(mine, LifeEvent.back)) or 0
    return found | ({"back": back} if back else {})


def raised_since(session: Session, run: Run) -> int:
    """How many leads have been raised again since the run began."""
    raised = select(func.count()).select_from(Lead).where(Lead.raised_at >= run.started_at)
    return session.scalar(raised) or 0


def page_changed(session: Session, run: Run) -> Sequence[tuple[Lead, bool]]:
    """Leads whose site this run found with another page than the judged one, judged anew; and whether it was away."""
    returned = exists().where(
        LifeEvent.site_id == Site.id, LifeEvent.run_id == run.id, LifeEvent.after == "changed", LifeEvent.back
    )
    found = session.execute(
        select(Lead, returned)
        .join(Site, Site.id == Lead.site_id)
        .join(Assessment, Assessment.id == Lead.assessment_id)
        .where(Site.visit_run_id == run.id, Site.life == "changed", Assessment.run_id == run.id)
        .order_by(Lead.id)
        .with_for_update(of=Lead)
    )
    return [(row[0], row[1]) for row in found]


def _watched(lead: Lead | None) -> str:
    """The band by which a site is watched: one that was found guilty is, whatever face it shows now."""
    if lead is None:
        return "low"
    return "high" if lead.status in FOUND_GUILTY else lead.band


def _watched_band() -> ColumnElement[str]:
    """The same in SQL, of a lead that may be missing."""
    return case((Lead.status.in_(FOUND_GUILTY), "high"), else_=func.coalesce(Lead.band, "low"))


def _newest_assessment(session: Session, site_id: int) -> Assessment | None:
    mine = select(Assessment).where(Assessment.site_id == site_id)
    return session.scalar(mine.order_by(Assessment.run_id.desc()).limit(1))


def _is_due(run: Run, now: datetime) -> tuple[ColumnElement[bool], ...]:
    """Sites that this run has not visited and whose time has come; those that never had one, left over, as well."""
    return (
        Site.state.in_(("done", "failed")),
        or_(Site.visit_run_id.is_(None), Site.visit_run_id != run.id),
        or_(Site.due_at.is_(None), Site.due_at <= now),
        or_(~Site.error.startswith(GIVEN_UP), func.coalesce(Site.due_at, Site.last_seen) <= now - REST),
    )
