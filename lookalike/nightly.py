"""One night: refresh baselines → discover → visit → score → link; whatever a kill left half done is taken up again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lookalike import holder
from lookalike.config import Config
from lookalike.lock import only_one_night
from lookalike.lock_watch import Held
from lookalike.night import Night, open_night
from lookalike.ops import logs
from lookalike.review import morning
from lookalike.stages.discover import chosen_sources, discover, plan, unknown_sources
from lookalike.stages.life import plan_revisits, settle
from lookalike.stages.link import link_leads
from lookalike.stages.refresh import load_reference, refresh
from lookalike.stages.render import told
from lookalike.stages.rounds import look_until_nothing_is_new
from lookalike.stages.watch import of_sources, watch
from lookalike.store import baselines, runs, sites
from lookalike.store.engine import writing
from lookalike.store.health import refuse_damaged
from lookalike.store.models import Run
from lookalike.store.summary import hacked_paths, run_counts
from spiders.request_log import log_for

KIND = "nightly"

logger = logging.getLogger(__name__)


def nightly(config: Config, progress: Any = None) -> dict[str, Any]:
    """Run or resume one night and return its summary, as ``nightly --json`` prints it.

    Must run alone in its process: Scrapy's reactor starts once. Raises ``Busy`` while another night runs.
    """
    from lookalike.runner import run  # noqa: PLC0415 - brings in the reactor, which only a night needs

    with only_one_night(config.home, config.database) as held:
        night = open_night(config)
        refuse_damaged(night.factory)
        if progress is not None:
            night.progress = progress
        sources = [s.id for s in chosen_sources(night)]
        clock = config.now.isoformat() if config.now else ""  # a fixed clock is a range's: another one, another night
        resumed = _begin(night, KIND, {"sources": sources, "seeds": config.seeds, "clock": clock}, held)
        with given_back_when_stopped(night, held):
            run(lambda: _stages(night), config.stop_seconds)
        held.check()
        night.notes += held.retaken
        return _finish(night, resumed)


@contextmanager
def given_back_when_stopped(night: Night, held: Held) -> Iterator[None]:
    """Sites whose visit a signal cut short wait again at once, and not only when the next night begins."""
    try:
        yield
    except (SystemExit, KeyboardInterrupt):
        if night.config.engine == "workers" or held.gone:
            raise  # what is in hand is the workers', or of whoever has the night now, and they go on with it
        with writing(night.factory) as session:
            back = sites.give_back(session, session.get_one(Run, night.run_id))
        logger.warning("已中断：%d 个在访站点放回队列；再次运行会从中断处继续", back)
        raise


def refresh_only(config: Config, progress: Any = None) -> list[dict[str, Any]]:
    """Capture every genuine page anew; returns what came of each, in the order of platforms and addresses."""
    from lookalike.runner import run  # noqa: PLC0415

    with only_one_night(config.home, config.database) as held:
        night = open_night(config.model_copy(update={"baseline_days": 0.0}))
        if progress is not None:
            night.progress = progress
        _begin(night, "refresh", {}, held)
        run(lambda: refresh(night))
        held.check()
        with writing(night.factory) as session:
            rows = baselines.of_run(session, session.get_one(Run, night.run_id))
            found = [{"platform": b.platform, "url": b.url, "ok": b.ok, "why": b.why} for b in rows]
            runs.finish(session, session.get_one(Run, night.run_id), night.now())
    return found


def _begin(night: Night, kind: str, options: dict[str, Any], held: Held) -> bool:
    night.blobs.sweep_parts()
    with writing(night.factory) as session:
        run, resumed = runs.begin_or_resume(session, kind, night.now(), options)
        night.run_id = log_for(night.config).run = run.id
        signature = holder.sign(session, run)
    held.fence = partial(holder.passed_on, night.factory, night.run_id, signature)
    logs.bind(run=night.run_id)
    return resumed


async def _stages(night: Night) -> None:
    await refresh(night)
    night.clock.look("refresh")
    load_reference(night)
    plan(night)
    plan_revisits(night)
    if night.config.engine == "workers":
        await _by_workers(night)
    else:
        await discover(night)
        night.clock.look("discover")
        await look_until_nothing_is_new(night)
    settle(night)
    link_leads(night)
    night.clock.look("score")


async def _by_workers(night: Night) -> None:
    from lookalike.workers.crew import crew_of  # noqa: PLC0415 - of PostgreSQL's users alone

    async with crew_of(night) as crew:
        await crew.discover(night)
        night.clock.look("discover")
        await look_until_nothing_is_new(night, crew.steps)
        crew.report(night)


def _finish(night: Night, resumed: bool) -> dict[str, Any]:
    night.failed[:0] = unknown_sources(night)
    watch(night)
    with writing(night.factory) as session:
        morning.ready(session, night.now())
        run = session.get_one(Run, night.run_id)
        summary = _summary(night, session, run, resumed)
        runs.note_step(session, run, "night", summary)
        runs.finish(session, run, night.now(), "failed" if night.failed else "done")
    return summary


def _summary(night: Night, session: Session, run: Run, resumed: bool) -> dict[str, Any]:
    counts = run_counts(session, run)
    captured = baselines.of_run(session, run)
    return {
        "run": run.id,
        "resumed": resumed,
        "sources": of_sources(night, session, run),
        "baselines": {
            "captured": sum(b.ok for b in captured),
            "missing": [{"platform": b.platform, "url": b.url, "why": b.why} for b in captured if not b.ok],
        },
        "sightings": counts.sightings,
        "sites": counts.sites,
        "visits": counts.visits,
        "cuts": counts.cuts,
        "pictures": run.summary.get("pictures", {}),
        "life": run.summary.get("life", {}),
        "render": told(run.summary),
        "bands": counts.bands,
        "campaigns": run.summary.get("link", {}),
        "tips": run.summary.get("tips", {}),
        "leads_new": sum(run.summary.get(step, {}).get("leads_new", 0) for step in ("score", "tips")),
        "hacked": hacked_paths(session, run),
        "alarms": run.summary.get("alarms", []),
        "notes": night.notes,
        "unvisited": {
            code: {"sites": len(urls), "first": urls[:20]} for code, urls in sites.put_off_in(session, run.id).items()
        },
        "waiting": sites.counts(session).get("pending", 0),
        "clock_jumps": night.clock.jumps,
        "workers": run.summary.get("workers", {}),
        "failed": night.failed,
    }
