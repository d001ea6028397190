"""How the first leads of an order are found under a filter: by walking along the order's index, else by what is rare.

A walk is bounded: where few of the leads on the way pass, the condition that few leads meet is begun with. Which index
serves is said here and not left to a database's planner: one that has no statistics takes a common kind for a rare one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.visitors import replacement_traverse

from lookalike.errors import UsageError
from lookalike.store import search
from lookalike.store.models import Lead
from lookalike.store.search_text import Query

FAR = (300, 2_000)
"""Leads that are walked past before the rarest condition is begun with: faster where one in fifty passes."""
RARE = 1_000
"""Leads that hold a query's words at most, for them to be begun with at once."""
FEW = 10_000
"""Leads that meet a condition at most, for it to be begun with."""
_CHUNK = 500
_LOOKED = 600
"""Leads that are walked past to be counted."""
_READ = 1_000
"""Leads that hold a query's words and are looked at to be counted, at most."""
_COMMON = frozenset({"status", "band", "kind", "alive", "score", "first_seen"})
"""Columns of which no value is rare, or is known not to be."""


class Place(NamedTuple):
    """A place in an order."""

    value: datetime | float
    id: int

    def text(self, order: str) -> str:
        """As addresses carry it."""
        said = self.value.isoformat() if isinstance(self.value, datetime) else repr(self.value)
        return f"{order}~{said}~{self.id}"

    @classmethod
    def read(cls, said: str, order: str) -> Self:
        """The place that ``text`` made. Raises UsageError for anything else."""
        named, _, rest = said[:100].partition("~")
        value, _, last = rest.rpartition("~")
        at: datetime | float = math.nan
        try:
            at = float(value) if order in {"rank", "score"} else datetime.fromisoformat(value)
            number = int(last)
        except ValueError:
            number = -1
        good = math.isfinite(at) if isinstance(at, float) else at.tzinfo is not None
        if named != order or not 0 <= number < 2**31 or not good:
            raise UsageError("after: expected the place that the page before named; 翻页位置无效")
        return cls(at, number)


class Found(NamedTuple):
    """Leads in their order."""

    ids: list[int]
    all: bool
    """Whether no others follow."""


