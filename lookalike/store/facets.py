"""How many leads there are by each property, under a filter: each property's own choice left out of its numbers.

From the kept numbers where the filter is one of kinds only; else counted, up to a bound that the answer names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, literal_column, select, union_all
from sqlalchemy.orm import Session

from lookalike.store.models import Lead, LeadCount, LeadDelta, LeadSource
from lookalike.store.numbers import among
from lookalike.store.queue import CONTACT, Filter, some

DIMENSIONS = ("status", "band", "kind", "platform", "alive", "contact")
BESIDE = ("source", "jurisdiction")
"""Facets that are kept beside each of the dimensions, and not beside each other."""
READ = ("signal", "icp", "region", "day", "campaign")
"""Facets that are read off the leads themselves, the first ones of the queue."""
BOUND = 600
"""Leads that are counted one by one at most."""
SOME = 300
"""The same where their kinds are counted one by one too."""
ENOUGH = 100
"""Leads that are counted one by one at least where there are more, and others are far to seek."""
_Cell = tuple[Sequence[str], int]
_CELL: tuple[Any, ...] = (
    Lead.status,
    Lead.band,
    Lead.kind,
    func.coalesce(Lead.impersonates, ""),
    case((Lead.alive.is_(None), "unknown"), (Lead.alive.is_(True), "yes"), else_="no"),
    case((CONTACT, "yes"), else_="no"),
)

_NOTHING: list[ColumnElement[Any]] = [literal_column("''")] * (len(DIMENSIONS) - 1)
_AHEAD = timedelta(hours=8)
"""China's clocks: one time, and no summer time since 1991. Adding it takes a tenth of what asking for a zone takes."""
_TOLD = (Lead.marks, Lead.campaign, Lead.first_seen)


@dataclass(frozen=True, slots=True)
class Facets:
    """Numbers by facet and value."""

    counts: dict[str, dict[str, int]]
    total: int
    """Leads that the whole filter lets through; where ``exact`` is False, at least so many."""
    exact: bool = True
    at_least: frozenset[str] = field(default_factory=frozenset)
    """Facets of which more leads were there than ``BOUND``: their numbers are at least so high."""


def facets(session: Session, wanted: Filter) -> Facets:
    """The numbers of every facet. ``source`` counts a lead once for each of its sources."""
    if not _kept(wanted):
        return _counted(session, wanted)
    counts, total = _from_numbers(session, wanted)
    few = some(session, wanted, limit=BOUND + 1, enough=ENOUGH)
    read = _read(session.execute(select(*_TOLD).where(among(Lead.id, few.ids[:BOUND]))))
    return Facets(counts | read, total, at_least=frozenset(() if few.all else READ))


def _kept(wanted: Filter) -> bool:
    """Whether the filter is of dimensions alone, and at most one value beside them."""
    beside = len(wanted.source) + len(wanted.jurisdiction)
    dimensions = dict.fromkeys((*DIMENSIONS, *BESIDE), ())
    return beside <= 1 and replace(wanted, without=(), **dimensions) == Filter()  # type: ignore[arg-type]


def _from_numbers(session: Session, wanted: Filter) -> tuple[dict[str, dict[str, int]], int]:
    beside = next(((name, getattr(wanted, name)[0]) for name in BESIDE if getattr(wanted, name)), ("", ""))
    hidden = _left_out(session, wanted)
    counts, total = _added_up([*_cells(session, wanted, *beside), *hidden.cells], wanted)
    shown = [name for name in BESIDE if beside[0] in {"", name}]
    values = _values(session, wanted, shown)
    for name in shown:
        values[name].subtract(hidden.beside[name])
        counts[name] = _ordered(values[name])
    return counts, total


def _cells(session: Session, wanted: Filter, facet: str, value: str) -> Iterator[_Cell]:
    """Cells that pass every choice, and for each choice those that fail it alone, added up by its own values."""
    chosen = [name for name in DIMENSIONS if getattr(wanted, name)]
    # what passes all else may stand for the others: only its own value is counted
    usual = [next(iter(getattr(wanted, name)), "") for name in DIMENSIONS]
    parts: list[Select[Any]] = []
    for model in (LeadCount, LeadDelta):
        mine = [model.facet == facet, model.value == value]
        passing = {name: _in(model, wanted, name) for name in chosen}
        own = (getattr(model, name) for name in DIMENSIONS)
        parts.append(select(literal_column("-1"), model.n, *own).where(*mine, *passing.values()))
        for name in chosen:
            at = getattr(model, name)
            others = [passing[other] for other in chosen if other != name]
            failing = select(literal_column(str(DIMENSIONS.index(name))), func.sum(model.n), at, *_NOTHING)
            parts.append(failing.where(*mine, *others, ~passing[name]).group_by(at))
    for number, n, *cell in session.execute(union_all(*parts)):
        yield (cell if number < 0 else [*usual[:number], cell[0], *usual[number + 1 :]]), int(n)


