"""Accounts, sessions, wrong attempts and keys as rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, exists, func, or_, select, update
from sqlalchemy.orm import Session

from lookalike.store.models import ApiToken, Person, PersonSession, SignInThrottle
from lookalike.store.types import storable
from lookalike.store.upsert import insert_new


def by_folded(session: Session, folded: str) -> Person | None:
    """The account of a folded name."""
    return session.scalar(select(Person).where(Person.folded == storable(folded)))


def bound_to(session: Session, subject_sha256: str) -> Person | None:
    """The account of who is this subject elsewhere."""
    return session.scalar(select(Person).where(Person.subject_sha256 == subject_sha256))


def locked(session: Session, folded: str) -> Person | None:
    """The account of a folded name, read anew and locked to the end of the transaction."""
    mine = select(Person).where(Person.folded == storable(folded))
    return session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def locked_by_id(session: Session, number: int) -> Person:
    """An account that is known to be there, read anew and locked to the end of the transaction."""
    mine = select(Person).where(Person.id == number)
    return session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()


def listing(session: Session) -> list[Person]:
    """All accounts, by number."""
    return list(session.scalars(select(Person).order_by(Person.id)))


def open_with_role(session: Session, role: str) -> list[Person]:
    """Open accounts of a role, locked in one order everywhere."""
    mine = select(Person).where(Person.role == role, Person.disabled_at.is_(None)).order_by(Person.id)
    return list(session.scalars(mine.with_for_update().execution_options(populate_existing=True)))


def throttles(session: Session, keys: Sequence[tuple[str, str]], now: datetime) -> dict[str, SignInThrottle]:
    """The counters of these scopes and keys, made where they are missing, locked; by scope."""
    ordered = sorted(keys)
    insert_new(
        session, SignInThrottle, [{"scope": scope, "key": key, "failures": 0, "last_at": now} for scope, key in ordered]
    )
    found = {}
    for scope, key in ordered:
        mine = select(SignInThrottle).where(SignInThrottle.scope == scope, SignInThrottle.key == key)
        found[scope] = session.scalars(mine.with_for_update().execution_options(populate_existing=True)).one()
    return found


def at_home(session: Session, person_id: int, address: str, since: datetime) -> bool:
    """Whether somebody has signed in to this account, all factors given, from this network since then."""
    mine = exists().where(
        PersonSession.person_id == person_id,
        PersonSession.address == address,
        PersonSession.made_at >= since,
        or_(
            PersonSession.second_factor,
            select(Person.totp_at).where(Person.id == person_id).scalar_subquery().is_(None),
        ),
    )
    return bool(session.scalar(select(mine)))


def session_of(session: Session, token_sha256: str) -> tuple[PersonSession, Person] | None:
    """The session of a token's hash and whose it is."""
    mine = select(PersonSession, Person).join(Person, Person.id == PersonSession.person_id)
    row = session.execute(mine.where(PersonSession.token_sha256 == token_sha256)).first()
    return (row[0], row[1]) if row is not None else None


def standing_sessions(session: Session, person_id: int) -> list[PersonSession]:
    """Sessions of an account that nobody has ended, the newest first; some may have run out."""
    mine = select(PersonSession).where(PersonSession.person_id == person_id, PersonSession.ended_at.is_(None))
    return list(session.scalars(mine.order_by(PersonSession.id.desc())))


def open_sessions(session: Session, now: datetime, seen_since: datetime) -> dict[int, int]:
    """How many sessions each account has that have neither been ended nor run out; by account."""
    alive = (PersonSession.ended_at.is_(None), PersonSession.until > now, PersonSession.seen_at > seen_since)
    counted = select(PersonSession.person_id, func.count()).where(*alive).group_by(PersonSession.person_id)
    return {row[0]: row[1] for row in session.execute(counted)}


def end_sessions(session: Session, person_id: int, now: datetime, why: str, but: int | None = None) -> int:
    """Ends all sessions of an account, save one; says how many."""
    mine = update(PersonSession).where(PersonSession.person_id == person_id, PersonSession.ended_at.is_(None))
    mine = mine.where(PersonSession.id != but) if but is not None else mine
    found = session.execute(mine.values(ended_at=now, ended_why=why).returning(PersonSession.id))
    return len(found.all())


def token_of(session: Session, token_sha256: str) -> ApiToken | None:
    """The key of a hash."""
    return session.scalar(select(ApiToken).where(ApiToken.token_sha256 == token_sha256))


def tokens(session: Session) -> list[ApiToken]:
    """All keys, by number."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.id)))


def sweep(session: Session, counters_before: datetime, sessions_before: datetime) -> int:
    """Deletes counters that have faded and sessions that ended long ago; the audit trail keeps what they told."""
    gone = delete(SignInThrottle).where(SignInThrottle.last_at < counters_before).returning(SignInThrottle.id)
    ended = delete(PersonSession).where(PersonSession.until < sessions_before).returning(PersonSession.id)
    return len(session.execute(gone).all()) + len(session.execute(ended).all())


def by_id(session: Session, number: int) -> Person | None:
    """The account of a number."""
    return session.get(Person, number)
