"""Who looks at a lead right now: a lease that the open page renews. It warns whoever comes second and forbids nothing;
what was judged meanwhile, the version of the lead tells.

Opening a lead and taking one over are entries of the audit trail; renewing and letting go change nothing that counts.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review.people import named, same_person
from lookalike.store import audit, desk, handovers
from lookalike.store.models import Lease

LASTS = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Held:
    """Who looks at a lead, since when, and until when if the page is closed now."""

    lead_id: int
    who: str
    since: datetime
    until: datetime
    mine: bool
    """Whether it is the one who asks."""

    def minutes(self, now: datetime) -> int:
        """Whole minutes since it was opened."""
        return max(int((now - self.since).total_seconds()) // 60, 0)


def open_lead(session: Session, lead_id: int, who: str, now: datetime) -> Held:
    """Takes a lead that nobody looks at, or renews one's own; else tells who has it."""
    name = _lock(session, lead_id, who)
    row = desk.lease(session, lead_id)
    if row is not None and row.until > now:
        if same_person(row.who, name):
            row.until = max(row.until, now + LASTS)
            session.flush()
        return _held(row, name)
    row = _set(session, row, lead_id, name, now)
    audit.note(session, now, name, "lease.open", lead_id=lead_id, after={"until": row.until.isoformat()})
    return _held(row, name)


def take_over(session: Session, lead_id: int, who: str, now: datetime) -> Held:
    """Takes a lead, whoever looks at it."""
    name = _lock(session, lead_id, who)
    row = desk.lease(session, lead_id)
    before = None
    if row is not None and row.until > now:
        if same_person(row.who, name):
            return open_lead(session, lead_id, who, now)
        before = {"who": row.who, "since": row.since.isoformat()}
    row = _set(session, row, lead_id, name, now)
    deed = "lease.taken" if before else "lease.open"
    audit.note(session, now, name, deed, lead_id=lead_id, before=before, after={"until": row.until.isoformat()})
    return _held(row, name)


def renew(session: Session, lead_id: int, who: str, now: datetime) -> Held | None:
    """Renews one's own lease, run out or not, unless somebody took it since; else who has the lead; None: nobody."""
    name = _lock(session, lead_id, who)
    row = desk.lease(session, lead_id)
    if row is None:
        return None
    if same_person(row.who, name):
        row.until = max(row.until, now + LASTS)
        session.flush()
    return _held(row, name) if row.until > now else None


def let_go(session: Session, lead_id: int, who: str) -> bool:
    """Ends one's own lease; somebody else's stays."""
    name = _lock(session, lead_id, who)
    row = desk.lease(session, lead_id)
    if row is None or not same_person(row.who, name):
        return False
    session.delete(row)
    session.flush()
    return True


def held(session: Session, leads: Iterable[int], who: str, now: datetime) -> dict[int, Held]:
    """Who looks at which of these leads now."""
    return {row.lead_id: _held(row, who) for row in desk.leases(session, leads, now)}


def _lock(session: Session, lead_id: int, who: str) -> str:
    """Two who open a lead at once take turns. Raises UsageError for an unknown lead."""
    name = named(who, "opens the lead")
    if lead_id not in handovers.locked_leads(session, [lead_id]):
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    return name


def _set(session: Session, row: Lease | None, lead_id: int, who: str, now: datetime) -> Lease:
    if row is None:
        row = Lease(lead_id=lead_id)
        session.add(row)
    row.who, row.since, row.until = who, now, now + LASTS
    session.flush()
    return row


def _held(row: Lease, who: str) -> Held:
    return Held(row.lead_id, row.who, row.since, row.until, same_person(row.who, who))
