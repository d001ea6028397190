"""Leads of medium and low scores that nobody has judged, by the numbers of a lottery: from one on, and round again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Integer, column, select, text
from sqlalchemy.orm import Session

_DRAWN = text("status = 'new' AND band IN ('medium', 'low')")  # as the index has it, to the letter
_lots, _id = column("lottery", Integer), column("id", Integer)
# without a word on the index SQLite sorts all that nobody judged
_FROM = {"sqlite": text("lead INDEXED BY ix_lead_lottery")}


def drawn(session: Session, start: int, most: int, without: Sequence[int]) -> list[int]:
    """Numbers of the next leads from ``start`` (below 2^31) on."""
    table = _FROM.get(session.get_bind().dialect.name, text("lead"))
    chosen = select(_id).select_from(table).where(_DRAWN, _id.not_in(list(without))).order_by(_lots, _id)
    found = list(session.scalars(chosen.where(_lots >= start).limit(most)))
    if len(found) < most:
        found += session.scalars(chosen.where(_lots < start).limit(most - len(found)))
    return found
