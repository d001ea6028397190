"""What people do with their own account: change the password, set up the second factor. Both end all other sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from lookalike.review import passwords, second_factor, sessions, throttle
from lookalike.review.sessions import Origin
from lookalike.review.signin import GONE, WRONG, WRONG_CODE, Entered, Refused, charge
from lookalike.store import audit, people
from lookalike.store.engine import Factory, reading, writing


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What an authenticator is told, until its first code has been right."""

    secret: str
    uri: str
    """To be shown as a QR code."""


def change_password(
    factory: Factory, token: str, old: str, new: str, origin: Origin, now: datetime
) -> Entered | Refused:
    """Sets a password of one's own; a new session, all others end.

    Raises UsageError, in Chinese, for a new password that is too easy.
    """
    with reading(factory) as session:
        found = sessions.visitor(session, token, now)
        person = people.by_id(session, found.person_id) if found else None
    if found is None or person is None or found.owes == "code":
        return Refused("gone", GONE)
    passwords.check_new(person.name, new, old)
    shut = charge(factory, person.name, origin, now)
    if shut is not None:
        return shut
    if not passwords.matches(person.password, old):
        with audit.came_from(origin.network), writing(factory) as session:
            audit.note(session, now, person.name, "password.wrong")
        return Refused("wrong", WRONG)
    hashed = passwords.hash_of(new)
    with audit.came_from(origin.network), writing(factory) as session:
        throttle.settle(session, found.name, origin.network, now)
        mine = people.locked_by_id(session, person.id)
        standing = sessions.visitor(session, token, now)
        if mine.password != person.password or standing is None:
            return Refused("gone", GONE)
        mine.password, mine.password_at, mine.one_time_until = hashed, now, None
        ended = people.end_sessions(session, mine.id, now, "password")
        second = mine.totp_at is not None
        fresh, row = sessions.begin(session, mine, origin, now, second_factor=second)
        audit.note(session, now, mine.name, "password.changed", after={"ended": ended, "session": row.id})
        entered = sessions.visitor(session, fresh, now)
        assert entered is not None, "it was made just now"
        return Entered(fresh, entered)


def begin_second_factor(factory: Factory, token: str, now: datetime) -> Enrolment | Refused:
    """A new secret; it counts only after ``finish_second_factor``, and never replaces one that counts."""
    with writing(factory) as session:
        found = sessions.visitor(session, token, now)
        if found is None or found.owes in {"code", "password"}:
            return Refused("gone", GONE)
        person = people.locked_by_id(session, found.person_id)
        if person.totp_at is not None:
            return Refused("gone", "已设置过动态口令；更换请系统管理员重置")
        person.totp_secret = second_factor.new_secret()
        audit.note(session, now, person.name, "totp.begun")
        return Enrolment(person.totp_secret, second_factor.uri(person.name, person.totp_secret))


def finish_second_factor(factory: Factory, token: str, code: str, origin: Origin, now: datetime) -> Entered | Refused:
    """The first code of the new secret: from now on it is asked; a new session, all others end."""
    with audit.came_from(origin.network), writing(factory) as session:
        found = sessions.visitor(session, token, now)
        if found is None or found.owes in {"code", "password"}:
            return Refused("gone", GONE)
        person = people.locked_by_id(session, found.person_id)
        if person.totp_at is not None or person.totp_secret is None:
            return Refused("gone", GONE)
        step = second_factor.step_of(person.totp_secret, code, now, person.totp_step)
        if step is None:
            return Refused("wrong", WRONG_CODE)
        person.totp_at, person.totp_step = now, step
        ended = people.end_sessions(session, person.id, now, "totp")
        fresh, row = sessions.begin(session, person, origin, now, second_factor=True)
        audit.note(session, now, person.name, "totp.set", after={"ended": ended, "session": row.id})
        entered = sessions.visitor(session, fresh, now)
        assert entered is not None, "it was made just now"
        return Entered(fresh, entered)
