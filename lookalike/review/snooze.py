"""Leads put off until a day or a score; what changes on their site raises them in any case (``review.relapse``)."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import give
from lookalike.store import desk, handovers, verdicts
from lookalike.store.models import Lead, Snooze, Verdict
from spiders.clock import CHINA

LONGEST = timedelta(days=180)
"""Longer than that, and it is a refusal to decide."""


def put_off(
    session: Session,
    lead_id: int,
    by: str,
    now: datetime,
    *,
    until: datetime | None = None,
    min_score: float | None = None,
    note: str = "",
    version: int | None = None,
) -> Verdict:
    """The verdict *later*, and when the lead is to come back: at ``until``, or as soon as it scores ``min_score``.

    Neither: when its site changes. Raises UsageError for a time that is past or further off than half a year, and for a
    score that it has already or that there is not.
    """
    if until is not None and not now < until <= now + LONGEST:
        raise UsageError(f"until {until.isoformat()}: expected a time within the next {LONGEST.days} days")
    if min_score is not None and not 0 < min_score <= 100:
        raise UsageError(f"score {min_score}: expected more than 0, at most 100")
    lead = session.get(Lead, lead_id)
    if min_score is not None and lead is not None and lead.score >= min_score:
        raise UsageError(f"score {min_score}: the lead scores that already")
    row = give(session, lead_id, "later", "", note, by, now, version)
    if until is not None or min_score is not None:
        session.add(Snooze(verdict_id=row.id, lead_id=lead_id, until=until, min_score=min_score))
        session.flush()
    return row


def wake(session: Session, now: datetime) -> list[int]:
    """Raises every lead whose time or score has come, with its audit entry; their numbers."""
    due = desk.due_snoozes(session, now)
    leads = handovers.locked_leads(session, [row.lead_id for row in due])
    woken = []
    for row in due:
        lead, standing = leads[row.lead_id], verdicts.standing(session, row.lead_id)
        if lead.status != "later" or standing is None or standing.id != row.verdict_id:
            continue
        row.woken_at = now
        if raise_again(session, lead, "due", _why(row, lead, now), now):
            woken.append(lead.id)
    session.flush()
    return woken


def _why(row: Snooze, lead: Lead, now: datetime) -> str:
    if row.until is not None and row.until <= now:
        return f"搁置到期（{row.until.astimezone(CHINA):%Y-%m-%d %H:%M}）"
    return f"评分升至 {lead.score:.1f}，达到搁置时设定的 {row.min_score:.1f}"
