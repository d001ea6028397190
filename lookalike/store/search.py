"""Which leads hold the words of a query: all of them by the index, or those of a few.

What the index brings is compared with the text where a phrase could be another one's pieces.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, cast, column, func, select, table, text
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from lookalike.store.models import LeadText
from lookalike.store.search_text import Query

_FTS = table("lead_fts", column("rowid"))


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
    asked = " & ".join(f"'{token}'{':*' if begins else ''}" for token, begins in query.tokens)
    return select(LeadText.lead_id).where(LeadText.tokens.op("@@")(cast(asked, TSQUERY)))


def few(session: Session, query: Query, most: int) -> list[int] | None:
    """All leads that match; None where the index brings more than ``most``."""
    found = list(session.scalars(indexed(session, query).limit(most + 1)))
    if len(found) > most:
        return None
    return found if query.exact else held(session, query, found)


def held(session: Session, query: Query, near: Sequence[int]) -> list[int]:
    """Those of a few leads that match, in their order."""
    place = func.instr if _sqlite(session) else func.strpos
    mine = select(LeadText.lead_id).where(LeadText.lead_id.in_(near), _holds(query, place))
    found = set(session.scalars(mine))
    return [number for number in near if number in found]


def _holds(query: Query, place: Any) -> ColumnElement[bool]:
    return and_(*(place(LeadText.text, term.needle) > 0 for term in query.terms))


def _sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
