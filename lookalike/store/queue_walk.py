"""How the first leads of an order are found under a filter: by walking along the order's index, else by what is rare.

A walk is bounded: where few of the leads on the way pass, the condition that few leads meet is begun with. Which index
serves is said here and not left to a database's planner: one that has no statistics takes a common kind for a rare one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.visitors import replacement_traverse

from lookalike.store import search
from lookalike.store.models import Lead
from lookalike.store.numbers import among
from lookalike.store.queue_place import Place
from lookalike.store.search import Hits
from lookalike.store.search_text import Query

NEAR = 300
"""Leads that are walked past before it is known how many of them pass."""
FAR = 8_000
"""Leads that are walked past at most, where they seem to bring enough; each costs what one costs of an index."""
FAR_SLOW = 16_000
"""The same where the index is slow to tell which leads hold the words."""
RARE = 1_000
"""Leads that hold a query's words at most, for them to be begun with at once."""
FEW = 10_000
"""Leads that meet a condition at most, for it to be begun with."""
_CHUNK = 500
_LOOKED = 600
"""Leads that are walked past to be counted."""
_LOOKED_FAR = 2_400
"""The same where the index is slow."""
_READ = 1_000
"""Leads that hold a query's words and are looked at to be counted, at most."""
_COMMON = frozenset({"status", "band", "kind", "alive", "score", "first_seen"})
"""Columns of which no value is rare, or is known not to be."""


class Found(NamedTuple):
    """Leads in their order."""

    ids: list[int]
    all: bool
    """Whether no others follow."""


