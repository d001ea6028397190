"""Whether nights come in time; says nothing of leads."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from lookalike import __version__
from lookalike.store import runs
from lookalike.store.engine import reading
from lookalike.store.models import Run
from lookalike.web.api.points import Asked
from lookalike.web.api.shapes import Health, Night
from spiders.clock import CHINA

LATE = timedelta(hours=36)
"""After this without a finished night something is wrong: they come once a day."""


def health(asked: Asked) -> Health:
    """The newest night, and what the key opens."""
    with reading(asked.desk.factory) as session:
        nights = runs.latest(session, "nightly", limit=10)
    newest = nights[0] if nights else None
    until = asked.bearer.until
    assert until is not None, "a key that is read from the store has an end"
    return Health(
        state=state_of(nights, asked.now),
        version=__version__,
        now=asked.now.astimezone(CHINA),
        night=_night(newest) if newest else None,
        office=asked.bearer.office,
        scopes=asked.bearer.scopes,
        until=until.astimezone(CHINA),
    )


def state_of(nights: list[Run], now: datetime) -> Literal["ok", "late", "failed", "empty"]:
    """*ok*: the newest night that ended was done, and not long ago."""
    ended = next((night for night in nights if night.finished_at is not None and night.state != "lost"), None)
    if ended is None or ended.finished_at is None:
        return "empty"
    if ended.state == "failed":
        return "failed"
    return "late" if now - ended.finished_at > LATE else "ok"


def _night(run: Run) -> Night:
    return Night.model_validate(
        {
            "id": run.id,
            "state": run.state,
            "started_at": run.started_at.astimezone(CHINA),
            "finished_at": run.finished_at.astimezone(CHINA) if run.finished_at else None,
        }
    )
