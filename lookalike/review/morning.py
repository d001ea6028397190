"""What the end of a night owes the analysts' desk: leads that were put off come back, what is known to be harmless is
cleared, and what has faded is deleted.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.review import allow
from lookalike.review.snooze import wake
from lookalike.review.throttle import FADES
from lookalike.store import people

SESSIONS_KEPT = timedelta(days=90)
"""How long a session that has run out can still be looked at; the audit trail keeps what it told for ever."""


def ready(session: Session, now: datetime) -> list[int]:
    """Raises leads whose time or score has come, and says which; may be called as often as one likes."""
    people.sweep(session, now - 2 * FADES, now - SESSIONS_KEPT)
    allow.apply(session, now)
    return wake(session, now)
