"""Raising a lead again that had been dealt with: its status and the audit entry, in the caller's one transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from lookalike.store import audit
from lookalike.store.models import Lead

DEALT_WITH = frozenset({"confirmed", "referred", "closed"})
"""Statuses of leads that nobody looks at any more, because the site was found guilty."""
RELAPSED = "relapsed"
WHO = "lookalike nightly"
Cause = Literal["back", "changed", "due"]
"""``back``: what was judged is there again; ``changed``: another page, which scores like a suspect's; ``due``: it had
been put off until now."""


def raise_again(session: Session, lead: Lead, cause: Cause, why: str, now: datetime) -> bool:
    """Puts a lead before the analysts again, for a stated reason; False where it is none of their business.

    Found guilty before: its status is *relapsed*. Judged a false positive: only another page raises it, as *new*, for
    nobody has judged that page. Put off: it is *new* again, so that it stands in the queue. One that nobody has judged,
    or that repeats another, is left as it is.
    """
    status = _status(lead.status, cause)
    if status is None:
        return False
    before = {"status": lead.status, "version": lead.version, "raised_at": _iso(lead.raised_at)}
    lead.status, lead.version = status, lead.version + 1
    lead.raised_at, lead.raised_why = now, why
    session.flush()
    after = {"status": status, "version": lead.version, "raised_at": _iso(now), "why": why, "cause": cause}
    audit.note(session, now, WHO, "raise", lead_id=lead.id, before=before, after=after)
    return True


def _status(status: str, cause: Cause) -> str | None:
    if status in DEALT_WITH or status == RELAPSED:
        return RELAPSED
    if status == "false_positive":
        return "new" if cause == "changed" else None
    return "new" if status == "later" else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None
