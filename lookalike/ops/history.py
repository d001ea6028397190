"""What has run: the rows of runs as facts for people, timetable and numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import runs
from lookalike.store.models import Run
from spiders.clock import CHINA

NIGHT = "nightly"
DIGEST = "digest"
COUNTS = ("sightings", "sites", "leads_new", "waiting")
"""Of a night's summary, what a line of its history tells."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest run of a kind."""

    at: datetime | None
    """When it was begun or ended, whichever is later; None: there is none."""
    left: bool
    """Whether it has not ended: it runs, or a kill left it half done."""


def latest(session: Session, kind: str) -> Latest:
    """The newest run of a kind, as the timetable asks for it."""
    found = next(iter(runs.latest(session, kind)), None)
    if found is None:
        return Latest(None, left=False)
    return Latest(max(found.started_at, found.finished_at or found.started_at), found.state == "running")


def listed(session: Session, kind: str, limit: int) -> list[Run]:
    """The newest runs, of one kind or of all (''), the newest first."""
    query = select(Run).order_by(Run.id.desc()).limit(limit)
    return list(session.scalars(query.where(Run.kind == kind) if kind else query))


def as_json(run: Run, *, running: bool) -> dict[str, Any]:
    """One line of the history; ``running``: whether a living process is known to work on it.

    ``state``: running, interrupted (a kill left it half done; it is taken up again), done, failed (in part), or lost.
    """
    night: Mapping[str, Any] = run.summary.get("night", {})
    ended = run.finished_at
    return {
        "run": run.id,
        "kind": run.kind,
        "state": "interrupted" if run.state == "running" and not running else run.state,
        "started_at": _beijing(run.started_at),
        "finished_at": _beijing(ended) if ended else None,
        "seconds": round((ended - run.started_at).total_seconds(), 1) if ended else None,
        "resumed": bool(night.get("resumed", False)),
        **{name: night.get(name) for name in COUNTS},
        "alarms": [alarm.get("text", "") for alarm in run.summary.get("alarms", [])],
        "failed": list(night.get("failed", [])),
    }


def _beijing(at: datetime) -> str:
    return at.astimezone(CHINA).isoformat(timespec="seconds")
