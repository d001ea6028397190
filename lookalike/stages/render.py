"""Rendering: sites that can matter are shown to a browser, the most suspicious first, and judged again.

Which they are is planned before the first one, and the plan is kept, so that a night that was killed ends as any other.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from lookalike import browsing
from lookalike.night import Night
from lookalike.stages.onward import LedOn, note_address
from lookalike.stages.score import judge_again
from lookalike.store import rendered, runs
from lookalike.store.engine import reading, writing
from lookalike.store.evidence import PROGRAM, note_captured
from lookalike.store.models import Run
from spiders.browser.choose import wanted
from spiders.items import RenderedPage, RenderedVisit
from spiders.warc import BrokenWarc, read_visit

STEP = "render"
SHELLS = "shells"
"""Step under which scoring notes the sites whose pages say nothing by themselves."""
COUNTS = ("let_through", "left_out", "rendered", "pages", "reused", "failed", "led_on")
"""Sites past the cheap signals, those of them without budget, shown, pages shown, known from before, pages that could
not be shown in full, addresses that only a browser was led to.
"""


@dataclass(frozen=True, slots=True)
class Job:
    """One visit to be shown."""

    visit_id: int
    site_id: int
    warc: str
    before: str | None
    """What a browser made of the same bytes lately."""


async def render(night: Night) -> int:
    """Show what can matter to a browser and judge it again; returns how many sites now wait for a first visit."""
    new = 0
    jobs = plan(night)
    if jobs:
        new += await _show(night, jobs)
    again = unjudged(night)
    return new + (judge_again(night, again) if again else 0)


def unjudged(night: Night) -> list[int]:
    """Sites whose judgement does not know what a browser made of them."""
    with reading(night.factory) as session:
        return rendered.unjudged(session, session.get_one(Run, night.run_id))


def plan(night: Night) -> list[Job]:
    """What is still to be shown of the plan; with nothing left of it, what has come to matter since is added."""
    config = night.config
    if config.browser == "off" or config.render_sites < 1:
        return []
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        facts = _facts(run)
        if not rendered.waiting(session, facts["plan"]):
            shells = set(run.summary.get(SHELLS, {}).get("sites", ()))
            told = [*facts["plan"], *facts["without"]]
            mattering = [
                c.visit_id
                for c in rendered.candidates(session, run)
                if c.visit_id not in told and (c.score >= config.render_score or c.site_id in shells)
            ]
            room = max(0, config.render_sites - len(facts["plan"]))
            facts["plan"] = [*facts["plan"], *mattering[:room]]
            facts["without"] = [*facts["without"], *mattering[room:]]
            facts["let_through"] += len(mattering)
            facts["left_out"] += len(mattering[room:])
            runs.note_step(session, run, STEP, facts)
        return jobs_of(night, session, facts["plan"])


def jobs_of(night: Night, session: Session, visit_ids: Sequence[int]) -> list[Job]:
    """Of these visits those that no browser was shown yet, in their order."""
    since = night.now() - timedelta(days=night.config.render_days)
    return [
        Job(v.id, v.site_id, str(v.warc_sha256), rendered.before(session, v, since))
        for v in rendered.waiting(session, visit_ids)
    ]


def _facts(run: Run) -> dict[str, Any]:
    facts: dict[str, Any] = {"plan": [], "without": [], **dict.fromkeys(COUNTS, 0)}
    return {**facts, **run.summary.get(STEP, {})}


def told(summary: Mapping[str, Any]) -> dict[str, int]:
    """The counts of a run's summary, for people; empty where no browser was asked for."""
    facts = summary.get(STEP, {})
    return {name: facts[name] for name in COUNTS} if facts else {}


async def _show(night: Night, jobs: Sequence[Job]) -> int:
    new = 0
    for job in jobs:
        if job.before is not None:
            new += keep(night, job, job.before, None)
    fresh = [job for job in jobs if job.before is None]
    ends = time.monotonic() + night.config.render_seconds
    async with browsing.open_browsers(night, len(fresh)) as browsers:
        if browsers is None:
            return new
        night.progress(STEP, 0, len(fresh))
        queue = iter(fresh)

        async def work() -> int:
            found = 0
            for job in queue:
                if time.monotonic() > ends:
                    out_of_time(night, job)
                else:
                    found += await show_one(night, browsers, job)
                night.progress(STEP, 1, None)
            return found

        return new + sum(await asyncio.gather(*(work() for _ in range(night.config.render_at_once))))


async def show_one(night: Night, browsers: browsing.Browsers, job: Job) -> int:
    """Show one visit to a browser and keep what it made of it; returns how many sites now wait for a first visit."""
    try:
        visit = await asyncio.to_thread(read_visit, night.blobs.path(job.warc))
    except BrokenWarc as error:
        night.failed.append({"stage": STEP, "visit": job.visit_id, "why": str(error)})
        return 0
    shown = RenderedVisit(visit.site, visit.url, night.now(), browsers.described)
    for asked in wanted(visit):
        shown.pages.append(await browsers.render(asked))
    sha256 = await asyncio.to_thread(browsing.keep, night.blobs, shown)
    return keep(night, job, sha256, shown)


def keep(night: Night, job: Job, sha256: str, shown: RenderedVisit | None) -> int:
    """Name the file in the visit's row, and let what it led to wait for a visit, in one transaction with the counts."""
    new = 0
    with writing(night.factory) as session:
        run = runs.hold(session, night.run_id)
        rendered.note(session, job.visit_id, sha256)
        facts = _facts(run)
        for page in shown.pages if shown else ():
            facts["pages"] += 1
            facts["failed"] += bool(page.error)
            new += _note_onward(night, session, run, page, facts)
        facts["rendered" if shown else "reused"] += 1
        runs.note_step(session, run, STEP, facts)
        note_captured(session, night.now(), PROGRAM, "render", [(job.visit_id, sha256)])
    return new


def _note_onward(night: Night, session: Session, run: Run, page: RenderedPage, facts: dict[str, Any]) -> int:
    """A script sent the browser on to another site: it waits for a visit of its own."""
    new = 0
    for place, hop in enumerate(page.hops, 1):
        if hop.via in {"script", "meta"} and hop.status is not None and _other_site(night, page, hop.url):
            facts["led_on"] += 1
            new += note_address(night, session, run, hop.url, LedOn("script", page.requested_url, place))
    return new


def _other_site(night: Night, page: RenderedPage, url: str) -> bool:
    try:
        return night.unit(url) != night.unit(page.requested_url)
    except ValueError:
        return False


def out_of_time(night: Night, job: Job) -> None:
    """What no time was left for is left out, and not waited for again this night."""
    with writing(night.factory) as session:
        run = runs.hold(session, night.run_id)
        facts = _facts(run)
        facts["plan"] = [visit_id for visit_id in facts["plan"] if visit_id != job.visit_id]
        facts["without"] = [*facts["without"], job.visit_id]
        facts["left_out"] += 1
        runs.note_step(session, run, STEP, facts)
