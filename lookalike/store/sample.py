"""Leads of medium and low scores that nobody has judged, by the numbers of a lottery: from one on, and round again."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lookalike.store.models import Lead

_DRAWN = text("status = 'new' AND band IN ('medium', 'low')")  # as the index has it, to the letter


def drawn(session: Session, start: int, most: int, without: Sequence[int]) -> list[int]:
    """Numbers of the next leads from ``start`` (below 2^31) on."""
    chosen = select(Lead.id).where(_DRAWN, Lead.id.not_in(list(without))).order_by(Lead.lottery, Lead.id)
    # without a hint SQLite sorts all that nobody judged
    chosen = chosen.with_hint(Lead, "INDEXED BY ix_lead_lottery", "sqlite")
    found = list(session.scalars(chosen.where(Lead.lottery >= start).limit(most)))
    if len(found) < most:
        found += session.scalars(chosen.where(Lead.lottery < start).limit(most - len(found)))
    return found
