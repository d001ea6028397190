"""Batches of a night as workers take them: claimed by one at a time, ended, given back, or broken; each once.

A batch says what to look at; whether that is still to be done is read from the program's own tables.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.orm import Session

from lookalike.workers.database import SCHEMA

STEPS = ("discover", "visit", "score", "render")
"""What workers do of a night."""


@dataclass(slots=True)
class Batch:
    """What one worker has claimed."""

    id: int
    work: dict[str, Any]
    told: dict[str, Any] = field(default_factory=dict)
    """For the night's summary: ``failed`` and ``notes`` as a night has them, and what the step counts."""


@dataclass(frozen=True, slots=True)
class Claims:
    """The batches of one step of one night, as one worker sees them."""

    run: int
    step: str
    member: int

    def take(self, session: Session) -> Batch | None:
        """Claim the next batch that nobody has; None where there is none. Claimed again, that is noted."""
        row = session.execute(
            _sql(
                "UPDATE {s}.night_batches SET member = :member, tries = tries + 1, error = NULL"
                " WHERE id = (SELECT id FROM {s}.night_batches WHERE run = :run AND step = :step AND NOT ended"
                "  AND EXISTS (SELECT 1 FROM run WHERE run.id = :run AND run.state = 'running')"
                "  AND member IS NULL AND coalesce(error, '') = '' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)"
                " RETURNING id, work, told, tries"
            ),
            {"member": self.member, "run": self.run, "step": self.step},
        ).first()
        if row is None:
            return None
        if row.tries > 1:
            self.note(session, "redone", row.id)
        return Batch(row.id, row.work, row.told)

    def left(self, session: Session, batch: Batch, work: Mapping[str, Any]) -> None:
        """What is still to be done of a batch, in the transaction that stores the rest."""
        batch.work = dict(work)
        self._set(session, batch, "work = CAST(:work AS jsonb), told = CAST(:told AS jsonb)", work=_json(work))

    def end(self, session: Session, batches: Iterable[Batch]) -> None:
        """These batches are done."""
        for batch in batches:
            self._set(session, batch, "ended = true, told = CAST(:told AS jsonb)")

    def give_back(self, session: Session, batches: Iterable[Batch], why: str = "") -> None:
        """Whoever comes next may have them; ``why``: what went wrong, empty where the worker was told to stop."""
        for batch in batches:
            if self._set(session, batch, "member = NULL, error = :why, told = CAST(:told AS jsonb)", why=why[:500]):
                self.note(session, "broken" if why else "given back", batch.id, why)

    def note(self, session: Session, what: str, batch: int | None = None, why: str = "") -> None:
        """Something that the report of the night tells."""
        session.execute(
            _sql(
                "INSERT INTO {s}.night_events (run, what, member, batch, why)"
                " VALUES (:run, :what, :member, :batch, :why)"
            ),
            {"run": self.run, "what": what, "member": self.member, "batch": batch, "why": why[:500]},
        )

    def _set(self, session: Session, batch: Batch, values: str, **more: str) -> bool:
        """Change a batch that is still this worker's: one that was counted as dead has lost it."""
        mine = " WHERE id = :id AND member = :member AND NOT ended RETURNING id"
        given = {"id": batch.id, "member": self.member, "told": _json(batch.told)} | more
        statement = _sql("UPDATE {s}.night_batches SET " + values + mine)  # noqa: S608 - all parts are our own words
        return session.execute(statement, given).first() is not None


def told_of(session: Session, run: int) -> dict[str, Any]:
    """What the night's workers must know: settings, reference set, weights. Raises LookupError where nobody told."""
    row = session.execute(_sql("SELECT told FROM {s}.nights WHERE run = :run"), {"run": run}).first()
    if row is None:
        raise LookupError(f"night {run} is not known here")
    told: dict[str, Any] = row.told
    return told


def _sql(statement: str) -> TextClause:
    return text(statement.format(s=SCHEMA))


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(dict(value), ensure_ascii=False)
