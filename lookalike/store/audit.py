"""The audit trail: who changed what, in the transaction that changes it; every entry seals the one before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import exists, func, select, text
from sqlalchemy.orm import Session

from lookalike.store.models import Audit
from lookalike.store.types import storable, storable_json

FIRST = "0" * 64
_LOCK = 0x6C6F6F61
"""Key of the PostgreSQL advisory lock under which one transaction at a time adds an entry."""
_PART = 1000
"""Entries that are held in memory at a time."""
_address: ContextVar[str | None] = ContextVar("address", default=None)


@dataclass(frozen=True, slots=True)
class Trail:
    """What reading the whole trail found."""

    entries: int
    head: str
    """Hash of the newest entry: noted elsewhere, it tells later whether the end was cut off."""
    broken: int | None = None
    """The first entry that is not as it was written, or that follows on a missing one; None: the trail is whole."""
    before: int | None = None
    """The entry that stands before the broken one."""
    changed: bool = False
    """Whether what the broken entry says was changed; else the entries before it were."""


@contextmanager
def came_from(address: str | None) -> Iterator[None]:
    """Entries that are made within, in this thread or task, name this network."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def note(
    session: Session,
    now: datetime,
    who: str,
    what: str,
    *,
    lead_id: int | None = None,
    before: Any = None,
    after: Any = None,
) -> Audit:
    """Adds an entry; it becomes part of the caller's transaction."""
    lock(session)
    previous = session.scalar(select(Audit.hash).order_by(Audit.id.desc()).limit(1)) or FIRST
    entry = Audit(at=now, who=storable(who), what=what, lead_id=lead_id, prev_hash=previous, address=_address.get())
    entry.before, entry.after = storable_json(before), storable_json(after)
    entry.hash = seal(entry)
    session.add(entry)
    session.flush()
    return entry


def lock(session: Session) -> None:
    """Lets one transaction at a time add entries, to its end; SQLite has one writer anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text(f"SELECT pg_advisory_xact_lock({_LOCK})"))


def seal(entry: Audit) -> str:
    """SHA-256 over everything that the entry says, and the hash of the one before it."""
    said = {
        "prev": entry.prev_hash,
        "at": entry.at.astimezone(UTC).isoformat(),
        "who": entry.who,
        "what": entry.what,
        "lead": entry.lead_id,
        "before": entry.before,
        "after": entry.after,
    }
    if entry.address is not None:  # older entries were sealed without it
        said["address"] = entry.address
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken(session: Session) -> list[int]:
    """Ids of entries that were changed, or that follow on one that is missing; empty: the trail is whole."""
    found, previous = [], FIRST
    for entry in session.scalars(select(Audit).order_by(Audit.id)):
        if entry.prev_hash != previous or entry.hash != seal(entry):
            found.append(entry.id)
        previous = entry.hash
    return found


def verify(session: Session, progress: Callable[[int, int], None] = lambda _read, _of: None) -> Trail:
    """Reads the whole trail, a part at a time, up to the first entry that is broken.

    ``progress`` is told, after every part, how many entries have been read, and of how many.
    """
    total = session.scalar(select(func.count()).select_from(Audit)) or 0
    previous, last = FIRST, None
    with closing(session.scalars(select(Audit).order_by(Audit.id).execution_options(yield_per=_PART))) as found:
        for number, entry in enumerate(found):
            if number % _PART == 0:
                progress(number, total)
            changed = entry.hash != seal(entry)
            if changed or entry.prev_hash != previous:
                return Trail(total, previous, entry.id, last, changed)
            previous, last = entry.hash, entry.id
            session.expunge(entry)
    return Trail(total, previous)


def holds(session: Session, head: str) -> bool:
    """Whether an entry has this hash: one that was noted when it was the newest, and is gone, was cut off."""
    return bool(session.scalar(select(exists().where(Audit.hash == head))))
