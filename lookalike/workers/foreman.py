"""Whoever runs the night hands out batches, waits for them, and has those of dead workers done by others.

Dead is who shows no new sign of life for as long as it said itself, by a clock that only goes forward. Where nobody
works, the foreman does it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from lookalike.errors import Passing, StoreError
from lookalike.night import Night
from lookalike.store import sites
from lookalike.store.engine import writing
from lookalike.store.models import Run
from lookalike.workers import nights
from lookalike.workers.again import again
from lookalike.workers.app import make_app
from lookalike.workers.database import connect
from lookalike.workers.hands import lend
from lookalike.workers.happened import happened
from lookalike.workers.member import Member, owner_of

SOONEST_S, LATEST_S = 0.02, 0.1
LONGEST_S = 0.6
"""Seconds between two looks while batches wait that nobody has: the step cannot end before these are taken."""
TOP_UP_S = 3.0
"""Seconds after which batches that nobody has get another job."""
MOST_TRIES = 12
"""Times that a batch is begun; then the night goes on without the rest of it."""
PAUSES = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0)
"""Seconds until a batch that broke is done again, the last one from then on: a full disk may be cleared meanwhile."""

logger = logging.getLogger(__name__)


class Foreman:
    """Hands out the work of one night; ``info`` is the database of jobs."""

    def __init__(self, night: Night, info: str, me: Member, *, alone_after: float) -> None:
        """``alone_after``: seconds without a living worker after which this process does the work itself."""
        self._night = night
        self._info = info
        self._me = me
        self._alone_after = alone_after
        self._app = make_app(info)
        self._connection: psycopg.Connection[Any] | None = None
        self._beats: dict[int, tuple[int, float]] = {}
        """By worker: its latest beat, and when that was seen here."""
        self._held_back: dict[int, float] = {}
        """Batches that broke, by number, and until when they wait."""

    async def spread(self, step: str, works: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Have these done, and what an earlier foreman left of the step; returns what was told of each of them."""
        if works:
            await again(lambda: self._put(step, works))
        last_job = silent_since = time.monotonic()
        pause = SOONEST_S
        while True:
            open_batches = await again(lambda: self._look(step))
            if not open_batches:
                return await again(lambda: self._collect(step))
            now = time.monotonic()
            free = [
                number for number, member in open_batches if member is None and self._held_back.get(number, 0) <= now
            ]
            if any(member is not None for _, member in open_batches):
                silent_since = now
            if free and now - last_job > TOP_UP_S:
                await again(lambda: self._defer(step, 1))
                last_job = now
            if free and now - silent_since > self._alone_after and not self._crew(step):
                logger.warning("没有工作进程在线；本机自己做 %s", step)
                await lend(self._night, step, self._me.id)
                silent_since = time.monotonic()
            await asyncio.sleep(pause)
            pause = min(pause * 1.3, LONGEST_S if len(free) > len(open_batches) - len(free) else LATEST_S)

    def hands(self) -> int:
        """Workers that are there, one at least."""
        with self._database() as connection:
            return self._wanted(connection)

    def report(self) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """What happened among the workers of this night, from what was noted when it happened; and clocks' jumps."""
        with self._database() as connection:
            return happened(connection, self._night.run_id)

    def _put(self, step: str, works: Sequence[Mapping[str, Any]]) -> None:
        """Batches and jobs in one transaction; twice after a lost answer costs a look and changes nothing."""
        with self._database() as connection, connection.transaction():
            for work in works:
                connection.execute(
                    "INSERT INTO night_batches (run, step, work) VALUES (%s, %s, %s)",
                    [self._night.run_id, step, json.dumps(dict(work))],
                )
            self._jobs(
                connection, step, len(works) if step == "discover" else min(len(works), self._wanted(connection))
            )

    def _defer(self, step: str, count: int) -> None:
        """More jobs, where none waits to be taken."""
        with self._database() as connection, connection.transaction():
            waiting = connection.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo' AND queue_name = %s",
                [nights.QUEUES[step]],
            ).fetchone()
            if waiting is not None and waiting[0] == 0:
                self._jobs(connection, step, count)

    def _jobs(self, connection: psycopg.Connection[Any], step: str, count: int) -> None:
        job = self._app.configure_task(nights.TASK, queue=nights.QUEUES[step], connection=connection)
        for _ in range(count):
            job.defer(run=self._night.run_id, step=step)

    def _wanted(self, connection: psycopg.Connection[Any]) -> int:
        """One job for each worker; who comes later is given one when batches wait."""
        row = connection.execute(
            "SELECT count(*) FROM members WHERE ended_at IS NULL AND id <> %s", [self._me.id]
        ).fetchone()
        return max(1, row[0] if row else 1)

    def _look(self, step: str) -> list[tuple[int, int | None]]:
        """The open batches of a step and who has them, after taking away those of the dead."""
        with self._database() as connection, connection.transaction():
            rows = connection.execute(
                "SELECT id, member, error, tries FROM night_batches"
                " WHERE run = %s AND step = %s AND NOT ended ORDER BY id",
                [self._night.run_id, step],
            ).fetchall()
            held = {member for _, member, _, _ in rows if member is not None}
            dead = self._dead(connection, held)
            for member in dead:
                self._bury(connection, member)
            found: list[tuple[int, int | None]] = []
            for number, member, error, tries in rows:
                if member is not None and member not in dead:
                    found.append((number, member))
                elif tries >= MOST_TRIES:
                    self._abandon(connection, number, step, error or "")
                else:
                    if error and member is None:
                        self._hold_back(connection, number, tries)
                    found.append((number, None))
            return found

    def _dead(self, connection: psycopg.Connection[Any], members: set[int]) -> set[int]:
        """Of these workers those that ended, or showed no new sign of life for as long as they said."""
        if not members:
            return set()
        now = time.monotonic()
        dead = set()
        rows = connection.execute(
            "SELECT id, beats, patience, ended_at IS NOT NULL FROM members WHERE id = ANY(%s)", [list(members)]
        ).fetchall()
        for member, beats, patience, ended in rows:
            known = self._beats.get(member)
            if known is None or known[0] != beats:
                self._beats[member] = beats, now
            elif now - known[1] > patience:
                dead.add(member)
            if ended and member != self._me.id:
                dead.add(member)
        return dead

    def _bury(self, connection: psycopg.Connection[Any], member: int) -> None:
        """What a dead worker held waits for others: batches, and the sites that it was visiting."""
        run = self._night.run_id
        with writing(self._night.factory) as session:
            owner = owner_of(member)
            row = session.get_one(Run, run)
            back = sites.release_stale(session, row, owner=owner, attempts=self._night.config.attempts)
        freed = connection.execute(
            "UPDATE night_batches SET member = NULL, error = NULL"
            " WHERE run = %s AND member = %s AND NOT ended RETURNING id",
            [run, member],
        ).fetchall()
        for (number,) in freed:
            connection.execute(
                "INSERT INTO night_events (run, what, member, batch) VALUES (%s, 'lost', %s, %s)", [run, member, number]
            )
        connection.execute("UPDATE members SET ended_at = coalesce(ended_at, now()) WHERE id = %s", [member])
        logger.warning("工作进程第 %d 号失联：%d 批、%d 个站点交给其他进程", member, len(freed), back)

    def _abandon(self, connection: psycopg.Connection[Any], number: int, step: str, why: str) -> None:
        told = f"{MOST_TRIES} 次都没有做完，今晚不再做：{why or '工作进程每次都中断'}"
        self._night.failed.append({"stage": step, "why": told})
        connection.execute("UPDATE night_batches SET ended = true WHERE id = %s", [number])
        connection.execute(
            "INSERT INTO night_events (run, what, batch, why) VALUES (%s, 'abandoned', %s, %s)",
            [self._night.run_id, number, told[:500]],
        )

    def _hold_back(self, connection: psycopg.Connection[Any], number: int, tries: int) -> None:
        """A batch that broke waits before anybody may have it again: until then it is nobody's, and not free."""
        until = self._held_back.setdefault(number, time.monotonic() + PAUSES[min(tries, len(PAUSES)) - 1])
        if time.monotonic() >= until:
            del self._held_back[number]
            connection.execute("UPDATE night_batches SET error = NULL WHERE id = %s AND member IS NULL", [number])

    def _crew(self, step: str) -> bool:
        """Whether any worker that can do this step lives."""
        with self._database() as connection:
            rows = connection.execute(
                "SELECT id FROM members WHERE ended_at IS NULL AND id <> %s AND (browser OR %s) AND NOT EXISTS"
                " (SELECT 1 FROM night_events e WHERE e.run = %s AND e.what = 'unfit' AND e.member = members.id)",
                [self._me.id, step != "render", self._night.run_id],
            ).fetchall()
            members = {member for (member,) in rows}
            dead = self._dead(connection, members)
            for member in dead:
                connection.execute("UPDATE members SET ended_at = now() WHERE id = %s", [member])
        return bool(members - dead)

    def _collect(self, step: str) -> list[dict[str, Any]]:
        """What was told of the step's batches; what failed in them is the night's, once."""
        with self._database() as connection:
            rows = connection.execute(
                "SELECT work || told FROM night_batches WHERE run = %s AND step = %s AND ended ORDER BY id",
                [self._night.run_id, step],
            ).fetchall()
        for (told,) in rows:
            for mine, found in ((self._night.failed, "failed"), (self._night.notes, "notes")):
                mine += [entry for entry in told.get(found, ()) if entry not in mine]
        return [told for (told,) in rows]

    @contextmanager
    def _database(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection that is kept from call to call; one that is lost is a trouble that passes."""
        try:
            if self._connection is None or self._connection.closed:
                self._connection = connect(self._info)
            yield self._connection
        except (psycopg.OperationalError, StoreError) as error:
            self._connection = None
            raise Passing(" ".join(str(error).split())[:300]) from error

    def close(self) -> None:
        """Let go of the connection."""
        if self._connection is not None:
            self._connection.close()
