"""Verdicts that nobody has read a second time: of which leads they stand. Decides nothing about who may see them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lookalike.store.models import Lead, SecondReading, Verdict
from lookalike.store.numbers import among
from lookalike.store.verdicts import PROGRAM, TOKEN

HIDDEN = ("confirmed", "false_positive")
"""Verdicts that a second reader gives his own word on; what the allow list clears by itself is none of them."""
JUDGED = "judged"
"""As a status: one of the two, whichever."""


def unread(who: str = "") -> ColumnElement[bool]:
    """Whether the verdict on a lead is one that nobody has read a second time, and that ``who`` did not give."""
    first, newer, undo, undone = (aliased(Verdict) for _ in range(4))
    standing = ~exists().where(undo.undoes == first.id)
    later = ~exists().where(undone.undoes == newer.id)
    mine = [first.by != who] if who else []
    return and_(
        # an expression: half of all leads have one of these, and SQLite would begin with all of them
        func.coalesce(Lead.status, Lead.status).in_(HIDDEN),
        exists().where(
            first.lead_id == Lead.id,
            first.verdict == Lead.status,
            or_(~first.by.startswith(PROGRAM), first.by.startswith(TOKEN)),
            *mine,
            standing,
            ~exists().where(SecondReading.verdict_id == first.id),
            ~exists().where(newer.lead_id == first.lead_id, newer.id > first.id, newer.verdict != "undo", later),
        ),
    )


def by_somebody(verdict: Verdict) -> bool:
    """Whether it is somebody's own, and not what the program made of the rules."""
    return not verdict.by.startswith(PROGRAM) or verdict.by.startswith(TOKEN)


def unread_among(session: Session, leads: Iterable[Lead]) -> dict[int, str]:
    """Of these leads, those with such a verdict, and who gave it."""
    numbers = sorted({lead.id for lead in leads if lead.status in HIDDEN})
    undo = aliased(Verdict)
    mine = select(Verdict.lead_id, Verdict.by).join(Lead, Lead.id == Verdict.lead_id).order_by(Verdict.id)
    mine = mine.where(among(Verdict.lead_id, numbers), unread())
    mine = mine.where(Verdict.verdict == Lead.status, ~exists().where(undo.undoes == Verdict.id))
    return {row[0]: row[1] for row in session.execute(mine)} if numbers else {}


def differing(session: Session, limit: int) -> list[tuple[Lead, SecondReading]]:
    """Leads whose verdict stands although its second reader makes something else of it; the newest reading first."""
    first, newer, undo, undone = (aliased(Verdict) for _ in range(4))
    later = ~exists().where(undone.undoes == newer.id)
    mine = (
        select(Lead, SecondReading)
        .join(SecondReading, SecondReading.lead_id == Lead.id)
        .join(first, first.id == SecondReading.verdict_id)
        .where(first.verdict == Lead.status, Lead.status.in_(HIDDEN), SecondReading.opinion != first.verdict)
        .where(~exists().where(undo.undoes == first.id))
        .where(~exists().where(newer.lead_id == first.lead_id, newer.id > first.id, newer.verdict != "undo", later))
        .order_by(SecondReading.id.desc())
        .limit(limit)
    )
    return [(lead, read) for lead, read in session.execute(mine)]