@dataclass(frozen=True, slots=True)
class Walk:
    """One order, one filter, one place."""

    session: Session
    column: InstrumentedAttribute[Any]
    at: Place | None
    backwards: bool
    fixed: list[ColumnElement[bool]]
    """What the order's index tells."""
    loose: list[ColumnElement[bool]]
    """What only the leads themselves tell."""
    statuses: tuple[str, ...]
    """Empty: all."""
    by_status: bool
    """Whether there is an index of the order for each status."""
    ways: tuple[Select[Any], ...] = ()
    """Numbers of all leads that meet one of the conditions, each by an index of its own."""

    def first(self, query: Query | None, limit: int, *, named: bool = False) -> Found:
        """The first leads that pass everything; ``named``: among the conditions are numbers of leads."""
        if named:
            return self._among([], query, limit)
        if query is None and not self.loose and (self.by_status or not self.statuses):
            return self._found(self._near(limit), limit)
        if query is not None and query.closed and (hits := search.few(self.session, query, RARE)) is not None:
            return self._among([Lead.id.in_(hits)], None, limit)
        tried = False
        for far in FAR:
            found, more = self._walked(query, far)
            if len(found) >= limit or not more:
                return Found(found[:limit], not more and len(found) < limit)
            if not tried and (not found or far == FAR[-1]):  # the longer walk would hardly bring enough either
                tried = True
                if (way := self._fewest(query)) is not None:
                    return self._among([Lead.id.in_(way)], query, limit)
        return self._common(query, limit)

    def any(self, query: Query | None, limit: int, enough: int, *, named: bool = False) -> Found:
        """Leads that pass everything, where it is quickly told the first ones: at least ``enough``, if found at all."""
        simple = query is None and not self.loose and (self.by_status or not self.statuses)
        if named or simple:
            return self.first(query, limit, named=named)
        hits = self._hits(query) if query is not None and query.closed else None
        found, more = ([], True) if hits is not None and len(hits) < _READ else self._walked(query, _LOOKED)
        if not more or len(found) >= enough:
            return Found(found[:limit], not more and len(found) < limit)
        if query is not None:
            hits = self._hits(query) if hits is None else hits
            others = self._among([Lead.id.in_(hits)], None if query.exact else query, limit, ordered=False)
            if len(hits) < _READ:
                return others
            return Found(list(dict.fromkeys([*found, *others.ids]))[:limit], all=False)
        way = self._fewest()
        return Found(found, all=False) if way is None else self._among([Lead.id.in_(way)], None, limit, ordered=False)

    def _hits(self, query: Query) -> list[int]:
        return list(self.session.scalars(search.indexed(self.session, query).limit(_READ)))

    def _walked(self, query: Query | None, far: int) -> tuple[list[int], bool]:
        """Those of the next ``far`` leads that pass, and whether there are others behind them."""
        near = self._near(far)
        found = self._passing(near)
        return search.held(self.session, query, found) if query is not None else found, len(near) >= far

    def _fewest(self, query: Query | None = None) -> Select[Any] | None:
        """A condition that few leads meet."""
        ways = [(way, FEW) for way in self.ways]
        if query is not None:  # the more terms, the more each lead costs to bring
            ways.append((search.indexed(self.session, query), FEW if len(query.terms) == 1 else FEW // 3))
        for way, most in ways:
            some = select(func.count()).select_from(way.limit(most + 1).subquery())
            if self.session.scalars(some).one() <= most:
                return way
        return None

    def _common(self, query: Query | None, limit: int) -> Found:
        """No condition is rare by itself: the order's own index is read until enough of them came."""
        names = _COMMON - {self.column.key}
        checks = [*self.fixed, *self.loose, *self._status(), *self._beyond()]
        checks = [hidden(each, names) for each in checks]
        if query is None:
            return self._found(list(self.session.scalars(self._ordered(checks).limit(limit))), limit)
        hits = search.indexed(self.session, query).cte("hits").prefix_with("MATERIALIZED")
        checks.append(func.coalesce(Lead.id, Lead.id).in_(select(hits.c[0])))
        most = limit if query.exact else 4 * limit
        while True:
            may = list(self.session.scalars(self._ordered(checks).limit(most)))
            found = may if query.exact else self._held(query, may, limit)
            if len(found) >= limit or len(may) < most:
                return self._found(found[:limit], limit)
            most *= 10

    def _among(
        self, named: Sequence[ColumnElement[bool]], query: Query | None, limit: int, *, ordered: bool = True
    ) -> Found:
        """Begins with numbers of leads, and with nothing else."""
        checks = [hidden(each) for each in (*self.fixed, *self.loose, *self._status(), *self._beyond())]
        chosen = self._ordered([*named, *checks], expression=True)
        chosen = chosen if ordered else chosen.order_by(None)
        if query is None:
            return self._found(list(self.session.scalars(chosen.limit(limit))), limit)
        return self._found(self._held(query, list(self.session.scalars(chosen)), limit)[:limit], limit)

    def _held(self, query: Query, ids: Sequence[int], limit: int) -> list[int]:
        """Those that hold the words, as far as ``limit`` of them."""
        found: list[int] = []
        for start in range(0, len(ids), _CHUNK):
            found += search.held(self.session, query, ids[start : start + _CHUNK])
            if len(found) >= limit:
                break
        return found

    @staticmethod
    def _found(ids: list[int], limit: int) -> Found:
        return Found(ids, len(ids) < limit)

    def _near(self, far: int) -> list[int]:
        """The next leads along the index; each status has a way of its own, and they are joined."""
        shared = [*self.fixed, *self._beyond()]
        if not self.by_status or not self.statuses:
            return [row[0] for row in self.session.execute(self._ordered(shared).limit(far))]
        ways = [self._ordered([*shared, _is(status)]).limit(far) for status in self.statuses]
        if len(ways) == 1:
            return [row[0] for row in self.session.execute(ways[0])]
        joined = union_all(*(select(way.subquery()) for way in ways)).subquery()
        turned = self._turn()
        both = select(joined.c.id).order_by(turned(joined.c.place), turned(joined.c.id))
        return list(self.session.scalars(both.limit(far)))

    def _passing(self, near: Sequence[int]) -> list[int]:
        checks = [*self.loose, *([] if self.by_status else self._status())]
        if not checks or not near:
            return list(near)
        checks = [hidden(each) for each in checks]
        passing = set(self.session.scalars(select(Lead.id).where(Lead.id.in_(near), *checks)))
        return [number for number in near if number in passing]

    def _ordered(self, checks: Sequence[ColumnElement[bool]], *, expression: bool = False) -> Select[Any]:
        at, number = self.column, Lead.id
        turned = self._turn()
        by = (func.coalesce(at, at), func.coalesce(number, number)) if expression else (at, number)
        return select(Lead.id.label("id"), at.label("place")).where(*checks).order_by(*(turned(one) for one in by))

    def _turn(self) -> Callable[[Any], Any]:
        return (lambda one: one.asc()) if self.backwards else (lambda one: one.desc())

    def _beyond(self) -> list[ColumnElement[bool]]:
        if self.at is None:
            return []
        here = tuple_(literal(self.at.value, self.column.type), literal(self.at.id))
        mine = tuple_(self.column, Lead.id)
        return [mine > here if self.backwards else mine < here]

    def _status(self) -> list[ColumnElement[bool]]:
        if not self.statuses:
            return []
        return [Lead.status.in_(bindparam(None, list(self.statuses), expanding=True, literal_execute=True))]


def _is(status: str) -> ColumnElement[bool]:
    return Lead.status == bindparam(None, status, literal_execute=True)


def hidden(condition: ColumnElement[bool], names: frozenset[str] | None = None) -> ColumnElement[bool]:
    """The same condition, in which no index of leads is seen but their numbers'; ``names``: of these columns only."""

    def instead(element: Any, **_: Any) -> Any:
        if not isinstance(element, Column) or element.table is not Lead.__table__ or element.name == "id":
            return None
        return func.coalesce(element, element) if names is None or element.name in names else element

    return replacement_traverse(condition, {}, instead)
