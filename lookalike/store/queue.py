"""The analysts' queue: pages of leads by filter, words and order, each page found from where the last one ended.

Reads only, and never counts its way through pages that were seen: what a page costs does not grow with its number.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, literal, or_, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from lookalike.errors import UsageError
from lookalike.store import search
from lookalike.store.models import Assessment, Lead, LeadSource
from lookalike.store.search_text import Query

Order = Literal["score", "new", "seen", "raised"]
ORDERS: dict[Order, InstrumentedAttribute[Any]] = {
    "score": Lead.score,
    "new": Lead.first_seen,
    "seen": Lead.last_seen,
    "raised": Lead.raised_at,
}
"""Best first, found last first, seen last first, raised again last first (only those that were)."""
PAGE = 50
MOST = 200
"""Leads of one page at most."""
CONTACT: ColumnElement[bool] = func.json_array_length(Lead.contacts) > 0


@dataclass(frozen=True, slots=True)
class Filter:
    """What the leads of a queue have in common; an empty field asks for nothing. Several values: one of them."""

    status: tuple[str, ...] = ()
    band: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    platform: tuple[str, ...] = ()
    """Platform ids; the empty one: leads that imitate none."""
    alive: tuple[str, ...] = ()
    """yes, no, unknown."""
    contact: tuple[str, ...] = ()
    """yes, no."""
    source: tuple[str, ...] = ()
    jurisdiction: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    since: datetime | None = None
    """First seen then or later."""
    until: datetime | None = None
    """First seen before."""
    min_score: float | None = None
    query: Query | None = None


class QueueRow(NamedTuple):
    """One line of the queue."""

    lead: Lead
    reasons: list[dict[str, Any]]
    """Rows of the sum; empty while the site waits to be judged."""
    sources: tuple[str, ...]


class Page(NamedTuple):
    """One page; ``next`` is the place where the following one begins, None at the end."""

    rows: list[QueueRow]
    next: str | None


def page(
    session: Session, wanted: Filter, *, order: Order = "score", after: str | None = None, limit: int = PAGE
) -> Page:
    """The leads that follow on ``after`` (``Page.next`` of the page before). UsageError where that is no place."""
    limit = max(1, min(limit, MOST))
    ids = ranked(session, wanted, order=order, after=after, limit=limit + 1)
    rows = _rows(session, ids[:limit])
    more = len(ids) > limit and bool(rows)
    return Page(rows, place(rows[-1].lead, order) if more else None)


def ranked(session: Session, wanted: Filter, *, order: Order, after: str | None, limit: int) -> list[int]:
    """Numbers of the leads that follow on ``after``, at most ``limit``, in order."""
    column = ORDERS[order]
    found: Select[Any] = select(Lead.id).where(*conditions(wanted)).order_by(column.desc(), Lead.id.desc())
    if order == "raised":
        found = found.where(Lead.raised_at.is_not(None))
    if after is not None:
        value, last = _read_place(after, order)
        at = tuple_(literal(value, column.type), literal(last))
        found = found.where(tuple_(column, Lead.id) < at)
    if wanted.query is not None:
        return search.first(session, wanted.query, found, column, limit)
    return list(session.scalars(found.limit(limit)))


def conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    """The filter as SQL, without the words that are searched."""
    found = [
        _one_of(column, values)
        for column, values in (
            (Lead.status, wanted.status),
            (Lead.band, wanted.band),
            (Lead.kind, wanted.kind),
            (Lead.jurisdiction, wanted.jurisdiction),
            (Lead.campaign, wanted.campaign),
        )
        if values
    ]
    if wanted.platform:
        named = tuple(value for value in wanted.platform if value)
        none = [Lead.impersonates.is_(None)] if "" in wanted.platform else []
        found.append(or_(*none, *([_one_of(Lead.impersonates, named)] if named else [])))
    if wanted.alive:
        known = {"yes": Lead.alive.is_(True), "no": Lead.alive.is_(False), "unknown": Lead.alive.is_(None)}
        found.append(or_(*(known[value] for value in wanted.alive if value in known), literal(False)))
    if wanted.contact and set(wanted.contact) != {"yes", "no"}:
        found.append(CONTACT if "yes" in wanted.contact else ~CONTACT)
    if wanted.source:
        mine = and_(LeadSource.lead_id == Lead.id, LeadSource.source.in_(wanted.source))
        found.append(exists(select(LeadSource.lead_id).where(mine)))
    if wanted.since is not None:
        found.append(Lead.first_seen >= wanted.since)
    if wanted.until is not None:
        found.append(Lead.first_seen < wanted.until)
    if wanted.min_score is not None:
        found.append(Lead.score >= wanted.min_score)
    return found


def place(lead: Lead, order: Order) -> str:
    """Where a lead stands in an order, for ``after``."""
    value = getattr(lead, ORDERS[order].key)
    return f"{order}~{value.isoformat() if isinstance(value, datetime) else repr(value)}~{lead.id}"


def _read_place(said: str, order: Order) -> tuple[datetime | float, int]:
    named, _, rest = said[:100].partition("~")
    value, _, last = rest.rpartition("~")
    at: datetime | float = math.nan
    try:
        at = float(value) if order == "score" else datetime.fromisoformat(value)
        number = int(last)
    except ValueError:
        number = -1
    if named != order or not 0 <= number < 2**31 or not (math.isfinite(at) if isinstance(at, float) else at.tzinfo):
        raise UsageError("after: expected the place that the page before named; 翻页位置无效")
    return at, number


def _one_of(column: InstrumentedAttribute[Any], values: Sequence[str]) -> ColumnElement[bool]:
    if len(values) == 1:
        # literal, so that partial indexes cover the plan
        return column == bindparam(None, values[0], literal_execute=True)
    return cast("ColumnElement[bool]", column.in_(bindparam(None, list(values), expanding=True, literal_execute=True)))


def _rows(session: Session, ids: Sequence[int]) -> list[QueueRow]:
    judged = select(Lead, Assessment.rows).outerjoin(Assessment, Assessment.id == Lead.assessment_id)
    found = {lead.id: (lead, rows or []) for lead, rows in session.execute(judged.where(Lead.id.in_(ids)))}
    sources: dict[int, list[str]] = {}
    seen = select(LeadSource.lead_id, LeadSource.source).where(LeadSource.lead_id.in_(ids)).order_by(LeadSource.source)
    for lead_id, source in session.execute(seen):
        sources.setdefault(lead_id, []).append(source)
    return [QueueRow(*found[i], tuple(sources.get(i, ()))) for i in ids if i in found]
