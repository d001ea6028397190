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
    if _sqlite(session):
        asked = " AND ".join(f'"{token}"{"*" if begins else ""}' for token, begins in query.tokens)
        found = select(_FTS.c.rowid).where(text("lead_fts MATCH :asked").bindparams(asked=asked))
        if query.exact:
            return found
        return found.join(LeadText, LeadText.lead_id == _FTS.c.rowid).where(_holds(query, func.instr))
    asked = " & ".join(f"'{token}'{':*' if begins else ''}" for token, begins in query.tokens)
    indexed = select(LeadText.lead_id).where(LeadText.tokens.op("@@")(cast(asked, TSQUERY)))
    return indexed if query.exact else indexed.where(_holds(query, func.strpos))


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
