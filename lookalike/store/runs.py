"""Runs: begun once, taken up again after a kill, finished with a summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store.models import Run
from lookalike.store.upsert import insert_new

RunState = Literal["done", "failed", "lost"]


def begin_or_resume(session: Session, kind: str, now: datetime, options: Mapping[str, Any]) -> tuple[Run, bool]:
    """The run to work on, and whether a killed process left it behind.

    A run that was begun with other ``options`` (another range, other sources) is another piece of work: it is marked
    *lost* and a new one begins. ``options`` must be a JSON object.
    """
    left = session.scalar(select(Run).where(Run.kind == kind, Run.state == "running").with_for_update())
    if left is not None and left.options == dict(options):
        return left, True
    if left is not None:
        finish(session, left, now, "lost")
    fresh = {"kind": kind, "state": "running", "started_at": now, "options": dict(options), "summary": {}}
    if not insert_new(session, Run, [fresh]):  # another process was faster: it is its run that goes on
        return begin_or_resume(session, kind, now, options)
    return session.scalars(select(Run).where(Run.kind == kind, Run.state == "running")).one(), False


def hold(session: Session, run_id: int) -> Run:
    """The run as it is now, locked to the end of the transaction: for whoever adds to what its summary says.

    Taken first, it also lets one of several workers at a time lock what they share.
    """
    found = select(Run).where(Run.id == run_id).with_for_update().execution_options(populate_existing=True)
    return session.scalars(found).one()


def note_step(session: Session, run: Run, step: str, facts: Mapping[str, Any] | Sequence[Any]) -> Run:
    """Writes the counts of one step, or a list of what it found, into the summary; a repeated step replaces its own.

    Returns the run as stored.
    """
    stored = hold(session, run.id)
    stored.summary = {**stored.summary, step: dict(facts) if isinstance(facts, Mapping) else list(facts)}
    session.flush()
    return stored


def finish(session: Session, run: Run, now: datetime, state: RunState = "done") -> Run:
    """Ends the run; ``failed``: a part of the work failed, ``lost``: it was given up. Returns the run as stored."""
    stored = hold(session, run.id)
    stored.state, stored.finished_at = state, now
    session.flush()
    return stored


def latest(session: Session, kind: str, *, limit: int = 1) -> list[Run]:
    """The newest runs of a kind, the newest first."""
    return list(session.scalars(select(Run).where(Run.kind == kind).order_by(Run.id.desc()).limit(limit)))
