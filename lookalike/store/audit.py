"""The audit trail: who changed what, in the transaction that changes it; every entry seals the one before it."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lookalike.store.models import Audit
from lookalike.store.types import storable, storable_json

FIRST = "0" * 64
_LOCK = 0x6C6F6F61
"""Key of the PostgreSQL advisory lock under which one transaction at a time adds an entry."""


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
    entry = Audit(at=now, who=storable(who), what=what, lead_id=lead_id, prev_hash=previous)
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
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def broken(session: Session) -> list[int]:
    """Ids of entries that were changed, or that follow on one that is missing; empty: the trail is whole."""
    found, previous = [], FIRST
    for entry in session.scalars(select(Audit).order_by(Audit.id)):
        if entry.prev_hash != previous or entry.hash != seal(entry):
            found.append(entry.id)
        previous = entry.hash
    return found
