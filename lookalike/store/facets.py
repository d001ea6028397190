"""How many leads there are by each property, under a filter: each property's own choice left out of its numbers.

From the kept numbers where the filter is one of kinds only; else counted, up to a bound that the answer names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, case, func, select, union_all
from sqlalchemy.orm import Session

from lookalike.store import search
from lookalike.store.models import Lead, LeadCount, LeadDelta, LeadSource
from lookalike.store.queue import CONTACT, Filter, conditions

DIMENSIONS = ("status", "band", "kind", "platform", "alive", "contact")
BESIDE = ("source", "jurisdiction")
"""Facets that are kept beside each of the dimensions, and not beside each other."""
BOUND = 3_000
"""Leads that are counted one by one at most."""
_Cell = tuple[Sequence[str], int]


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers by facet and value; ``exact`` is False where there were more than ``BOUND`` leads to count."""

    counts: dict[str, dict[str, int]]
    total: int
    """Leads that the whole filter lets through."""
    exact: bool = True


def facets(session: Session, wanted: Filter) -> Facets:
    """The numbers of every facet. ``source`` counts a lead once for each of its sources."""
    if _kept(wanted):
        return _from_numbers(session, wanted)
    return _counted(session, wanted)


def _kept(wanted: Filter) -> bool:
    """Whether the filter is of dimensions alone, and at most one value beside them."""
    beside = len(wanted.source) + len(wanted.jurisdiction)
    others = (wanted.campaign, wanted.since, wanted.until, wanted.min_score, wanted.query)
    return beside <= 1 and not any(x not in ((), None) for x in others)


def _from_numbers(session: Session, wanted: Filter) -> Facets:
    beside = next(((name, getattr(wanted, name)[0]) for name in BESIDE if getattr(wanted, name)), ("", ""))
    counts, total = _added_up(_cells(session, *beside), wanted)
    for name in BESIDE:
        if beside[0] in {"", name}:
            counts[name] = _values(session, wanted, name)
    return Facets(counts, total)


def _cells(session: Session, facet: str, value: str) -> Iterator[_Cell]:
    for model in (LeadCount, LeadDelta):
        columns = (getattr(model, name) for name in DIMENSIONS)
        found = select(*columns, model.n).where(model.facet == facet, model.value == value)
        yield from ((row[:-1], row[-1]) for row in session.execute(found))


def _values(session: Session, wanted: Filter, facet: str) -> dict[str, int]:
    parts = []
    for model in (LeadCount, LeadDelta):
        mine = [getattr(model, name).in_(getattr(wanted, name)) for name in DIMENSIONS if getattr(wanted, name)]
        parts.append(select(model.value, model.n).where(model.facet == facet, *mine))
    both = union_all(*parts).subquery()
    found = session.execute(select(both.c.value, func.sum(both.c.n)).group_by(both.c.value))
    return _ordered({value: int(n) for value, n in found})


def _counted(session: Session, wanted: Filter) -> Facets:
    """Reads the leads that the rest of the filter lets through, whatever their dimensions."""
    rest = replace(wanted, status=(), band=(), kind=(), platform=(), alive=(), contact=())
    chosen: Select[Any] = select(
        Lead.status,
        Lead.band,
        Lead.kind,
        func.coalesce(Lead.impersonates, ""),
        case((Lead.alive.is_(None), "unknown"), (Lead.alive.is_(True), "yes"), else_="no"),
        case((CONTACT, "yes"), else_="no"),
        Lead.id,
        Lead.jurisdiction,
    ).where(*conditions(rest))
    if wanted.query is not None:
        chosen = chosen.where(Lead.id.in_(search.ids(session, wanted.query)))
    rows = session.execute(chosen.limit(BOUND + 1)).all()
    counts, total = _added_up(((row[:6], 1) for row in rows), wanted)
    mine = [(n, frozenset(getattr(wanted, name))) for n, name in enumerate(DIMENSIONS) if getattr(wanted, name)]
    passing = [row for row in rows if all(row[n] in values for n, values in mine)]
    if not wanted.jurisdiction:
        counts["jurisdiction"] = _ordered(dict(Counter(row[7] for row in passing if row[7] is not None)))
    if not wanted.source:
        seen = select(LeadSource.source).where(LeadSource.lead_id.in_([row[6] for row in passing]))
        counts["source"] = _ordered(dict(Counter(session.scalars(seen))))
    return Facets(counts, total, exact=len(rows) <= BOUND)


def _added_up(cells: Iterable[_Cell], wanted: Filter) -> tuple[dict[str, dict[str, int]], int]:
    """Numbers by dimension and value, each dimension's own choice left out, and how many pass all of them."""
    chosen = [(n, frozenset(getattr(wanted, name))) for n, name in enumerate(DIMENSIONS) if getattr(wanted, name)]
    sums: list[dict[str, int]] = [{} for _ in DIMENSIONS]
    total = 0
    for cell, n in cells:
        failing = [number for number, values in chosen if cell[number] not in values]
        if len(failing) > 1:
            continue
        total += 0 if failing else n
        for number in failing or range(len(DIMENSIONS)):
            value = cell[number]
            sums[number][value] = sums[number].get(value, 0) + n
    return {name: _ordered(found) for name, found in zip(DIMENSIONS, sums, strict=True)}, total


def _ordered(found: dict[str, int]) -> dict[str, int]:
    """The largest first; nothing for what there is none of."""
    return {value: n for value, n in sorted(found.items(), key=lambda x: (-x[1], x[0])) if n}
