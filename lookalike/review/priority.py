"""Priority that people give a lead by hand: it sorts before every rank, until somebody takes it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.people import named
from lookalike.store import audit, handovers
from lookalike.store.models import Lead
from lookalike.store.ranking import TOP


def prefer(session: Session, lead_id: int, priority: int, who: str, now: datetime) -> Lead:
    """Sets a lead's priority, 0 (none) to 3, with its audit entry; the rank follows in the same transaction.

    It is no part of what a lead is judged by, so its version stays. Raises UsageError for an unknown lead or number.
    """
    name = named(who, "sets the priority")
    rights.check(session, name, "leads.judge")
    if not 0 <= priority <= TOP:
        raise UsageError(f"priority {priority}: expected 0 to {TOP}")
    lead = handovers.locked_leads(session, [lead_id]).get(lead_id)
    if lead is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    if lead.priority != priority:
        before, lead.priority = {"priority": lead.priority}, priority
        session.flush()
        audit.note(session, now, name, "priority", lead_id=lead_id, before=before, after={"priority": priority})
    return lead
