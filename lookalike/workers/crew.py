"""The steps of a night whose work is spread over workers: what waits is read from the tables, divided, handed out.

What only one can do (planning, following redirects, texts of pictures within a budget, linking) stays with the night.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Sequence
from contextlib import asynccontextmanager
from functools import partial

from sqlalchemy import text

from lookalike.errors import Passing
from lookalike.night import Night
from lookalike.stages import discover as discovering
from lookalike.stages import render as rendering
from lookalike.stages.rounds import STEPS, Step
from lookalike.stages.score import keep_what_judges
from lookalike.stages.visit import set_aside_genuine
from lookalike.store import assessments, runs, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from lookalike.workers.again import PAUSES
from lookalike.workers.app import STALLED_AFTER, has_browser, make_app
from lookalike.workers.database import SCHEMA, conninfo, ensure
from lookalike.workers.foreman import Foreman
from lookalike.workers.member import Member
from lookalike.workers.pace import SharedPace
from lookalike.workers.parting import Sizes, parted
from lookalike.workers.shipped import to_tell
from scoring.case import SiteKey
from spiders.budgets import Budgets
from spiders.guard import resolver_for
from spiders.hosting.network import NetworkTable
from spiders.site import anybodys

VISITS, SCORES, SHOWN = 50, 50, 5
"""Sites or visits of one batch, at most."""
NAMES_AT_ONCE = 200
"""Hosts that are looked up at the same time while sites are divided."""
VISIT_ROUNDS = 3
"""Times that what still waits is handed out anew."""


class Crew:
    """Discovery and rounds of one night by way of its workers."""

    def __init__(self, night: Night, foreman: Foreman) -> None:
        self._night = night
        self._foreman = foreman

    def tell(self) -> None:
        """Settings, reference set and weights of the night, for whoever takes part."""
        night = self._night
        keep_what_judges(night)
        with writing(night.factory) as session:
            session.execute(
                text(
                    f"INSERT INTO {SCHEMA}.nights (run, told) VALUES (:run, CAST(:told AS jsonb))"  # noqa: S608 - ours
                    " ON CONFLICT (run) DO UPDATE SET told = excluded.told"
                ),
                {"run": night.run_id, "told": json.dumps(to_tell(night), ensure_ascii=False)},
            )

    async def discover(self, night: Night) -> None:
        """Searches at the workers; files and interfaces here, where the files and keys are."""
        sources = discovering.chosen_sources(night)
        spread = [s for s in sources if s.kind == "search"]
        told, *own = await asyncio.gather(
            self._foreman.spread("discover", [{"source": s.id} for s in spread if self._asks(s.id)]),
            *(discovering.ask(night, s) for s in sources if s not in spread),
        )
        broken = {entry["source"]: entry.get("broken", ()) for entry in told}
        broken |= {s.id: why for s, why in zip((s for s in sources if s not in spread), own, strict=True)}
        discovering.settle_all(night, sources, [broken.get(s.id, ()) for s in sources])

    def _asks(self, source: str) -> bool:
        """Whether it was not handed out already, before the night was taken up again."""
        with reading(self._night.factory) as session:
            found = session.scalar(
                text(
                    f"SELECT count(*) FROM {SCHEMA}.night_batches"  # noqa: S608 - ours
                    " WHERE run = :run AND step = 'discover' AND NOT ended AND work->>'source' = :source"
                ),
                {"run": self._night.run_id, "source": source},
            )
        return not found

    async def visit(self, night: Night) -> None:
        """What an earlier foreman handed out first; then all that waits, divided by owner and address."""
        await self._foreman.spread("visit", [])
        for _ in range(VISIT_ROUNDS):
            with writing(night.factory) as session:
                sites.release_stale(session, session.get_one(Run, night.run_id), attempts=night.config.attempts)
            set_aside_genuine(night)
            with reading(night.factory) as session:
                waiting = sites.waiting(session)
            if not waiting:
                return
            night.progress("visit", 0, len(waiting))
            keys = await _keys(night, [(job.id, job.key) for job in waiting])
            batches = parted([job.id for job in waiting], keys, self._sizes(VISITS))
            await self._foreman.spread("visit", [{"sites": ids} for ids in batches])
            if any(failure.get("stage") == "visit" for failure in night.failed):
                return

    async def score(self, night: Night) -> None:
        """What is still to be judged."""
        keep_what_judges(night)
        await self._foreman.spread("score", [])
        with reading(night.factory) as session:
            due = [site.id for site in assessments.due(session, session.get_one(Run, night.run_id))]
        await self._judge(due)

    async def score_again(self, night: Night) -> None:
        """What more is known of since it was judged."""
        await self._foreman.spread("score", [])
        with reading(night.factory) as session:
            stale = assessments.stale(session, session.get_one(Run, night.run_id))
        await self._judge(stale)

    async def _judge(self, ids: Sequence[int]) -> None:
        self._night.progress("score", 0, len(ids))
        if ids:
            await self._foreman.spread("score", [{"sites": part} for part in self._sizes(SCORES).slices(ids)])

    def _sizes(self, most: int) -> Sizes:
        return Sizes(most, self._foreman.hands())

    async def render(self, night: Night) -> None:
        """What can matter is shown to workers that have a browser, and judged again."""
        await self._foreman.spread("render", [])
        jobs = rendering.plan(night)
        for job in jobs:
            if job.before is not None:
                rendering.keep(night, job, job.before, None)
        fresh = [job.visit_id for job in jobs if job.before is None]
        if fresh:
            with reading(night.factory) as session:
                now = float(session.scalar(text("SELECT extract(epoch FROM now())")) or 0)
            until = now + night.config.render_seconds
            await self._foreman.spread("render", [{"visits": v, "until": until} for v in Sizes(SHOWN).slices(fresh)])
        await self._judge(rendering.unjudged(night))

    def report(self, night: Night) -> None:
        """What happened among the workers, into the run's summary; jumps of their clocks beside the night's own."""
        told, jumps = self._foreman.report()
        night.clock.jumps += jumps
        with writing(night.factory) as session:
            runs.note_step(session, session.get_one(Run, night.run_id), "workers", told)

    @property
    def steps(self) -> tuple[tuple[str, Step], ...]:
        """As ``rounds.STEPS``, each tried again where the database had a trouble that passes."""
        spread = {
            "visit": self.visit,
            "score": self.score,
            "score again": self.score_again,
            "render": self.render,
            "score once more": self.score_again,
        }
        return tuple((name, partial(persistent, spread.get(name, step))) for name, step in STEPS)


async def persistent(step: Step, night: Night) -> None:
    """A step again where a connection was lost: what it stored is there, the rest is read as still to be done."""
    for pause in (*PAUSES, None):
        try:
            done = step(night)
            if isinstance(done, Awaitable):
                await done
        except Passing:
            if pause is None:
                raise
            await asyncio.sleep(pause)
        else:
            return


@asynccontextmanager
async def crew_of(night: Night) -> AsyncIterator[Crew]:
    """The night's workers. Raises UsageError where the database is not PostgreSQL."""
    info = conninfo(night.config.database)
    ensure(info)
    browser, app = has_browser(night.config), make_app(info)
    with Member(info, patience=STALLED_AFTER, browser=browser) as me:
        await app.open_async()
        night.pace = SharedPace(app)
        foreman = Foreman(night, info, me, alone_after=night.config.alone_seconds)
        try:
            crew = Crew(night, foreman)
            crew.tell()
            yield crew
        finally:
            foreman.close()
            night.pace = None
            await app.close_async()


async def _keys(night: Night, waiting: Sequence[tuple[int, SiteKey]]) -> dict[int, tuple[str, ...]]:
    """Owner and addresses of sites, delivery networks' left out."""
    resolver, networks = resolver_for(night.config), NetworkTable.load(night.config.networks)
    budgets = Budgets(night.config, night.seeds.shared_hosts)
    places = asyncio.Semaphore(NAMES_AT_ONCE)

    async def addresses(host: str) -> tuple[str, ...]:
        async with places:
            found = (await resolver.addresses(host)).addresses
        return tuple(a for a in found if not anybodys(networks, night.seeds.services, a))

    hosts = list(dict.fromkeys(key.host for _, key in waiting))
    stand = dict(zip(hosts, await asyncio.gather(*map(addresses, hosts)), strict=True))
    return {number: (budgets.owner(key), *stand[key.host]) for number, key in waiting}
