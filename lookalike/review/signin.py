"""Signing in: name and password, then the second factor. Each step charges the attempt, commits, and only then looks:
half a second of argon2 happens in no transaction. What failed is told in one sentence that names no reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy.orm import Session

from lookalike.review import passwords, second_factor, sessions, throttle
from lookalike.review.people import folded
from lookalike.review.sessions import Origin, Visitor
from lookalike.store import audit, people
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Person

WRONG = "账号或口令不对"
WRONG_CODE = "验证码不对，或已经用过"
EXPIRED = "一次性口令已过期，请系统管理员重置"
GONE = "登录已失效，请重新登录"
NAME = 200
"""Letters that are looked at of what was typed; no name is as long."""
NOBODY = "未知账号"
"""Who the audit trail names where no such account exists: what was typed may be somebody's password."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A step that was right: the token for the cookie, and what is still owed."""

    token: str
    visitor: Visitor


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that was not."""

    why: Literal["wrong", "wait", "expired", "gone"]
    text: str
    """For the person, in Chinese."""
    wait: timedelta | None = None


def sign_in(
    factory: Factory, name: str, password: str, origin: Origin, now: datetime, old: str = ""
) -> Entered | Refused:
    """Name and password. ``old`` is the token that the browser came with: it ends."""
    name = name[:NAME]
    shut = charge(factory, name, origin, now)
    if shut is not None:
        return shut
    with reading(factory) as session:
        person = people.by_folded(session, folded(name))
    known = person.password if person is not None and person.disabled_at is None else None
    right = passwords.matches(known, password)
    fresh = passwords.hash_of(password) if right and known and passwords.outdated(known) else None
    with audit.came_from(origin.network), writing(factory) as session:
        if not right or known is None:
            audit.note(session, now, person.name if person else NOBODY, "signin.wrong", after={"step": "password"})
            return Refused("wrong", WRONG)
        if _fully(session, name, known):
            throttle.settle(session, name, origin.network, now)
        person = people.locked(session, folded(name))
        if person is None or person.disabled_at is not None or person.password != known:
            return Refused("wrong", WRONG)  # closed, or reset, while the hash was worked out
        if person.one_time_until is not None and now >= person.one_time_until:
            audit.note(session, now, person.name, "signin.expired")
            return Refused("expired", EXPIRED)
        if fresh is not None:
            person.password = fresh
        return _enter(session, person, origin, now, second=False, old=old)


def give_code(factory: Factory, token: str, code: str, origin: Origin, now: datetime) -> Entered | Refused:
    """The second factor of a session that owes it; the session's token is a new one afterwards."""
    found = _visitor(factory, token, now)
    if found is None or found.owes != "code":
        return Refused("gone", GONE)
    shut = charge(factory, found.name, origin, now)
    if shut is not None:
        return shut
    with audit.came_from(origin.network), writing(factory) as session:
        counters = throttle.keys(session, found.name, origin.network, now)
        people.throttles(session, counters, now)  # counters are locked before accounts, everywhere
        person = people.locked_by_id(session, found.person_id)
        if sessions.visitor(session, token, now) is None:
            return Refused("gone", GONE)
        if not _take(person, code, now):
            audit.note(session, now, person.name, "signin.wrong", after={"step": "code"})
            return Refused("wrong", WRONG_CODE)
        throttle.settle(session, person.name, origin.network, now)
        return _enter(session, person, origin, now, second=True, old=token)


def charge(factory: Factory, name: str, origin: Origin, now: datetime) -> Refused | None:
    """Charges an attempt, in a transaction of its own; a refusal where one has to wait."""
    with writing(factory) as session:
        wait = throttle.charge(session, name, origin.network, now)
    if wait is None:
        return None
    return Refused("wait", f"尝试次数过多，请在 {max(int(wait.total_seconds()), 1)} 秒后再试", wait)


def current(factory: Factory, token: str, now: datetime) -> Visitor | None:
    """Who holds this token, and notes once a minute that he is there."""
    found = _visitor(factory, token, now)
    if found is not None and sessions.due_touch(found, now):
        with writing(factory) as session:
            sessions.touch(session, found, now)
    return found


def _fully(session: Session, name: str, known: str) -> bool:
    """Whether the password is all that is asked: with a second factor, only its code starts the counters anew."""
    person = people.by_folded(session, folded(name))
    return person is not None and person.password == known and person.totp_at is None


def _take(person: Person, code: str, now: datetime) -> bool:
    """Whether the code is right; it is used up."""
    if person.totp_secret is None:
        return False
    step = second_factor.step_of(person.totp_secret, code, now, person.totp_step)
    if step is None:
        return False
    person.totp_step = step
    return True


def _enter(session: Session, person: Person, origin: Origin, now: datetime, *, second: bool, old: str) -> Entered:
    token, row = sessions.begin(session, person, origin, now, second_factor=second, old=old)
    found = sessions.visitor(session, token, now)
    assert found is not None, "it was made just now"
    audit.note(session, now, person.name, "signin", after={"session": row.id, "owes": found.owes})
    return Entered(token, found)


def _visitor(factory: Factory, token: str, now: datetime) -> Visitor | None:
    with reading(factory) as session:
        return sessions.visitor(session, token, now)
