"""One digest a day: kept before it is sent, sent once by each way, tried again by each that failed.

A day's digest is a row of runs: what it says, which ways have taken it, and why others have not. One that never went
out is *lost* when the next day's begins, and that one tells what happened since the last that did.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lookalike.ops.channels import Channel
from lookalike.ops.dialling import Undelivered
from lookalike.ops.digest import gather
from lookalike.ops.history import DIGEST
from lookalike.statistics.periods import beijing_day
from lookalike.store import runs
from lookalike.store.engine import Factory, writing
from lookalike.store.models import Run

logger = logging.getLogger("lookalike.digest")


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of it."""

    run: int
    already: bool
    """Whether all of it had gone out before."""
    sent: Mapping[str, str]
    """When which way took it."""
    failed: Mapping[str, str]
    """Why which way did not; it is tried again when this is called again."""

    def as_json(self) -> dict[str, Any]:
        """As ``digest --send --json`` prints it."""
        return {"run": self.run, "already": self.already, "sent": dict(self.sent), "failed": dict(self.failed)}


def send(factory: Factory, channels: Sequence[Channel], now: datetime, deadlines: str) -> Sent:
    """Sends today's digest by every way that has not taken it yet; never raises for a way that fails."""
    day = beijing_day(now).isoformat()
    with writing(factory) as session:
        newest = next(iter(runs.latest(session, DIGEST)), None)
        if newest is not None and newest.state == "done" and newest.options == {"day": day}:
            return Sent(newest.id, already=True, sent=newest.summary.get("sent", {}), failed={})
        run, resumed = runs.begin_or_resume(session, DIGEST, now, {"day": day})
        if not resumed or "facts" not in run.summary:
            run = runs.note_step(session, run, "facts", gather(session, now, deadlines).as_json())
        facts, sent = dict(run.summary["facts"]), dict(run.summary.get("sent", {}))
    failed: dict[str, str] = {}
    for channel in channels:
        if channel.name in sent:
            continue
        try:
            channel.send(facts, now)
        except Undelivered as error:
            failed[channel.name] = str(error)
            logger.warning("早报（%s）没有送达：%s；将再次尝试", channel.name, error)
        else:
            sent[channel.name] = now.isoformat()
        _note(factory, run.id, sent, failed)
    if not failed:
        with writing(factory) as session:
            runs.finish(session, session.get_one(Run, run.id), now)
    return Sent(run.id, already=False, sent=sent, failed=failed)


def _note(factory: Factory, number: int, sent: Mapping[str, str], failed: Mapping[str, str]) -> None:
    """At once after each way: what went out must not go out again because another way, or the process, failed."""
    with writing(factory) as session:
        run = session.get_one(Run, number)
        runs.note_step(session, run, "sent", sent)
        runs.note_step(session, run, "undelivered", failed)
