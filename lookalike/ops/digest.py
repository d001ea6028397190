"""What people should know in the morning: numbers, defanged domains and dates, and nothing else of any lead.

It leaves the house by e-mail and by other people's message services; so no address, no text and no contact is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
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
REACHES = timedelta(days=30)
"""How far back the first digest that goes out reaches for those that should have."""
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
    since: str
    until: str
    assessments_from: int | None
    """It tells of judgements behind this one; None: of those made since ``since``."""
    assessments_to: int
    """The newest judgement that it knows; the next digest begins behind it."""

    def as_json(self) -> dict[str, Any]:
        """As it is kept, and posted: the same lists whether it was read back or not."""
        found: dict[str, Any] = json.loads(json.dumps(asdict(self), ensure_ascii=False))
        return found


def gather(session: Session, now: datetime, deadlines: str) -> Digest:
    """The facts since the digest before, or of the last day where there was none."""
    before = [run for run in runs.latest(session, DIGEST, limit=60) if run.state == "done"]
    since, seen = _begins(session, before, now)
    newest = session.scalar(select(func.max(Assessment.id))) or 0
    night = next(iter(runs.latest(session, NIGHT)), None)
    night_told: Mapping[str, Any] = night.summary.get("night", {}) if night else {}
    return Digest(
        day=beijing_day(now).isoformat(),
        night=_standing(night, now),
        leads_high=_named(session, Lead.band == "high", Lead.status == "new", _first_high(seen, since)),
        relapses=_named(session, Lead.status == "relapsed", Lead.raised_at > since),
        sources_failed=tuple(sorted({str(f["source"]) for f in night_told.get("failed", []) if f.get("source")})),
        alarms=len(night.summary.get("alarms", [])) if night else 0,
        leases_left=_named(session, Lead.status == "new", Lead.id.in_(select(Lease.lead_id).where(Lease.until < now))),
        handovers_late=len(handling.overdue(handling.lines(session, now))),
        reports=tuple(_reports(session, beijing_day(now), deadlines)),
        undelivered=tuple(_undelivered(session, before)),
        since=since.isoformat(),
        until=now.isoformat(),
        assessments_from=seen,
        assessments_to=newest,
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


def _begins(session: Session, delivered: Sequence[Run], now: datetime) -> tuple[datetime, int | None]:
    """Where the last digest that went out has ended; where none has, where the first that should have begun."""
    if delivered:
        told = delivered[0].summary["facts"]
        return datetime.fromisoformat(told["until"]), int(told["assessments_to"])
    first = session.scalars(_lost().where(Run.started_at > now - REACHES).limit(1)).first()
    told = first.summary.get("facts") if first is not None else None
    if not told:
        return now - timedelta(days=1), None
    return datetime.fromisoformat(told["since"]), told["assessments_from"]


def _first_high(seen: int | None, since: datetime) -> ColumnElement[bool]:
    """Judged high since then, and never before."""
    latest, earlier = aliased(Assessment), aliased(Assessment)
    if seen is not None:
        fresh, old = latest.id > seen, earlier.id <= seen
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
    lost = session.scalars(_lost().where(Run.id > last))
    return list(dict.fromkeys(str(run.options.get("day", "?")) for run in lost))


def _lost() -> Select[Run]:
    return select(Run).where(Run.kind == DIGEST, Run.state == "lost").order_by(Run.id)
