"""Entries of the audit trail by who, what, lead and time: for whoever audits, the newest first, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Audit
from lookalike.store.types import storable

PAGE = 100


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; what is empty is not asked about."""

    who: str = ""
    """The whole name."""
    what: str = ""
    """The deed, or the beginning of its name: ``people.``."""
    lead_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    """Up to and without this instant."""


def entries(session: Session, wanted: Wanted, *, before: int | None = None, limit: int = PAGE) -> list[Audit]:
    """At most ``limit`` entries, the newest first; those older than the entry ``before`` are the next page."""
    mine = select(Audit).order_by(Audit.id.desc()).limit(limit)
    if wanted.who:
        mine = mine.where(Audit.who == storable(wanted.who))
    if wanted.what:
        mine = mine.where(Audit.what.startswith(storable(wanted.what), autoescape=True))
    if wanted.lead_id is not None:
        mine = mine.where(Audit.lead_id == wanted.lead_id)
    if wanted.since is not None:
        mine = mine.where(Audit.at >= wanted.since)
    if wanted.until is not None:
        mine = mine.where(Audit.at < wanted.until)
    if before is not None:
        mine = mine.where(Audit.id < before)
    return list(session.scalars(mine))
