"""What a worker does with the batches of a night, step by step: the same functions that a night alone calls.

One job takes batches of its step until none is left. A batch that breaks, or is cut short, goes back with what is
still to be done of it; nothing that was stored is done again.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from sqlalchemy import text

from lookalike import browsing
from lookalike.night import Night
from lookalike.stages import render
from lookalike.stages.discover import ask
from lookalike.stages.score import CHUNK, judge
from lookalike.store.engine import reading, writing
from lookalike.workers.again import again
from lookalike.workers.batches import Batch, Claims
from lookalike.workers.visiting import visit_batches

Deed = Callable[[Batch], Awaitable[None]]


async def discover(night: Night, claims: Claims) -> None:
    """Ask one source; there are several such jobs at a time, since each waits most of its time."""

    async def one(batch: Batch) -> None:
        source = next(s for s in night.seeds.sources if s.id == batch.work["source"])
        batch.told["broken"] = list(await ask(night, source))

    await _each(night, claims, one, most=1)


async def score(night: Night, claims: Claims) -> None:
    """Judge sites; what is judged is no part of the batch any more, in the same transaction."""

    async def one(batch: Batch) -> None:
        while ids := batch.work["sites"]:
            await again(lambda: _judge(night, claims, batch, ids))
            await asyncio.sleep(0)

    await _each(night, claims, one)


def _judge(night: Night, claims: Claims, batch: Batch, ids: list[int]) -> None:
    rest = {"sites": ids[CHUNK:]}
    judge(night, ids[:CHUNK], lambda session: claims.left(session, batch, rest))
    batch.work = rest


async def show(night: Night, claims: Claims) -> None:
    """Show visits to a browser, one browser for all batches, until the night's time for it is over."""
    async with browsing.open_browsers(night, night.config.render_at_once) as browsers:

        async def one(batch: Batch) -> None:
            with reading(night.factory) as session:
                jobs = render.jobs_of(night, session, batch.work["visits"])
                left = batch.work["until"] - float(session.scalar(text("SELECT extract(epoch FROM now())")) or 0)
            ends = asyncio.get_running_loop().time() + left
            for job in jobs:
                if browsers is None:
                    return
                if asyncio.get_running_loop().time() > ends:
                    render.out_of_time(night, job)
                else:
                    await render.show_one(night, browsers, job)

        await _each(night, claims, one)


HANDS: dict[str, Callable[[Night, Claims], Awaitable[None]]] = {
    "discover": discover,
    "visit": visit_batches,
    "score": score,
    "render": show,
}
"""By step."""


async def lend(night: Night, step: str, member: int) -> None:
    """Take part in a step of a night until none of its batches is left."""
    await HANDS[step](replace(night, failed=[], notes=[]), Claims(night.run_id, step, member))


async def _each(night: Night, claims: Claims, deed: Deed, most: int | None = None) -> None:
    """One batch after the other; each is ended, or goes back with what went wrong."""
    number = 0
    while most is None or number < most:
        batch = await again(lambda: _take(night, claims))
        if batch is None:
            return
        number += 1
        why = ""
        try:
            await deed(batch)
        except Exception as error:  # noqa: BLE001 - told to whoever waits for the batch, who has it done again
            why = f"{type(error).__name__}: {error}"
        except BaseException:
            _over(night, claims, batch, back=True)
            raise
        await again(lambda: _over(night, claims, batch, back=bool(why), why=why))  # noqa: B023 - called before the next turn


def _take(night: Night, claims: Claims) -> Batch | None:
    with writing(night.factory) as session:
        return claims.take(session)


def _over(night: Night, claims: Claims, batch: Batch, *, back: bool, why: str = "") -> None:
    """End it or give it back; what went wrong within it, and what is worth telling, goes with it."""
    told = {**batch.told}
    for name, found in (("failed", night.failed), ("notes", night.notes)):
        told[name] = [*told.get(name, []), *found]
    with writing(night.factory) as session:
        mine = replace(batch, told=told)
        if back:
            claims.give_back(session, [mine], why)
        else:
            claims.end(session, [mine])
    night.failed.clear()
    night.notes.clear()
