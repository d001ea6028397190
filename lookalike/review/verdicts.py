"""Verdicts: the one function that gives one, and the one that takes it back, each in the caller's one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.conflicts import StaleError, check_version
from lookalike.review.people import named
from lookalike.review.reasons import check_reason
from lookalike.review.statuses import HANDED, STATUSES, WORDS, Word
from lookalike.store import audit, verdicts
from lookalike.store.models import Lead, Verdict

__all__ = ["HANDED", "STATUSES", "WORDS", "StaleError", "Word", "give", "undo"]


def give(
    session: Session,
    lead_id: int,
    verdict: Word,
    reason: str,
    note: str,
    by: str,
    now: datetime,
    version: int | None = None,
    *,
    duplicate_of: int | None = None,
) -> Verdict:
    """Gives a verdict on a lead; the row, the lead's status and the audit entry are one transaction.

    ``version`` is the lead's version that the analyst saw; None: whatever it is now. Raises UsageError for an unknown
    lead, a missing reason or a missing name, NotAllowedError for an account that may not judge, StaleError, which says
    who changed what, when the lead has changed meanwhile.
    """
    check_reason(verdict, reason, note)
    who = _judge(session, by)
    lead = _lead(session, lead_id, version)
    if duplicate_of is not None:
        _check_duplicate(session, lead, verdict, duplicate_of)
    row = Verdict(lead_id=lead.id, assessment_id=lead.assessment_id, verdict=verdict, reason=reason, note=note.strip())
    row.by, row.at, row.duplicate_of = who, now, duplicate_of
    return _set_status(session, lead, verdict, row, "verdict")


def undo(session: Session, lead_id: int, by: str, now: datetime, version: int | None = None) -> Verdict:
    """Takes back the verdict that stands, by a row of its own; the status is again what it was before.

    Raises UsageError when no verdict stands, StaleError when the lead has changed meanwhile.
    """
    who = _judge(session, by)
    lead = _lead(session, lead_id, version)
    last = verdicts.standing(session, lead_id)
    if last is None:
        raise UsageError(f"lead {lead_id}: no verdict stands that could be taken back")
    row = Verdict(lead_id=lead.id, assessment_id=lead.assessment_id, verdict="undo", reason="", note="")
    row.by, row.at, row.undoes = who, now, last.id
    return _set_status(session, lead, last.status_before, row, "undo")


def _set_status(session: Session, lead: Lead, status: str, row: Verdict, deed: str) -> Verdict:
    before = {"status": lead.status, "version": lead.version}
    row.status_before = lead.status
    lead.status, lead.version = status, lead.version + 1
    row.lead_version = lead.version
    session.add(row)
    session.flush()
    after = {"status": status, "version": lead.version, "verdict": row.id, "reason": row.reason, "note": row.note}
    if row.undoes is not None:
        after["undoes"] = row.undoes
    if row.duplicate_of is not None:
        after["duplicate_of"] = row.duplicate_of
    audit.note(session, row.at, row.by, deed, lead_id=lead.id, before=before, after=after)
    return row


def _lead(session: Session, lead_id: int, version: int | None) -> Lead:
    locked = (
        select(Lead).where(Lead.id == lead_id).with_for_update(key_share=True).execution_options(populate_existing=True)
    )
    lead = session.scalar(locked)
    if lead is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    check_version(session, lead, version)
    return lead


def _check_duplicate(session: Session, lead: Lead, verdict: str, other: int) -> None:
    if verdict != "duplicate":
        raise UsageError("--of: only a duplicate names the lead that it repeats")
    if other == lead.id or session.get(Lead, other) is None:
        raise UsageError(f"--of {other}: expected the number of another lead")


def _judge(session: Session, by: str) -> str:
    who = named(by, "gives the verdict")
    rights.check(session, who, "leads.judge")
    return who
