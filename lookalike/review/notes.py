"""Notes to a lead: plain text, kept as typed, with whom they name by an @. A note changes no verdict and no version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.people import folded, named
from lookalike.store import audit, notes
from lookalike.store.models import Lead, LeadNote

LONGEST = 2000
"""Characters of a note."""
_SIGNS = "@＠"


def write(session: Session, lead_id: int, text: str, by: str, now: datetime) -> LeadNote:
    """Adds a note; the row, whom it names and the audit entry are one transaction.

    Raises UsageError for an unknown lead and for an empty note or one that is too long.
    """
    who = named(by, "writes the note")
    rights.check(session, who, "leads.judge")
    said = text.strip()
    if not 0 < len(said) <= LONGEST:
        raise UsageError(f"note: expected 1 to {LONGEST} characters, got {len(said)}")
    if session.get(Lead, lead_id) is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    known = {person.folded: person.name for person in notes.people(session)}
    called = mentioned(said, known)
    row = notes.add(session, lead_id, who, said, now, called)
    after = {"note": row.id, "text": said, "mentions": [known[name] for name in called]}
    audit.note(session, now, who, "note", lead_id=lead_id, after=after)
    return row


def mentioned(text: str, known: Iterable[str]) -> list[str]:
    """Of these folded names those that follow an @ in the text, each once; of several that fit, the longest."""
    plain = folded(text.translate({ord(sign): "@" for sign in _SIGNS}))
    names = sorted(known, key=lambda name: (-len(name), name))
    called = (next((name for name in names if after.startswith(name)), "") for after in plain.split("@")[1:])
    return list(dict.fromkeys(name for name in called if name))
