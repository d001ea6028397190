"""The undo of one key: what somebody did last, single or in bulk, within a quarter of an hour and untouched since."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import selections, verdicts
from lookalike.review.people import named
from lookalike.store import desk

WINDOW = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Undone:
    """What was taken back."""

    leads: tuple[int, ...]
    skipped: dict[int, str]
    """Leads of a bulk verdict that stay as they are, and why."""
    selection: int | None = None


def undo_last(session: Session, by: str, now: datetime) -> Undone:
    """Takes back what ``by`` decided last; a bulk verdict whole. Older ones: ``verdicts.undo``, lead by lead.

    Raises UsageError where nothing was decided within the window, StaleError where the lead has changed since: what
    others built upon a verdict is not pulled from under them by one key.
    """
    who = named(by, "takes it back")
    last = desk.last_verdict(session, who, now - WINDOW)
    if last is None:
        raise UsageError(f"{who}: nothing was decided within the last {WINDOW.seconds // 60} minutes")
    bulk = desk.selection_with(session, last)
    if bulk is not None:
        outcome = selections.take_back(session, bulk.id, who, now)
        return Undone(tuple(outcome.done), dict(outcome.skipped), bulk.id)
    verdicts.undo(session, last.lead_id, who, now, last.lead_version)
    return Undone((last.lead_id,), {})