class _Way(NamedTuple):
    """A condition that few leads meet."""

    condition: ColumnElement[bool]
    sure: bool
    """Whether the leads that meet it hold the words as well."""


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
            return self._found([number for number, _ in self._near(limit, self.at)], limit)
        quick = query is not None and search.quick(self.session, query)
        rare = query is not None and search.quick(self.session, query, RARE)
        if query is not None and rare and (hits := search.hits(self.session, query, RARE)).all:
            return self._among([among(Lead.id, hits.ids)], None if hits.sure else query, limit)
        farthest = FAR if quick or query is None or not query.closed else FAR_SLOW
        found, seen, at, tried = list[int](), 0, self.at, False
        while seen < farthest:
            far = min(max(_more(len(found), seen, limit), NEAR), 3 * seen, farthest - seen) if seen else NEAR
            near = self._near(far, at)
            found += self._passing(query, [number for number, _ in near])
            seen += len(near)
            if len(found) >= limit or len(near) < far:
                return Found(found[:limit], len(near) < far and len(found) < limit)
            at = Place(near[-1][1], near[-1][0])
            if not tried and seen > NEAR and seen + _more(len(found), seen, limit) > farthest:
                tried = True
                if (way := self._fewest(query)) is not None:
                    return self._among([way.condition], None if way.sure else query, limit)
        return self._common(query, limit)

    def any(self, query: Query | None, limit: int, enough: int, *, named: bool = False) -> Found:
        """Leads that pass everything, where it is quickly told the first ones: at least ``enough``, if found at all."""
        simple = query is None and not self.loose and (self.by_status or not self.statuses)
        if named or simple:
            return self.first(query, limit, named=named)
        quick = query is not None and search.quick(self.session, query)
        rare = query is not None and search.quick(self.session, query, _READ)
        if query is not None and rare and (hits := search.hits(self.session, query, _READ)).all:
            return self._told(query, hits, limit)
        slow = query is not None and query.closed and not quick
        found, more = self._walked(query, _LOOKED)
        if slow and more and len(found) < enough:
            found, more = self._walked(query, _LOOKED_FAR)
        if not more or slow or len(found) >= enough:
            return Found(found[:limit], not more and len(found) < limit)
        if query is not None:
            hits = search.hits(self.session, query, _READ)
            others = self._told(query, hits, limit)
            return others if hits.all else Found(list(dict.fromkeys([*found, *others.ids]))[:limit], all=False)
        way = self._fewest()
        if way is None:
            return Found(found, all=False)
        return self._among([way.condition], None, limit, ordered=False)

    def _told(self, query: Query, hits: Hits, limit: int) -> Found:
        chosen = among(Lead.id, hits.ids)
        return self._among([chosen], None if hits.sure else query, limit, ordered=False)

    def _walked(self, query: Query | None, far: int) -> tuple[list[int], bool]:
        """Those of the next ``far`` leads that pass, and whether there are others behind them."""
        near = self._near(far, self.at)
        return self._passing(query, [number for number, _ in near]), len(near) >= far

    def _fewest(self, query: Query | None = None) -> _Way | None:
        """A condition that few leads meet."""
        for way in self.ways:
            some = select(func.count()).select_from(way.limit(FEW + 1).subquery())
            if self.session.scalars(some).one() <= FEW:
                return _Way(Lead.id.in_(way), query is None)
        if query is None or (query.closed and not search.quick(self.session, query, FEW)):
            return None
        hits = search.hits(self.session, query, FEW)
        return _Way(among(Lead.id, hits.ids), hits.sure) if hits.all else None

    def _common(self, query: Query | None, limit: int) -> Found:
        """No condition is rare by itself: the order's own index is read until enough of them came."""
        names = _COMMON - {self.column.key}
        checks = [*self.fixed, *self.loose, *self._status(), *self._beyond(self.at)]
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
        checks = [hidden(each) for each in (*self.fixed, *self.loose, *self._status(), *self._beyond(self.at))]
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

    def _near(self, far: int, at: Place | None) -> list[tuple[int, Any]]:
        """The next leads along the index, each with its place; each status has a way of its own, they are joined."""
        shared = [*self.fixed, *self._beyond(at)]
        if not self.by_status or not self.statuses:
            ways = [self._ordered(shared).limit(far)]
        else:
            ways = [self._ordered([*shared, _is(status)]).limit(far) for status in self.statuses]
        if len(ways) == 1:
            return [(row[0], row[1]) for row in self.session.execute(ways[0])]
        joined = union_all(*(select(way.subquery()) for way in ways)).subquery()
        turned = self._turn()
        both = select(joined.c.id, joined.c.place).order_by(turned(joined.c.place), turned(joined.c.id))
        return [(row[0], row[1]) for row in self.session.execute(both.limit(far))]

    def _passing(self, query: Query | None, near: Sequence[int]) -> list[int]:
        """Those of the leads on the way that pass what their index does not tell, and hold the words."""
        checks = [*self.loose, *([] if self.by_status else self._status())]
        if checks and near:
            checks = [hidden(each) for each in checks]
            passing = set(self.session.scalars(select(Lead.id).where(among(Lead.id, near), *checks)))
            near = [number for number in near if number in passing]
        return search.held(self.session, query, near) if query is not None and near else list(near)

    def _ordered(self, checks: Sequence[ColumnElement[bool]], *, expression: bool = False) -> Select[Any]:
        at, number = self.column, Lead.id
        turned = self._turn()
        by = (func.coalesce(at, at), func.coalesce(number, number)) if expression else (at, number)
        return select(Lead.id.label("id"), at.label("place")).where(*checks).order_by(*(turned(one) for one in by))

    def _turn(self) -> Callable[[Any], Any]:
        return (lambda one: one.asc()) if self.backwards else (lambda one: one.desc())

    def _beyond(self, at: Place | None) -> list[ColumnElement[bool]]:
        if at is None:
            return []
        here = tuple_(literal(at.value, self.column.type), literal(at.id))
        mine = tuple_(self.column, Lead.id)
        return [mine > here if self.backwards else mine < here]

    def _status(self) -> list[ColumnElement[bool]]:
        if not self.statuses:
            return []
        return [Lead.status.in_(bindparam(None, list(self.statuses), expanding=True, literal_execute=True))]


def _more(found: int, seen: int, wanted: int) -> int:
    """How many leads have still to be walked past, by those that were; where none passed, too many."""
    return math.ceil(1.2 * (wanted - found) * seen / found) if found else FAR


def _is(status: str) -> ColumnElement[bool]:
    return Lead.status == bindparam(None, status, literal_execute=True)


def hidden(condition: ColumnElement[bool], names: frozenset[str] | None = None) -> ColumnElement[bool]:
    """The same condition, in which no index of leads is seen but their numbers'; ``names``: of these columns only."""

    def instead(element: Any, **_: Any) -> Any:
        if not isinstance(element, Column) or element.table is not Lead.__table__ or element.name == "id":
            return None
        return func.coalesce(element, element) if names is None or element.name in names else element

    return replacement_traverse(condition, {}, instead)
