"""What statistics are counted from: verdicts, hand-overs and answers as they stood at an instant. Counts nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lookalike.store.models import (
    Assessment,
    Audit,
    Export,
    Handover,
    HandoverAnswer,
    Lead,
    Run,
    Sighting,
    Site,
    Tip,
    Verdict,
)

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Decided:
    """A lead that stood decided at an instant."""

    lead_id: int
    guilty: bool
    reason: str
    """Code of the standing verdict."""
    judged: str
    """What scoring had called it when it was decided: ``site``, ``advert``; empty: nothing was on record."""
    at: datetime
    """When it was first so decided, counted back through verdicts that say the same."""


@dataclass(frozen=True, slots=True)
class Handled:
    """A hand-over as it stood at an instant."""

    lead_id: int
    kind: str
    at: datetime
    state: str
    state_at: datetime


def decided(session: Session, until: datetime) -> dict[int, Decided]:
    """Leads that stood confirmed or cleared just before ``until``, by number; later undos change nothing."""
    rows = session.execute(
        select(Verdict, Assessment.kind)
        .outerjoin(Assessment, Assessment.id == Verdict.assessment_id)
        .where(Verdict.at < until)
        .order_by(Verdict.id)
    ).all()
    undone = {verdict.undoes for verdict, _ in rows if verdict.undoes is not None}
    found: dict[int, Decided] = {}
    for verdict, kind in rows:
        if verdict.verdict == "undo" or verdict.id in undone:
            continue
        before = found.pop(verdict.lead_id, None)
        if verdict.verdict in {"confirmed", "false_positive"}:
            guilty = verdict.verdict == "confirmed"
            since = before.at if before is not None and before.guilty == guilty else verdict.at
            found[verdict.lead_id] = Decided(verdict.lead_id, guilty, verdict.reason, kind or "", since)
    return found


def handled(session: Session, until: datetime) -> list[Handled]:
    """Hand-overs before ``until`` with the answer that stood then, the oldest first.

    What was taken back since as a mistake never was.
    """
    answers: dict[int, HandoverAnswer] = {}
    for answer in session.scalars(select(HandoverAnswer).where(HandoverAnswer.at < until).order_by(HandoverAnswer.id)):
        answers[answer.handover_id] = answer
    rows = session.scalars(
        select(Handover)
        .where(Handover.handed_at < until, Handover.state != "withdrawn")
        .order_by(Handover.handed_at, Handover.id)
    )
    found = []
    for row in rows:
        last = answers.get(row.id)
        state, at = (last.state, last.at) if last else ("handed", row.handed_at)
        found.append(Handled(row.lead_id, row.kind, row.handed_at, state, at))
    return found


def raised(session: Session, since: datetime | None, until: datetime) -> set[int]:
    """Leads that came back after they had been found guilty, between the two instants."""
    mine = select(Audit.lead_id, Audit.after).where(Audit.what == "raise", Audit.at < until)
    mine = mine.where(Audit.at >= since) if since is not None else mine
    return {
        lead_id for lead_id, after in session.execute(mine) if lead_id and (after or {}).get("status") == "relapsed"
    }


def first_seen(session: Session, since: datetime | None, until: datetime) -> int:
    """How many leads were seen for the first time between the two instants."""
    mine = select(func.count()).select_from(Lead).where(Lead.first_seen < until)
    return session.scalar(mine.where(Lead.first_seen >= since) if since is not None else mine) or 0


def leads(session: Session, numbers: Iterable[int]) -> dict[int, Lead]:
    """Leads by number."""
    wanted = sorted(set(numbers))
    found: dict[int, Lead] = {}
    for start in range(0, len(wanted), _CHUNK):
        rows = session.scalars(select(Lead).where(Lead.id.in_(wanted[start : start + _CHUNK])))
        found |= {lead.id: lead for lead in rows}
    return found


def site_keys(session: Session, numbers: Sequence[int]) -> dict[int, tuple[str, int, str]]:
    """By lead the site's host, port and scope; bare texts have none."""
    found: dict[int, tuple[str, int, str]] = {}
    for start in range(0, len(numbers), _CHUNK):
        rows = select(Lead.id, Site.host, Site.port, Site.scope).join(Site, Site.id == Lead.site_id)
        for lead_id, host, port, scope in session.execute(rows.where(Lead.id.in_(numbers[start : start + _CHUNK]))):
            found[lead_id] = (host, port, scope)
    return found


def first_sources(session: Session, numbers: Sequence[int]) -> dict[int, str]:
    """By lead the id of the source that showed it first; of a bare text ``tips``."""
    found: dict[int, str] = {}
    for start in range(0, len(numbers), _CHUNK):
        part = numbers[start : start + _CHUNK]
        first = (
            select(Lead.id, func.min(Sighting.id).label("first"))
            .join(Sighting, Sighting.site_id == Lead.site_id)
            .where(Lead.id.in_(part))
            .group_by(Lead.id)
            .subquery()
        )
        rows = select(first.c.id, Sighting.source).join(Sighting, Sighting.id == first.c.first)
        found |= {row[0]: row[1] for row in session.execute(rows)}
        told = session.scalars(select(Tip.lead_id).where(Tip.lead_id.in_(part)))
        found |= {lead_id: "tips" for lead_id in told if lead_id is not None and lead_id not in found}
    return found


def known_file(session: Session, sha256: str) -> bool:
    """Whether a file with these bytes was written here."""
    return session.scalar(select(Export.id).where(Export.sha256 == sha256).limit(1)) is not None


def began_at(session: Session) -> datetime | None:
    """When the first run began; None: nothing ever ran."""
    return session.scalar(select(func.min(Run.started_at)))


def reports(session: Session) -> list[dict[str, Any]]:
    """What every report of statistics said of itself: form, from, to."""
    rows = session.scalars(select(Audit.after).where(Audit.what == "export.stats").order_by(Audit.id))
    return [row for row in rows if row]
