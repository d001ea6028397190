"""Rounds: visit what waits, read, judge, show to a browser; what that led to waits for the next round.

Where a night stands is written down before every step and kept to when a killed night is taken up again. What a step
found waits until the round is over: no site is visited, read or judged with more or less knowledge for a kill.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from inspect import isawaitable

from lookalike.memory import give_back
from lookalike.night import Night
from lookalike.stages.follow import follow
from lookalike.stages.pictures import read_pictures
from lookalike.stages.render import render
from lookalike.stages.score import score, score_again
from lookalike.stages.visit import visit
from lookalike.store import runs, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run

STEP = "rounds"
ROUNDS = 6
"""A chain longer than this goes on in the next night: shortener, redirector, advert, code, script, and the site."""

Step = Callable[[Night], object | Awaitable[object]]

STEPS: tuple[tuple[str, Step], ...] = (
    ("visit", visit),
    ("follow", follow),
    ("pictures", read_pictures),
    ("score", score),
    ("score again", score_again),
    ("render", render),
    ("score once more", score_again),
)


async def look_until_nothing_is_new(night: Night, steps: Sequence[tuple[str, Step]] | None = None) -> None:
    """All rounds of a night, from where a killed one stood; ``steps`` under the names and in the order of ``STEPS``,
    which are taken where none are given.
    """
    steps = STEPS if steps is None else steps
    number, at = _standing(night)
    while number <= ROUNDS:
        for place, (name, step) in enumerate(steps[at:], at):
            _write_down(night, number, place)
            await asyncio.sleep(0)  # whoever is told to stop hears of it between two steps that compute
            if isawaitable(done := step(night)):
                await done
            night.clock.look(name)
            give_back()
        if not _waiting(night):
            return
        number, at = number + 1, 0


def _standing(night: Night) -> tuple[int, int]:
    with reading(night.factory) as session:
        told = session.get_one(Run, night.run_id).summary.get(STEP, {})
    return told.get("round", 1), told.get("step", 0)


def _write_down(night: Night, number: int, step: int) -> None:
    with writing(night.factory) as session:
        runs.note_step(session, session.get_one(Run, night.run_id), STEP, {"round": number, "step": step})


def _waiting(night: Night) -> bool:
    with reading(night.factory) as session:
        return sites.counts(session).get("pending", 0) > 0
