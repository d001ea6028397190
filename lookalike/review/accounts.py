"""Accounts as an administrator keeps them: made, closed, opened again, another role, a new first password.

Every change and its audit entry are the caller's one transaction, and ends the sessions of the account. Hashes are made
before it (``passwords.one_time``): half a second is too long to hold a database. ``seen`` is the ``stamp`` of the
account as the page showed it: where it has changed since, nothing is done; without one nobody asks.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.review import rights
from lookalike.review.passwords import ONE_TIME, OneTime
from lookalike.review.people import AccountError, account_name, folded, named, same_person
from lookalike.review.rights import NotAllowedError, Role
from lookalike.store import audit, people
from lookalike.store.models import Person


def add(session: Session, name: str, role: str, first: OneTime, by: str, now: datetime) -> Person:
    """A new account with a password that has to be changed at the first sign-in.

    Raises AccountError for a name that is taken, however it is typed, or a role that does not exist.
    """
    who = _manager(session, by)
    mine = account_name(name)
    if people.locked(session, folded(mine)) is not None:
        raise AccountError("taken", f"name {mine}: there is such an account; see: lookalike users list")
    person = Person(name=mine, folded=folded(mine), role=_role(role), made_at=now, made_by=who, totp_step=0)
    person.password, person.password_at, person.one_time_until = first.hashed, now, now + ONE_TIME
    session.add(person)
    session.flush()
    audit.note(session, now, who, "people.add", after=_state(person))
    return person


def set_role(session: Session, name: str, role: str, by: str, now: datetime, seen: str = "") -> Person:
    """Gives an account another role. Nobody changes his own; the last administrator stays one."""
    who, person = _manager(session, by), _other(session, name, by, seen)
    before = _state(person)
    if person.role == _role(role):
        raise AccountError("same", f"{person.name}: has this role already")
    _keep_an_administrator(session, person)
    person.role = _role(role)
    return _changed(session, person, who, "people.role", before, now)


def disable(session: Session, name: str, by: str, now: datetime, seen: str = "") -> Person:
    """Closes an account; what it did stays under its name. Nobody closes his own; the last administrator's stays."""
    who, person = _manager(session, by), _other(session, name, by, seen)
    if person.disabled_at is not None:
        raise AccountError("closed", f"{person.name}: this account is closed already")
    _keep_an_administrator(session, person)
    before = _state(person)
    person.disabled_at = now
    return _changed(session, person, who, "people.disable", before, now)


def enable(session: Session, name: str, first: OneTime, by: str, now: datetime, seen: str = "") -> Person:
    """Opens a closed account again, with a new first password."""
    who, person = _manager(session, by), _other(session, name, by, seen)
    if person.disabled_at is None:
        raise AccountError("open", f"{person.name}: this account is open")
    before = _state(person)
    person.disabled_at = None
    _give_password(person, first, now)
    return _changed(session, person, who, "people.enable", before, now)


def reset(session: Session, name: str, first: OneTime, by: str, now: datetime, seen: str = "") -> Person:
    """A new first password; the second factor stays: whoever gets hold of this password needs the telephone too."""
    who, person = _manager(session, by), _other(session, name, by, seen)
    before = _state(person)
    _give_password(person, first, now)
    return _changed(session, person, who, "people.reset", before, now)


def reset_second_factor(session: Session, name: str, first: OneTime, by: str, now: datetime, seen: str = "") -> Person:
    """Forgets the second factor, to be set up anew, and the password too: one of them alone must never be enough.

    Who they are elsewhere (``lookalike.review.elsewhere``) is forgotten as well.
    """
    who, person = _manager(session, by), _other(session, name, by, seen)
    before = _state(person)
    person.totp_secret, person.totp_at, person.subject_sha256 = None, None, None
    _give_password(person, first, now)
    return _changed(session, person, who, "people.totp", before, now)


def end_sessions(session: Session, name: str, by: str, now: datetime, seen: str = "") -> int:
    """Signs somebody out everywhere; says how many sessions ended. The account stays as it is."""
    who, person = _manager(session, by), _other(session, name, by, seen)
    ended = people.end_sessions(session, person.id, now, "administrator")
    audit.note(session, now, who, "people.sessions", after={"person": person.name, "ended": ended})
    return ended


def stamp(person: Person) -> str:
    """What an account is, in a few letters: another stamp is another state."""
    told = f"{person.id} {person.role} {person.disabled_at} {person.totp_at} {person.password_at.isoformat()}"
    return hashlib.sha256(told.encode()).hexdigest()[:16]


def _give_password(person: Person, first: OneTime, now: datetime) -> None:
    person.password, person.password_at, person.one_time_until = first.hashed, now, now + ONE_TIME


def _changed(session: Session, person: Person, who: str, deed: str, before: dict[str, object], now: datetime) -> Person:
    ended = people.end_sessions(session, person.id, now, deed.partition(".")[2])
    session.flush()
    audit.note(session, now, who, deed, before=before, after={**_state(person), "ended": ended})
    return person


def _manager(session: Session, by: str) -> str:
    who = named(by, "keeps the accounts")
    rights.check(session, who, "people.manage")
    return who


def _other(session: Session, name: str, by: str, seen: str) -> Person:
    person = people.locked(session, folded(name))
    if person is None:
        raise AccountError("unknown", f"name {name[:80]}: there is no such account; see: lookalike users list")
    if same_person(person.name, by):
        raise NotAllowedError(f"{person.name}: nobody changes his own account; another administrator does")
    if seen and seen != stamp(person):
        raise AccountError("stale", f"{person.name}: this account was changed since; look at it again")
    return person


def _keep_an_administrator(session: Session, person: Person) -> None:
    if person.role != "admin" or person.disabled_at is not None:
        return
    if [p.id for p in people.open_with_role(session, "admin")] == [person.id]:
        raise AccountError("last", f"{person.name}: is the last administrator; add another one first")


def _role(role: str) -> Role:
    for known in rights.ROLES:
        if role == known:
            return known
    listed = ", ".join(f"{known} {said}" for known, said in rights.ROLES.items())
    raise AccountError("role", f"--role {role[:40]}: expected one of: {listed}")


def _state(person: Person) -> dict[str, object]:
    """What the trail tells of an account; no hash, no secret."""
    return {
        "person": person.name,
        "role": person.role,
        "open": person.disabled_at is None,
        "second_factor": person.totp_at is not None,
        "one_time": person.one_time_until is not None,
    }
