"""Sessions: a random token in the browser, its hash here; they end when idle, old, or role or password change."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from lookalike.review.rights import SECOND_FACTOR, Right, may
from lookalike.store import audit, people
from lookalike.store.models import Person, PersonSession

IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
HALF = timedelta(minutes=10)
"""How long a session waits for its second factor."""
TOUCH = timedelta(minutes=1)
"""Use is noted this often, so that reading a page seldom writes."""
AGENT = 200
"""Letters kept of what a browser calls itself."""
_LONGEST_TOKEN = 256

Owed = Literal["", "code", "password", "enrol"]
"""What a session must do before anything else: the second factor, a password of one's own, set up a second factor."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request came from."""

    network: str
    """As ``throttle.network`` gives it."""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is behind a request."""

    session_id: int
    person_id: int
    name: str
    role: str
    owes: Owed
    network: str
    seen_at: datetime

    def may(self, right: Right) -> bool:
        """Whether this session may do it: nothing while it owes something."""
        return not self.owes and may(self.role, right)


def hash_of(token: str) -> str:
    """What is kept of a token: 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def owed(person: Person, row: PersonSession) -> Owed:
    """What is missing, the most pressing first."""
    if person.totp_at is not None and not row.second_factor:
        return "code"
    if person.one_time_until is not None:
        return "password"
    return "enrol" if needs_second_factor(person) and person.totp_at is None else ""


def needs_second_factor(person: Person) -> bool:
    """Whether the role asks for one."""
    return any(person.role == role for role in SECOND_FACTOR)


def begin(
    session: Session, person: Person, origin: Origin, now: datetime, *, second_factor: bool, old: str = ""
) -> tuple[str, PersonSession]:
    """A new session and its token; the one that the browser had before (``old``) ends: no token is carried over."""
    if old:
        end(session, old, now, "rotated")
    token = secrets.token_urlsafe(32)
    half = person.totp_at is not None and not second_factor
    row = PersonSession(token_sha256=hash_of(token), person_id=person.id, second_factor=second_factor)
    row.address, row.agent, row.made_at, row.seen_at = origin.network, origin.agent[:AGENT], now, now
    row.until = now + (HALF if half else ABSOLUTE)
    session.add(row)
    session.flush()
    return token, row


def visitor(session: Session, token: str, now: datetime) -> Visitor | None:
    """Who holds this token; None where it is unknown, ended, idle or old, or where the account is closed."""
    if not token or len(token) > _LONGEST_TOKEN:
        return None
    found = people.session_of(session, hash_of(token))
    if found is None:
        return None
    row, person = found
    if not alive(row, now) or person.disabled_at is not None:
        return None
    return Visitor(row.id, person.id, person.name, person.role, owed(person, row), row.address, row.seen_at)


def alive(row: PersonSession, now: datetime) -> bool:
    """Whether a session has neither been ended nor run out."""
    return row.ended_at is None and now < row.until and now - row.seen_at < IDLE


def touch(session: Session, found: Visitor, now: datetime) -> None:
    """Notes that a session is in use; to be called where ``due_touch`` says so."""
    row = session.get(PersonSession, found.session_id)
    if row is not None and row.ended_at is None and row.seen_at < now:
        row.seen_at = now
        session.flush()


def due_touch(found: Visitor, now: datetime) -> bool:
    """Whether the use of a session has not been noted for a minute."""
    return now - found.seen_at >= TOUCH


def end(session: Session, token: str, now: datetime, why: str = "logout") -> bool:
    """Ends the session of this token; signing out is an entry of the audit trail. False where it stood no longer."""
    found = people.session_of(session, hash_of(token))
    if found is None or found[0].ended_at is not None:
        return False
    row, person = found
    row.ended_at, row.ended_why = now, why
    session.flush()
    if why == "logout":
        audit.note(session, now, person.name, "signout", after={"session": row.id})
    return True


def end_everywhere(session: Session, person: Person, now: datetime, by: str, *, but: int | None = None) -> int:
    """Ends all sessions of a person, save the one that asks; says how many, and so does the audit trail."""
    ended = people.end_sessions(session, person.id, now, "everywhere", but)
    audit.note(session, now, by, "signout.everywhere", after={"person": person.name, "ended": ended})
    return ended


def standing(session: Session, person_id: int, now: datetime) -> list[PersonSession]:
    """Sessions of a person that are alive, the newest first."""
    return [row for row in people.standing_sessions(session, person_id) if alive(row, now)]
