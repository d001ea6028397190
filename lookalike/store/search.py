"""Which leads hold the words of a query: all of them by the index, or those of a few.

What the index brings is compared with the text where a phrase could be another one's pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from lookalike.store.models import LeadText
from lookalike.store.numbers import among
from lookalike.store.search_text import Query

QUICK = 200_000
"""Leads that hold a query's rarest word at most, times its words, for PostgreSQL's index to tell in some 20 ms."""
MODE = "lookalike_mode"
"""Option of a connection: ``read`` where its transaction may not write."""
_FTS = table("lead_fts", column("rowid"))
_ONE = "SELECT 1 FROM lead_text WHERE tokens @@ CAST(:{} AS tsquery)"
_INDEX_ONLY = text("SELECT set_config('enable_seqscan', :on, true)")


def ids(session: Session, query: Query) -> Select[Any]:
    """Numbers of the leads that match."""
    found = indexed(session, query)
    if query.exact:
        return found
    if _sqlite(session):
        return found.join(LeadText, LeadText.lead_id == _FTS.c.rowid).where(_holds(query, func.instr))
    return found.where(_holds(query, func.strpos))


def indexed(session: Session, query: Query) -> Select[Any]:
    """Numbers of the leads of which the index says that they may match."""
    if _sqlite(session):
        asked = " AND ".join(f'"{token}"{"*" if begins else ""}' for token, begins in query.tokens)
        return select(_FTS.c.rowid).where(text("lead_fts MATCH :asked").bindparams(asked=asked))
    return select(LeadText.lead_id).where(LeadText.tokens.op("@@")(cast(_tsquery(query.tokens), TSQUERY)))


class Hits(NamedTuple):
    """Leads of which the index says that they match, in no order."""

    ids: list[int]
    all: bool
    """Whether these are all that there are."""
    sure: bool
    """Whether the index alone tells; else each is compared with its text."""


def hits(session: Session, query: Query, most: int) -> Hits:
    """At most so many of the leads that the index brings; asked once in a transaction that reads."""
    known = _known(session)
    found: Hits | None = known.get(query)
    if found is None or not (found.all or len(found.ids) >= most):
        found = known[query] = _hits(session, query, most)
    return Hits(found.ids[:most], found.all and len(found.ids) <= most, found.sure)


def quick(session: Session, query: Query, most: int | None = None) -> bool:
    """Whether the index soon tells which leads match: not where a word may go on, nor, on PostgreSQL, of common words.

    There the numbers of all leads that hold the rarest word are brought before the first one is told. ``most``: whether
    it is worth asking if there are more than so many.
    """
    if not query.closed or _sqlite(session):
        return query.closed
    rarest = _rarest(session, query)
    few = most is None or len(query.tokens) > 1 or rarest <= 1.5 * most
    return few and len(query.tokens) * rarest <= QUICK


def _hits(session: Session, query: Query, most: int) -> Hits:
    if _sqlite(session):
        found = list(session.scalars(indexed(session, query).limit(most + 1)))
        return Hits(found[:most], len(found) <= most, query.exact)
    mine = indexed(session, query)
    mine = mine if query.exact else mine.where(_holds(query, func.strpos))
    # a plan that reads the table is chosen where few rows are asked for, and reads all of it where there are fewer
    session.execute(_INDEX_ONLY, {"on": "off"})
    found = list(session.scalars(mine.limit(most + 1)))
    session.execute(_INDEX_ONLY, {"on": "on"})
    return Hits(found[:most], len(found) <= most, True)


def _rarest(session: Session, query: Query) -> float:
    """How many leads hold the rarest of a query's words, as PostgreSQL's statistics have it."""
    known = _known(session)
    if ("rarest", query) not in known:
        each = {f"q{n}": _tsquery([(token, False)]) for n, (token, _) in enumerate(query.tokens)}
        said = session.execute(text(f"EXPLAIN (FORMAT JSON) {' UNION ALL '.join(_ONE.format(q) for q in each)}"), each)
        plan = said.scalar_one()[0]["Plan"]
        parts = plan["Plans"] if len(each) > 1 else [plan]
        known["rarest", query] = min(float(part["Plan Rows"]) for part in parts)
    return float(known["rarest", query])


def _known(session: Session) -> dict[Any, Any]:
    """What was asked before in the same transaction, if it only reads: its snapshot stays the same."""
    if session.connection().get_execution_options().get(MODE) != "read":
        return {}
    now = session.get_transaction()
    if session.info.get("asked in") is not now:
        session.info.update({"asked in": now, "asked": {}})
    found: dict[Any, Any] = session.info["asked"]
    return found


def holding(session: Session, query: Query, chosen: Select[Any], number: Any) -> Select[Any]:
    """Those of the chosen rows whose lead holds the words; ``number`` is the lead's, in ``chosen``."""
    place = func.instr if _sqlite(session) else func.strpos
    return chosen.join(LeadText, LeadText.lead_id == number).where(_holds(query, place))


def held(session: Session, query: Query, near: Sequence[int]) -> list[int]:
    """Those of a few leads that match, in their order."""
    place = func.instr if _sqlite(session) else func.strpos
    mine = select(LeadText.lead_id).where(among(LeadText.lead_id, near), _holds(query, place))
    found = set(session.scalars(mine))
    return [number for number in near if number in found]


def _tsquery(tokens: Iterable[tuple[str, bool]]) -> str:
    return " & ".join(f"'{token}'{':*' if begins else ''}" for token, begins in tokens)


def _holds(query: Query, place: Any) -> ColumnElement[bool]:
    return and_(*(place(LeadText.text, term.needle) > 0 for term in query.terms))


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
