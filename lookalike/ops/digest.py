"""What people should know in the morning: numbers, defanged domains and dates, and nothing else of any lead.

It leaves the house by e-mail and by other people's message services; so no address, no text and no contact is in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lookalike.ops.history import DIGEST, NIGHT
from lookalike.review import handling
from lookalike.statistics.deadlines import due, reports
from lookalike.statistics.periods import beijing_day
from lookalike.store import figures, runs
from lookalike.store.models import Assessment, Lead, Lease, Run
from spiders.log_lines import one_line

MOST = 20
"""Domains that are named of each sort; the rest is a number."""
SOON = 14
"""Days before a report is due from which it is told of."""
LATE = timedelta(hours=26)
"""Without a finished night for so long, something is wrong."""


@dataclass(frozen=True, slots=True)
class Named:
    """How many, and the first of them by defanged domain."""

    count: int
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """The facts of one morning."""

    day: str
    night: str
    """How the newest night stands: done, failed, running, late (none for more than a day), or none."""
    leads_high: Named
    """High for the first time since the digest before."""
    relapses: Named
    sources_failed: tuple[str, ...]
    """Ids."""
    alarms: int
    leases_left: Named
    """Opened by somebody, run out, and not judged."""
    handovers_late: int
    """Hand-overs whose time by law is over."""
    reports: tuple[Mapping[str, Any], ...]
    """Reports that are due soon, or whose last one was not written: what, due, days_left, previous_done."""
    undelivered: tuple[str, ...]
    """Days whose digest did not go out."""
    assessments_to: int
    """The newest judgement that it knows; the next digest begins behind it."""
    until: str

    def as_json(self) -> dict[str, Any]:
        """As it is kept, and posted as JSON."""
        return asdict(self)


def gather(session: Session, now: datetime, deadlines: str) -> Digest:
    """The facts since the digest before, or of the last day where there was none."""
    before = [run for run in runs.latest(session, DIGEST, limit=60) if run.state == "done"]
    told = before[0].summary.get("facts", {}) if before else {}
    since = datetime.fromisoformat(told["until"]) if told else now - timedelta(days=1)
    newest = session.scalar(select(func.max(Assessment.id))) or 0
    night = next(iter(runs.latest(session, NIGHT)), None)
    night_told: Mapping[str, Any] = night.summary.get("night", {}) if night else {}
    return Digest(
        day=beijing_day(now).isoformat(),
        night=_standing(night, now),
        leads_high=_named(session, Lead.band == "high", Lead.status == "new", _first_high(told, since)),
        relapses=_named(session, Lead.status == "relapsed", Lead.raised_at > since),
        sources_failed=tuple(sorted({str(f["source"]) for f in night_told.get("failed", []) if f.get("source")})),
        alarms=len(night.summary.get("alarms", [])) if night else 0,
        leases_left=_named(session, Lead.status == "new", Lead.id.in_(select(Lease.lead_id).where(Lease.until < now))),
        handovers_late=len(handling.overdue(handling.lines(session, now))),
        reports=tuple(_reports(session, beijing_day(now), deadlines)),
        undelivered=tuple(_undelivered(session, before)),
        assessments_to=newest,
        until=now.isoformat(),
    )


def defanged(domain: str) -> str:
    """A domain that nothing turns into a link."""
    return one_line(domain).replace(".", "[.]")


def _standing(night: Run | None, now: datetime) -> str:
    if night is None:
        return "none"
    if night.state == "running":
        return "running"
    return "late" if now - (night.finished_at or night.started_at) > LATE else night.state


def _first_high(told: Mapping[str, Any], since: datetime) -> ColumnElement[bool]:
    """Judged high since then, and never before."""
    latest, earlier = aliased(Assessment), aliased(Assessment)
    if told:
        fresh, old = latest.id > told["assessments_to"], earlier.id <= told["assessments_to"]
    else:
        fresh, old = latest.at > since, earlier.at <= since
    known = exists().where(earlier.site_id == Lead.site_id, earlier.band == "high", old)
    return and_(exists().where(latest.id == Lead.assessment_id, fresh), or_(Lead.site_id.is_(None), ~known))


def _named(session: Session, *wanted: ColumnElement[bool]) -> Named:
    count = session.scalar(select(func.count()).select_from(Lead).where(*wanted)) or 0
    best = select(Lead.registrable_domain).where(*wanted).order_by(Lead.score.desc(), Lead.id).limit(MOST)
    return Named(count, tuple(dict.fromkeys(defanged(domain) for domain in session.scalars(best))))


def _reports(session: Session, today: date, deadlines: str) -> list[Mapping[str, Any]]:
    written = [(r["form"], date.fromisoformat(r["to"])) for r in figures.reports(session) if r["to"]]
    began = figures.began_at(session)
    found = due(reports(Path(deadlines) if deadlines else None), today, written, beijing_day(began) if began else None)
    return [
        {
            "what": one.report.what,
            "due": one.day.isoformat(),
            "days_left": one.days_left,
            "written_to": one.written_to.isoformat() if one.written_to else None,
            "previous": one.last.isoformat(),
            "previous_done": one.last_done,
        }
        for one in found
        if one.days_left <= SOON or one.last_done is False
    ]


def _undelivered(session: Session, delivered: Sequence[Run]) -> list[str]:
    last = delivered[0].id if delivered else 0
    lost = select(Run.options).where(Run.kind == DIGEST, Run.state == "lost", Run.id > last).order_by(Run.id)
    return list(dict.fromkeys(str(options.get("day", "?")) for options in session.scalars(lost)))
