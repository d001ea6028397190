"""How the first leads of an order are found under a filter: by walking along the order's index, else by what is rare.

A walk is bounded: where few of the leads on the way pass, the database is left to begin with the rarest condition.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, Self

from sqlalchemy import ColumnElement, Select, bindparam, func, literal, select, tuple_, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from lookalike.errors import UsageError
from lookalike.store import search
from lookalike.store.models import Lead
from lookalike.store.search_text import Query

FAR = (300, 2_000)
"""Leads that are walked past before the rarest condition is begun with: faster where one in fifty passes."""


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

    def first(self, query: Query | None, limit: int, *, selective: bool = False) -> list[int]:
        """The first leads that pass everything; ``selective``: what is rare is known to be very rare."""
        if query is None and not self.loose and (self.by_status or not self.statuses):
            return self._near(limit)
        for far in () if selective else FAR:
            near = self._near(far)
            found = self._passing(near)
            found = search.held(self.session, query, found) if query is not None else found
            if len(found) >= limit or len(near) < far:
                return found[:limit]
        # an expression keeps either database from walking the whole order for the sake of a few that pass
        hidden = query is None and bool(self.loose)  # a status is never rarer than what else is asked for
        checks = [*self.fixed, *self.loose, *self._status(hidden=hidden), *self._beyond()]
        chosen = self._ordered(checks, expression=True)
        if query is not None:
            hits = search.ids(self.session, query).cte("hits").prefix_with("MATERIALIZED")
            chosen = chosen.where(Lead.id.in_(select(hits.c[0])))
        return [row[0] for row in self.session.execute(chosen.limit(limit))]

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

    def _status(self, *, hidden: bool = False) -> list[ColumnElement[bool]]:
        """``hidden``: from the database's choice of an index."""
        if not self.statuses:
            return []
        column = func.coalesce(Lead.status, Lead.status) if hidden else Lead.status
        return [column.in_(bindparam(None, list(self.statuses), expanding=True, literal_execute=True))]


def _is(status: str) -> ColumnElement[bool]:
    return Lead.status == bindparam(None, status, literal_execute=True)
