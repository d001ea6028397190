"""The steps of a walk through leads: along an order's index, past what it does not tell, or among known numbers.

Which index serves is said here and not left to a database's planner: one that has no statistics takes a common kind for
a rare one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Select,
    bindparam,
    func,
    literal,
    literal_column,
    null,
    select,
    tuple_,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session
from sqlalchemy.sql.visitors import replacement_traverse

from lookalike.store import search
from lookalike.store.models import Lead
from lookalike.store.queue_place import Place
from lookalike.store.search_text import Query

_CHUNK = 500
_BESIDE = frozenset({"band", "kind", "alive"})
"""Columns that stand in an order's index behind the place."""


_PASSING, _COUNT, _LAST = (literal_column(str(n), Integer).label("kind") for n in range(3))
"""What a row of one statement tells: a lead that passes; how many were walked past; the last of them."""


class Found(NamedTuple):
    """Leads in their order."""

    ids: list[int]
    all: bool
    """Whether no others follow."""


class Past(NamedTuple):
    """Leads that pass, in their order, of some that were walked past."""

    ids: list[int]
    seen: int
    """How many were walked past."""
    last: Place | None
    """Where the last of those stands; None: there were none."""


@dataclass(frozen=True, slots=True)
class Steps:
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
        """The next leads along the index, each with its place."""
        return [(row[0], row[1]) for row in self.session.execute(self._way(far, at))]

    def _way(self, far: int, at: Place | None) -> Select[Any]:
        """The next leads along the index; each status has a way of its own, they are joined."""
        shared = [*self.fixed, *self._beyond(at)]
        if not self.by_status or not self.statuses:
            return self._ordered(shared).limit(far)
        if self.session.get_bind().dialect.name == "sqlite":  # it has no statistics, and takes any index for it
            shared = [hidden(each, _BESIDE) for each in shared]
        ways = [self._ordered([*shared, is_status(status)]).limit(far) for status in self.statuses]
        if len(ways) == 1:
            return ways[0]
        joined = union_all(*(select(way.subquery()) for way in ways)).subquery()
        turned = self._turn()
        both = select(joined.c.id, joined.c.place).order_by(turned(joined.c.place), turned(joined.c.id))
        return both.limit(far)

    def _past(self, query: Query | None, far: int, at: Place | None) -> Past:
        """Those of the next leads that pass what their index does not tell, and hold the words.

        One statement: what is walked past stays in the database.
        """
        checks = [*self.loose, *([] if self.by_status else self._status())]
        if not checks and query is None:
            near = self._near(far, at)
            return Past([number for number, _ in near], len(near), Place(near[-1][1], near[-1][0]) if near else None)
        walked = self._way(far, at).cte("near").prefix_with("MATERIALIZED")
        back = self._turn(around=True)
        passing: Select[Any] = select(_PASSING, walked.c.id, walked.c.place)
        if checks:
            passing = passing.join(Lead, Lead.id == walked.c.id).where(*(hidden(each) for each in checks))
        if query is not None:
            passing = search.holding(self.session, query, passing, walked.c.id)
        last = select(_LAST, walked.c.id, walked.c.place).order_by(back(walked.c.place), back(walked.c.id)).limit(1)
        counted = select(_COUNT, func.count(), null()).select_from(walked)
        told: Sequence[Any] = self.session.execute(union_all(passing, counted, select(last.subquery()))).all()
        found = sorted(((place, number) for kind, number, place in told if kind == 0), reverse=not self.backwards)
        seen = next(number for kind, number, _ in told if kind == 1)
        end = next((Place(place, number) for kind, number, place in told if kind == 2), None)
        return Past([number for _, number in found], seen, end)

    def _ordered(self, checks: Sequence[ColumnElement[bool]], *, expression: bool = False) -> Select[Any]:
        at, number = self.column, Lead.id
        turned = self._turn()
        by = (func.coalesce(at, at), func.coalesce(number, number)) if expression else (at, number)
        return select(Lead.id.label("id"), at.label("place")).where(*checks).order_by(*(turned(one) for one in by))

    def _turn(self, *, around: bool = False) -> Callable[[Any], Any]:
        return (lambda one: one.asc()) if self.backwards != around else (lambda one: one.desc())

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


def is_status(status: str) -> ColumnElement[bool]:
    return Lead.status == bindparam(None, status, literal_execute=True)


def hidden(condition: ColumnElement[bool], names: frozenset[str] | None = None) -> ColumnElement[bool]:
    """The same condition, in which no index of leads is seen but their numbers'; ``names``: of these columns only."""

    def instead(element: Any, **_: Any) -> Any:
        if not isinstance(element, Column) or element.table is not Lead.__table__ or element.name == "id":
            return None
        return func.coalesce(element, element) if names is None or element.name in names else element

    return replacement_traverse(condition, {}, instead)
