"""Which leads hold the words of a query: the first ones of an order, or any of them up to a bound.

Common words are found by reading on in the order itself, rare ones by the index; what the index brings is compared
with the text where a phrase could be another one's pieces.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import InstrumentedAttribute, Session

from lookalike.store.models import Lead, LeadText
from lookalike.store.search_text import Query

READ_ON = (200, 1_500)
"""Leads that are read in the order before the index is asked: faster where one in thirty matches."""
_FTS = table("lead_fts", column("rowid"))


def first(
    session: Session, query: Query, ordered: Select[Any], by: InstrumentedAttribute[Any], limit: int
) -> list[int]:
    """Of the leads' numbers that ``ordered`` selects, by ``by`` and number downwards, the first that match."""
    for far in READ_ON:
        near = list(session.scalars(ordered.limit(far)))
        found = _held(session, query, near)
        if len(found) >= limit or len(near) < far:
            return found[:limit]
    hits = ids(session, query).cte("hits").prefix_with("MATERIALIZED")
    # an expression keeps either database from reading the whole order for the sake of a few that match
    sorted_here = ordered.where(Lead.id.in_(select(hits.c[0]))).order_by(None)
    sorted_here = sorted_here.order_by(func.coalesce(by, by).desc(), func.coalesce(Lead.id, Lead.id).desc())
    return list(session.scalars(sorted_here.limit(limit)))


def ids(session: Session, query: Query) -> Select[Any]:
    """Numbers of the leads that match."""
    if _sqlite(session):
        asked = " AND ".join(f'"{token}"{"*" if begins else ""}' for token, begins in query.tokens)
        found = select(_FTS.c.rowid).where(text("lead_fts MATCH :asked").bindparams(asked=asked))
        if query.exact:
            return found
        return found.join(LeadText, LeadText.lead_id == _FTS.c.rowid).where(_holds(query, func.instr))
    asked = " & ".join(f"'{token}'{':*' if begins else ''}" for token, begins in query.tokens)
    indexed = select(LeadText.lead_id).where(LeadText.tokens.op("@@")(cast(asked, TSQUERY)))
    return indexed if query.exact else indexed.where(_holds(query, func.strpos))


def _held(session: Session, query: Query, near: list[int]) -> list[int]:
    """Those of a few leads that match, in their order."""
    place = func.instr if _sqlite(session) else func.strpos
    mine = select(LeadText.lead_id).where(LeadText.lead_id.in_(near), _holds(query, place))
    found = set(session.scalars(mine))
    return [number for number in near if number in found]


def _holds(query: Query, place: Any) -> ColumnElement[bool]:
    return and_(*(place(LeadText.text, term.needle) > 0 for term in query.terms))


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
