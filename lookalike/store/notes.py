"""Notes to leads as rows, and whom they name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Lead, LeadNote, NoteMention, Person

MOST = 100
"""Notes of one lead, or about one person, that are read at once: the newest."""


def add(session: Session, lead_id: int, by: str, text: str, at: datetime, named: Iterable[str]) -> LeadNote:
    """Stores a note; ``named`` are the folded names of those whom it mentions."""
    row = LeadNote(lead_id=lead_id, by=by, at=at, text=text)
    session.add(row)
    session.flush()
    session.add_all([NoteMention(folded=name, note_id=row.id) for name in dict.fromkeys(named)])
    session.flush()
    return row


def of_lead(session: Session, lead_id: int) -> list[LeadNote]:
    """The newest notes to a lead, the oldest of them first."""
    mine = select(LeadNote).where(LeadNote.lead_id == lead_id).order_by(LeadNote.id.desc()).limit(MOST)
    return list(reversed(list(session.scalars(mine))))


def naming(session: Session, folded: str) -> list[tuple[LeadNote, Lead]]:
    """The newest notes that name somebody, with their leads; the newest first."""
    mine = (
        select(LeadNote, Lead)
        .join(NoteMention, NoteMention.note_id == LeadNote.id)
        .join(Lead, Lead.id == LeadNote.lead_id)
        .where(NoteMention.folded == folded)
        .order_by(NoteMention.note_id.desc())
        .limit(MOST)
    )
    return [(note, lead) for note, lead in session.execute(mine)]


def people(session: Session) -> list[Person]:
    """Accounts that are open: whom a note can name."""
    return list(session.scalars(select(Person).where(Person.disabled_at.is_(None)).order_by(Person.id)))
