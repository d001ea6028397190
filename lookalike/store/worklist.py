"""The analysts' queue as rows: filtered, best first, a page at a time by key, with counts of every choice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lookalike.store.leads import SHOWN
from lookalike.store.models import Assessment, Lead, Sighting, Site

OPEN = ("new", "relapsed")
"""Statuses of leads that wait for somebody."""
PAGE = 50
FACETS = ("kind", "band", "impersonates", "life")
"""What the queue can be narrowed by with counts, besides status; of a text the column, ``none`` for no value."""


Wanted = TypeVar("Wanted", bound=Select[*tuple[Any, ...]])


class Key(NamedTuple):
    """Place in the queue."""

    score: float
    id: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty: everything. ``status`` empty: what waits; ``all``: whatever it is."""

    kind: str = ""
    band: str = ""
    impersonates: str = ""
    life: str = ""
    status: str = ""
    host: str = ""
    """Part of a host's name."""


@dataclass(frozen=True, slots=True)
class Line:
    """One lead of the list."""

    lead: Lead
    life: str
    against: tuple[str, ...]
    """Its weightiest reasons, as sentences."""
    sources: dict[str, int]
    """How often each source showed it."""
    last_seen: datetime

    @property
    def key(self) -> Key:
        """Its place."""
        return Key(self.lead.score, self.lead.id)


@dataclass(frozen=True, slots=True)
class Slice:
    """One page of the list."""

    lines: tuple[Line, ...]
    total: int
    before: Key | None
    """First of this page, where something stands before it."""
    after: Key | None
    """Last of this page, where something follows."""


def page(
    session: Session,
    filters: Filters,
    *,
    after: Key | None = None,
    before: Key | None = None,
    size: int = PAGE,
    reasons: int = 2,
) -> Slice:
    """The leads that follow ``after``, or stand right before ``before``; best first, of equal scores the newest."""
    wanted = _filtered(select(Lead, Site.life).outerjoin(Site, Site.id == Lead.site_id), filters)
    if before is not None:
        wanted = wanted.where(_better(before)).order_by(Lead.score, Lead.id)
    else:
        wanted = wanted.where(_worse(after)) if after is not None else wanted
        wanted = wanted.order_by(Lead.score.desc(), Lead.id.desc())
    rows = [(row[0], row[1]) for row in session.execute(wanted.limit(size + 1))]
    more, rows = len(rows) > size, rows[:size]
    rows = rows[::-1] if before is not None else rows
    lines = _lines(session, rows, reasons)
    earlier = more if before is not None else after is not None
    later = True if before is not None else more
    return Slice(
        lines=lines,
        total=count(session, filters),
        before=lines[0].key if lines and earlier else None,
        after=lines[-1].key if lines and later else None,
    )


def neighbours(session: Session, filters: Filters, key: Key) -> tuple[int | None, int | None]:
    """The leads right before and right after a place."""
    ids = _filtered(select(Lead.id).outerjoin(Site, Site.id == Lead.site_id), filters)
    up = session.scalar(ids.where(_better(key)).order_by(Lead.score, Lead.id).limit(1))
    down = session.scalar(ids.where(_worse(key)).order_by(Lead.score.desc(), Lead.id.desc()).limit(1))
    return up, down


def count(session: Session, filters: Filters) -> int:
    """How many leads there are."""
    found = select(func.count()).select_from(Lead).outerjoin(Site, Site.id == Lead.site_id)
    return session.scalar(_filtered(found, filters)) or 0


def facets(session: Session, filters: Filters) -> dict[str, dict[str, int]]:
    """By facet, how many leads each of its values would leave, all other filters in force."""
    found = {}
    for name in (*FACETS, "status"):
        column = _column(name)
        others = replace(filters, **{name: "all" if name == "status" else ""})
        counted = select(func.coalesce(column, "none"), func.count()).outerjoin(Site, Site.id == Lead.site_id)
        grouped = _filtered(counted.select_from(Lead), others, every_band=name == "band").group_by(column)
        found[name] = {row[0]: row[1] for row in session.execute(grouped)}
    return found


def hidden(session: Session, filters: Filters) -> int:
    """How many low leads the list does not show, unless it was asked for them."""
    if filters.band:
        return 0
    return count(session, replace(filters, band="low"))


def _filtered(wanted: Wanted, filters: Filters, *, every_band: bool = False) -> Wanted:
    for name in FACETS:
        value = getattr(filters, name)
        if value:
            column = _column(name)
            wanted = wanted.where(column.is_(None) if value == "none" else column == value)
    if not filters.band and not every_band:
        wanted = wanted.where(Lead.band.in_(SHOWN))
    if filters.status == "":
        wanted = wanted.where(Lead.status.in_(OPEN))
    elif filters.status != "all":
        wanted = wanted.where(Lead.status == filters.status)
    if filters.host:
        wanted = wanted.where(Lead.host.contains(filters.host, autoescape=True))
    return wanted


def _column(name: str) -> Any:
    return Site.life if name == "life" else getattr(Lead, name)


def _worse(key: Key) -> ColumnElement[bool]:
    return or_(Lead.score < key.score, and_(Lead.score == key.score, Lead.id < key.id))


def _better(key: Key) -> ColumnElement[bool]:
    return or_(Lead.score > key.score, and_(Lead.score == key.score, Lead.id > key.id))


def _lines(session: Session, rows: Sequence[tuple[Lead, str | None]], reasons: int) -> tuple[Line, ...]:
    judged = {lead.assessment_id for lead, _ in rows}
    sums = session.execute(select(Assessment.id, Assessment.rows).where(Assessment.id.in_(judged)))
    against = {number: _weightiest(found, reasons) for number, found in sums}
    sites = {lead.site_id for lead, _ in rows}
    seen: dict[int, Counter[str]] = {}
    shown = select(Sighting.site_id, Sighting.source, func.count()).where(Sighting.site_id.in_(sites))
    for site, source, times in session.execute(shown.group_by(Sighting.site_id, Sighting.source)):
        seen.setdefault(site or 0, Counter())[source] = times
    return tuple(
        Line(
            lead,
            life or "unknown",
            against.get(lead.assessment_id or 0, ()),
            dict(seen.get(lead.site_id or 0, Counter()).most_common()),
            lead.last_seen,
        )
        for lead, life in rows
    )


def _weightiest(rows: Sequence[dict[str, Any]], most: int) -> tuple[str, ...]:
    against = sorted((r for r in rows if r["points"] > 0), key=lambda r: -r["points"])
    return tuple(str(row["text"]) for row in against[:most])
