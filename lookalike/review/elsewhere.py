"""Signing in through a provider that the unit trusts: only into an account that is there, and that its owner has opened
with a password once. The first time binds the account to the provider's subject; a name that was given to somebody else
there opens nothing here. Roles are never taken from outside, and a second factor is asked for all the same.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy.orm import Session

from lookalike.review import sessions
from lookalike.review.people import folded
from lookalike.review.sessions import Origin
from lookalike.review.signin import NAME, NOBODY, Entered, Refused
from lookalike.store import audit, people
from lookalike.store.engine import Factory, writing
from lookalike.store.models import Person

NO_ACCOUNT = "没有与之对应、可以使用的账号；请联系系统管理员"
"""One sentence for every reason: which names have accounts is nobody else's business."""
Why = Literal["unknown", "closed", "one_time", "subject", "taken"]


@dataclass(frozen=True, slots=True)
class Told:
    """What the provider says of who is there; it has been checked."""

    issuer: str
    subject: str
    """Stays the same for ever (OpenID Connect Core 1.0, 5.7)."""
    name: str
    """Of the account; may be given to somebody else there some day."""


def sign_in(factory: Factory, told: Told, origin: Origin, now: datetime, old: str = "") -> Entered | Refused:
    """A session for whoever it is. ``old`` is the token that the browser came with: it ends."""
    key = subject_hash(told)
    with audit.came_from(origin.network), writing(factory) as session:
        person = people.locked(session, folded(told.name[:NAME]))
        why = _why_not(session, person, told, key)
        if person is None or why is not None:
            who = person.name if person is not None else NOBODY
            audit.note(session, now, who, "signin.elsewhere.refused", after={"why": why, "issuer": told.issuer})
            return Refused("wrong", NO_ACCOUNT)
        if person.subject_sha256 is None:
            person.subject_sha256 = key
            audit.note(session, now, person.name, "people.bound", after={"issuer": told.issuer})
        token, row = sessions.begin(session, person, origin, now, second_factor=False, old=old)
        found = sessions.visitor(session, token, now)
        assert found is not None, "it was made just now"
        after = {"session": row.id, "owes": found.owes, "issuer": told.issuer}
        audit.note(session, now, person.name, "signin", after=after)
        return Entered(token, found)


def subject_hash(told: Told) -> str:
    """What is kept of a subject, which may be the number of an identity card."""
    return hashlib.sha256(f"{told.issuer}\n{told.subject}".encode("utf-8", "surrogatepass")).hexdigest()


def _why_not(session: Session, person: Person | None, told: Told, key: str) -> Why | None:
    bound = people.bound_to(session, key)
    if person is None or person.name != told.name:
        return "unknown"  # spelled otherwise, it may be somebody else there
    if person.disabled_at is not None:
        return "closed"
    if person.one_time_until is not None:
        return "one_time"
    if person.subject_sha256 is not None and person.subject_sha256 != key:
        return "subject"
    return "taken" if bound is not None and bound.id != person.id else None
