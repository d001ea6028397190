"""Entries of the audit trail by who, what, lead and time: for whoever audits, the newest first, a page at a time."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, literal, select, tuple_
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
    mine = _chosen(session, wanted, before).limit(limit)
    if not wanted.who and not wanted.what:
        return list(session.scalars(mine))
    # one short read of an index for each deed: a rare one among millions is found at once, whoever did it
    names = [name for name in deeds(session) if name.startswith(storable(wanted.what))]
    parts = [list(session.scalars(mine.where(Audit.what == name))) for name in names]
    merged = heapq.merge(*parts, key=lambda entry: (entry.at, entry.id), reverse=True)
    return [entry for entry, _ in zip(merged, range(limit), strict=False)]


def deeds(session: Session) -> list[str]:
    """Every deed that the trail knows, by name; from the index, one step a deed."""
    found: list[str] = []
    while True:
        following = select(func.min(Audit.what))
        name = session.scalar(following.where(Audit.what > found[-1]) if found else following)
        if name is None:
            return found
        found.append(name)


def everything(session: Session, wanted: Wanted, most: int) -> Iterator[Audit]:
    """At most ``most`` entries, the newest first, a page in memory at a time."""
    before: int | None = None
    while most > 0:
        found = entries(session, wanted, before=before, limit=min(PAGE * 10, most))
        if not found:
            return
        before, most = found[-1].id, most - len(found)
        for entry in found:
            session.expunge(entry)
            yield entry


def ends(session: Session) -> tuple[Audit | None, Audit | None]:
    """The first entry that there is, and the newest."""
    first = session.scalar(select(Audit).order_by(Audit.id).limit(1))
    return first, session.scalar(select(Audit).order_by(Audit.id.desc()).limit(1))


def _chosen(session: Session, wanted: Wanted, before: int | None) -> Select[Any]:
    mine = select(Audit).order_by(Audit.at.desc(), Audit.id.desc())
    if wanted.who:
        mine = mine.where(Audit.who == storable(wanted.who))
    if wanted.lead_id is not None:
        mine = mine.where(Audit.lead_id == wanted.lead_id)
    if wanted.since is not None:
        mine = mine.where(Audit.at >= wanted.since)
    if wanted.until is not None:
        mine = mine.where(Audit.at < wanted.until)
    if before is None:
        return mine
    at = session.scalar(select(Audit.at).where(Audit.id == before))
    if at is None:  # an entry that is missing: a trail that is broken is read all the same
        return mine.where(Audit.id < before)
    return mine.where(tuple_(Audit.at, Audit.id) < tuple_(literal(at, Audit.at.type), literal(before)))
