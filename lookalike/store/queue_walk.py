"""How the first leads of an order are found under a filter: by walking along the order's index, else by what is rare.

A walk is bounded: where few of the leads on the way pass, the condition that few leads meet is begun with.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, select

from lookalike.store import search
from lookalike.store.models import Lead
from lookalike.store.numbers import among
from lookalike.store.queue_steps import Found, Steps, hidden
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
_LOOKED = 600
"""Leads that are walked past to be counted."""
_LOOKED_FAR = 2_400
"""The same where the index is slow."""
_READ = 1_000
"""Leads that hold a query's words and are looked at to be counted, at most."""
_COMMON = frozenset({"status", "band", "kind", "alive", "score", "first_seen"})
"""Columns of which no value is rare, or is known not to be."""


class _Way(NamedTuple):
    """A condition that few leads meet."""

    condition: ColumnElement[bool]
    sure: bool
    """Whether the leads that meet it hold the words as well."""


class Walk(Steps):
    """One order, one filter, one place: what it brings."""

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
        return self._along(query, limit, farthest)

    def _along(self, query: Query | None, limit: int, farthest: int) -> Found:
        """Walks on as long as it seems to bring enough within ``farthest`` leads; else begins with what is rare."""
        found, seen, at, tried = list[int](), 0, self.at, False
        while seen < farthest:
            far = min(max(_more(len(found), seen, limit), NEAR), 3 * seen, farthest - seen) if seen else NEAR
            past = self._past(query, far, at)
            found += past.ids
            seen += past.seen
            if len(found) >= limit or past.seen < far:
                return Found(found[:limit], past.seen < far and len(found) < limit)
            at = past.last
            rest = _more(len(found), seen, limit)
            if seen == NEAR < rest and (way := self._rare()) is not None:
                return self._among([way.condition], query, limit)
            # the first leads tell little of the others; where the index tells soon, it is asked then already
            most = 6 * NEAR if seen == NEAR and farthest == FAR and query is not None else farthest
            if not tried and (seen > NEAR or most < farthest) and seen + rest > most:
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
        past = self._past(query, far, self.at)
        return past.ids, past.seen >= far

    def _rare(self, most: int = FEW // 3) -> _Way | None:
        """A condition that has an index of its own and that few leads meet."""
        for way in self.ways:
            some = select(func.count()).select_from(way.limit(most + 1).subquery())
            if self.session.scalars(some).one() <= most:
                return _Way(Lead.id.in_(way), sure=False)
        return None

    def _fewest(self, query: Query | None = None) -> _Way | None:
        """A condition that few leads meet, be it to hold the words."""
        if (way := self._rare(FEW)) is not None:
            return way
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


def _more(found: int, seen: int, wanted: int) -> int:
    """How many leads have still to be walked past, by those that were; where none passed, too many."""
    return math.ceil(1.2 * (wanted - found) * seen / found) if found else FAR
