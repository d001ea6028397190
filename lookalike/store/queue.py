"""The analysts' queue: pages of leads by filter, words and order, each page found from where another one ended.

Reads only, and never counts its way through pages that were seen: what a page costs does not grow with its number.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from lookalike.store import search_marks, veil
from lookalike.store.models import Lead, LeadSource
from lookalike.store.numbers import among, beside
from lookalike.store.queue_place import Place
from lookalike.store.queue_rows import QueueRow, rows_of
from lookalike.store.queue_steps import Found
from lookalike.store.queue_walk import Walk
from lookalike.store.search_text import Query

Order = Literal["rank", "score", "new", "seen", "raised"]
ORDERS: dict[Order, InstrumentedAttribute[Any]] = {
    "rank": Lead.rank,
    "score": Lead.score,
    "new": Lead.first_seen,
    "seen": Lead.last_seen,
    "raised": Lead.raised_at,
}
"""Highest rank first, best score, found last, seen last, raised again last (only those that were)."""
OPEN = ("new", "relapsed")
"""Statuses of leads that wait for somebody."""
PAGE = 50
MOST = 3_000
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
    signal: tuple[str, ...] = ()
    """Signals that fired: all of them."""
    icp: str = ""
    """What is known of the filing number: stolen, missing, unknown."""
    region: str = ""
    """The country of a server: two letters, or unknown."""
    owner: tuple[str, ...] = ()
    """Who looks at it now; what that means is resolved by the caller, into ``only``."""
    since: datetime | None = None
    """First seen then or later."""
    until: datetime | None = None
    """First seen before."""
    min_score: float | None = None
    max_score: float | None = None
    query: Query | None = None
    also: Filter | None = None
    """What was typed: both have to hold."""
    only: tuple[int, ...] | None = None
    """Numbers of leads; None: any."""
    without: tuple[int, ...] = ()
    """Numbers of leads that are left out."""
    reader: str | None = None
    """Somebody from whom verdicts are hidden that nobody has read a second time: leads with one are left out."""


class Page(NamedTuple):
    """One page; ``previous`` and ``next`` are the places before and after which another one lies, None at the ends."""

    rows: list[QueueRow]
    previous: str | None
    next: str | None


def page(
    session: Session,
    wanted: Filter,
    *,
    order: Order = "rank",
    after: str | None = None,
    before: str | None = None,
    limit: int = PAGE,
) -> Page:
    """The leads that follow on ``after``, or stand right before ``before``: places that another page named.

    Raises UsageError where that is no place.
    """
    limit = max(1, min(limit, MOST))
    said = before if before is not None else after
    at = Place.read(said, order) if said is not None else None
    ids = ranked(session, wanted, order=order, at=at, backwards=before is not None, limit=limit + 1)
    more, ids = len(ids) > limit, ids[:limit]
    rows = rows_of(session, ids[::-1] if before is not None else ids)
    earlier = more if before is not None else after is not None
    later = True if before is not None else more
    return Page(
        rows,
        place(rows[0].lead, order) if rows and earlier else None,
        place(rows[-1].lead, order) if rows and later else None,
    )


def place(lead: Lead, order: Order) -> str:
    """Where a lead stands in an order, as addresses carry it."""
    return Place(getattr(lead, ORDERS[order].key), lead.id).text(order)


def neighbours(session: Session, wanted: Filter, lead: Lead, order: Order = "rank") -> tuple[int | None, int | None]:
    """The leads right before and right after one; where it is no part of the filter, where it would stand."""
    value = getattr(lead, ORDERS[order].key)
    if value is None:
        return None, None
    found = (
        ranked(session, wanted, order=order, at=Place(value, lead.id), backwards=up, limit=1) for up in (True, False)
    )
    up, down = (next(iter(ids), None) for ids in found)
    return up, down


def ranked(
    session: Session,
    wanted: Filter,
    *,
    order: Order = "rank",
    at: Place | None = None,
    backwards: bool = False,
    limit: int,
) -> list[int]:
    """Numbers of the leads that follow on a place, at most ``limit``, in order; ``backwards``: those before it."""
    walk = _walk(session, wanted, order, at, backwards=backwards)
    return [] if walk is None else walk.first(query_of(wanted), limit, named=wanted.only is not None).ids


def some(session: Session, wanted: Filter, *, limit: int, enough: int) -> Found:
    """Leads of a filter, the first ones where they are soon found, and whether these are all: to be counted."""
    walk = _walk(session, wanted, "rank", None)
    if walk is None:
        return Found([], all=True)
    return walk.any(query_of(wanted), limit, enough, named=wanted.only is not None)


def _walk(session: Session, wanted: Filter, order: Order, at: Place | None, *, backwards: bool = False) -> Walk | None:
    fixed, loose = conditions(wanted, order)
    if order == "raised":
        fixed.append(Lead.raised_at.is_not(None))
    statuses = statuses_of(wanted)
    if statuses is not None and not statuses:
        return None
    status, by_status = tuple(statuses or ()), order != "score"
    return Walk(session, ORDERS[order], at, backwards, fixed, loose, status, by_status, tuple(_ways(wanted)))


def statuses_of(wanted: Filter) -> tuple[str, ...] | None:
    """The statuses that a filter lets through; None: all."""
    mine = wanted.status or None
    also = statuses_of(wanted.also) if wanted.also is not None else None
    if mine is None or also is None:
        return mine or also
    return tuple(status for status in mine if status in also)


def query_of(wanted: Filter) -> Query | None:
    """All words and marks that a filter asks for."""
    marks = [search_marks.wanted("signal", value) for value in wanted.signal]
    marks += [search_marks.wanted("icp", wanted.icp)] if wanted.icp else []
    marks += [search_marks.wanted("region", wanted.region)] if wanted.region else []
    terms = [term for term in marks if term is not None]
    terms += wanted.query.terms if wanted.query else ()
    typed = query_of(wanted.also) if wanted.also is not None else None
    terms += typed.terms if typed else ()
    return Query(tuple(dict.fromkeys(terms))) if terms else None


def conditions(wanted: Filter, order: Order = "rank") -> tuple[list[ColumnElement[bool]], list[ColumnElement[bool]]]:
    """The filter as SQL, without statuses and words: what an order's own index tells, and what it does not."""
    kinds = [_one_of(c, v) for c, v in ((Lead.band, wanted.band), (Lead.kind, wanted.kind)) if v]
    kinds += [_platform(wanted.platform)] if wanted.platform else []
    kinds += [_alive(wanted.alive)] if wanted.alive else []
    prefixed = [(Lead.jurisdiction, wanted.jurisdiction), (Lead.campaign, wanted.campaign)]
    own = [_one_of(column, values) for column, values in prefixed if len(values) == 1]
    loose = [_one_of(column, values) for column, values in prefixed if len(values) > 1]
    if wanted.contact and set(wanted.contact) != {"yes", "no"}:
        loose.append(CONTACT if "yes" in wanted.contact else ~CONTACT)
    if wanted.source:
        mine = and_(LeadSource.lead_id == Lead.id, LeadSource.source.in_(wanted.source))
        loose.append(exists(select(LeadSource.lead_id).where(mine)))
    loose += _ranges(wanted)
    loose += [~veil.unread(wanted.reader)] if wanted.reader is not None else []
    if wanted.only is not None:
        loose.append(among(Lead.id, wanted.only))
    fixed = [*own, *([beside(Lead.id, wanted.without)] if wanted.without else [])]
    (fixed if order == "rank" else loose).extend(kinds)
    if wanted.also is not None:
        more_fixed, more_loose = conditions(wanted.also, order)
        fixed, loose = [*fixed, *more_fixed], [*loose, *more_loose]
    return fixed, loose