def _in(model: type[LeadCount | LeadDelta], wanted: Filter, name: str) -> ColumnElement[bool]:
    at: ColumnElement[str] = getattr(model, name)
    return at.in_(getattr(wanted, name))


def _values(session: Session, wanted: Filter, facets: Sequence[str]) -> dict[str, Counter[str]]:
    parts = []
    for model in (LeadCount, LeadDelta):
        mine = [_in(model, wanted, name) for name in DIMENSIONS if getattr(wanted, name)]
        told = select(model.facet, model.value, func.sum(model.n))
        parts.append(told.where(model.facet.in_(facets), *mine).group_by(model.facet, model.value))
    found: dict[str, Counter[str]] = {name: Counter() for name in facets}
    for facet, value, n in session.execute(union_all(*parts)):
        found[facet][value] += int(n)
    return found


@dataclass(frozen=True, slots=True)
class _LeftOut:
    cells: list[_Cell]
    beside: Mapping[str, Counter[str]]


def _left_out(session: Session, wanted: Filter) -> _LeftOut:
    """What the few leads that are left out have to be taken off the kept numbers."""
    found = _LeftOut([], {name: Counter() for name in BESIDE})
    if not wanted.without:
        return found
    told: Select[Any] = select(*_CELL, Lead.id, Lead.jurisdiction).where(among(Lead.id, wanted.without))
    rows = session.execute(told).all()
    sources: dict[int, list[str]] = {row[6]: [] for row in rows}
    seen = select(LeadSource.lead_id, LeadSource.source).where(among(LeadSource.lead_id, sources))
    for lead, source in session.execute(seen):
        sources[lead].append(source)
    asked = [(n, frozenset(getattr(wanted, name))) for n, name in enumerate(DIMENSIONS) if getattr(wanted, name)]
    for row in rows:
        here = not wanted.jurisdiction or row[7] in wanted.jurisdiction
        if here and (not wanted.source or set(sources[row[6]]) & set(wanted.source)):
            found.cells.append((row[:6], -1))
        if all(row[n] in values for n, values in asked):
            found.beside["jurisdiction"].update([row[7]] if row[7] is not None else [])
            found.beside["source"].update(sources[row[6]])
    return found


def _counted(session: Session, wanted: Filter) -> Facets:
    """Reads the leads that the rest of the filter lets through, whatever their dimensions."""
    rest = replace(wanted, **dict.fromkeys(DIMENSIONS, ()))  # type: ignore[arg-type]
    most = min(SOME, BOUND) + 1
    found = some(session, rest, limit=most, enough=ENOUGH)
    mine = found if found.all else some(session, wanted, limit=most, enough=ENOUGH)
    chosen: Select[Any] = select(*_CELL, Lead.id, Lead.jurisdiction, *_TOLD)
    rows = session.execute(chosen.where(among(Lead.id, {*found.ids, *mine.ids}))).all()
    counts, total = _added_up(((row[:6], 1) for row in rows), wanted)
    asked = [(n, frozenset(getattr(wanted, name))) for n, name in enumerate(DIMENSIONS) if getattr(wanted, name)]
    passing = [row for row in rows if all(row[n] in values for n, values in asked)]
    if not wanted.jurisdiction:
        counts["jurisdiction"] = _ordered(dict(Counter(row[7] for row in passing if row[7] is not None)))
    if not wanted.source:
        seen = select(LeadSource.source).where(among(LeadSource.lead_id, (row[6] for row in passing)))
        counts["source"] = _ordered(dict(Counter(session.scalars(seen))))
    counts |= _read(row[8:] for row in passing)
    at_least = () if found.all else (*DIMENSIONS, *BESIDE, *READ)
    return Facets(counts, total, found.all or mine.all, frozenset(at_least))


def _read(rows: Iterable[Sequence[Any]]) -> dict[str, dict[str, int]]:
    """Signals, filing numbers, countries, days and campaigns of leads, each told by ``_TOLD``."""
    found: dict[str, Counter[str]] = {name: Counter() for name in READ}
    days: Counter[date] = Counter()
    marks: Counter[str] = Counter()
    for said, campaign, first_seen in rows:
        marks[said] += 1
        days[(first_seen + _AHEAD).date()] += 1
        if campaign is not None:
            found["campaign"][campaign] += 1
    for said, n in marks.items():
        for word in said.split():
            name, _, value = word.partition("=")
            found[name][value] += n
    found["day"].update({day.isoformat(): n for day, n in days.items()})
    return {name: _ordered(dict(values)) for name, values in found.items()}


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