def _ways(wanted: Filter) -> Iterator[Select[Any]]:
    """Numbers of the leads that meet one of the conditions which may be rare and have an index of their own."""
    seen = _ranges(replace(wanted, min_score=None, max_score=None))
    scored = _ranges(replace(wanted, since=None, until=None))
    yield from (select(Lead.id).where(*each) for each in (seen, scored) if each)
    if wanted.source:
        yield select(LeadSource.lead_id).where(LeadSource.source.in_(wanted.source))
    for column, values in ((Lead.jurisdiction, wanted.jurisdiction), (Lead.campaign, wanted.campaign)):
        if values:
            yield select(Lead.id).where(_one_of(column, values))
    if wanted.also is not None:
        yield from _ways(wanted.also)


def _ranges(wanted: Filter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    found += [Lead.first_seen >= wanted.since] if wanted.since is not None else []
    found += [Lead.first_seen < wanted.until] if wanted.until is not None else []
    found += [Lead.score >= wanted.min_score] if wanted.min_score is not None else []
    found += [Lead.score <= wanted.max_score] if wanted.max_score is not None else []
    return found


def _platform(values: Sequence[str]) -> ColumnElement[bool]:
    named = tuple(value for value in values if value)
    if "" not in values:
        return _one_of(Lead.impersonates, named)
    none = Lead.impersonates.is_(None)
    return or_(none, _one_of(Lead.impersonates, named)) if named else none


def _alive(values: Sequence[str]) -> ColumnElement[bool]:
    known = {"yes": Lead.alive.is_(True), "no": Lead.alive.is_(False), "unknown": Lead.alive.is_(None)}
    return or_(*(known[value] for value in values if value in known), false())


def _one_of(column: InstrumentedAttribute[Any], values: Sequence[str]) -> ColumnElement[bool]:
    if len(values) == 1:
        # literal, so that partial indexes cover the plan
        return column == bindparam(None, values[0], literal_execute=True)
    return cast("ColumnElement[bool]", column.in_(bindparam(None, list(values), expanding=True, literal_execute=True)))
