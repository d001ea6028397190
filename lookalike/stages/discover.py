"""Discovery: what is searched for tonight, and every page of results into the store as it comes."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from lookalike.errors import Passing
from lookalike.night import Night
from lookalike.runner import crawl, project_settings
from lookalike.stages.standing import FAILING, may_ask, note_page, settle
from lookalike.stages.wanted import page_limit, searches_of
from lookalike.store import runs, searches
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from lookalike.store.name_feeds import untold
from lookalike.store.sources import raw_kept
from lookalike.tips import judged_texts, keep_piece
from scoring.result import Assessment
from seeds.model import Source
from spiders.feeds.tip_items import TipsItem
from spiders.items import SerpItem
from spiders.sources.base import SearchTask

PAUSES = (0.1, 1.0, 5.0)
"""Seconds before each further try to store a page, where the database had a trouble that passes."""
TOLD_ONCE = frozenset({"names", "ct"})
"""Spiders of feeds whose names are told once, not whenever their list is laid down again."""
TOLD = frozenset({"robots", "outside hours"})
"""States that are worth telling and no failure; ``wanted`` tells of sources without key or address itself."""


def chosen_sources(night: Night) -> list[Source]:
    """The sources of tonight: those of the settings, by default all that are enabled."""
    wanted = night.config.sources
    return [s for s in night.seeds.sources if (s.id in wanted if wanted else s.enabled)]


def unknown_sources(night: Night) -> list[dict[str, str]]:
    """Names in the settings that no source has: told as failed, not passed over."""
    known = sorted(s.id for s in night.seeds.sources)
    why = f"没有这个来源；可用：{', '.join(known)}"
    return [{"source": name, "why": why} for name in night.config.sources if name not in known]


def plan(night: Night) -> None:
    """Enter tonight's queries for every source; done once a run, however often it is resumed."""
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for source in chosen_sources(night):
            searches.plan(session, run, source.id, searches_of(night, session, source))


async def discover(night: Night) -> None:
    """Run every source that still has something to ask; they run side by side, each at its own pace."""
    sources = chosen_sources(night)
    broken = await asyncio.gather(*(ask(night, source) for source in sources))
    settle_all(night, sources, broken)


def settle_all(night: Night, sources: Sequence[Source], broken: Sequence[Sequence[str]]) -> None:
    """How the sources came out, with what broke at each beside its pages: noted, and told where it must be."""
    with writing(night.factory) as session:
        came_out = {s.id: settle(night, session, s, why) for s, why in zip(sources, broken, strict=True)}
        told = {source: standing.as_json() for source, standing in came_out.items()}
        runs.note_step(session, session.get_one(Run, night.run_id), "standing", told)
    for source, standing in came_out.items():
        if standing.state in FAILING:
            night.failed.append({"source": source, "status": standing.state, "why": standing.why})
        elif standing.state in TOLD:
            night.notes.append({"source": source, "status": standing.state, "why": standing.why})


async def ask(night: Night, source: Source) -> Sequence[str]:
    """Ask what is still to be asked; returns what broke beside the pages themselves."""
    with writing(night.factory) as session:
        if not may_ask(night, session, source):
            return ()
        pending = searches.pending(session, session.get_one(Run, night.run_id), source.id)
    if not pending:
        return ()
    settings = settings_for(night, source)
    spiders = SpiderLoader.from_settings(settings)
    if source.spider not in spiders.list():
        return (f"本版本没有名为 {source.spider} 的爬虫",)
    pages = page_limit(night, source)
    tasks = [SearchTask(p.query, p.page, p.next_url) for p in pending]
    keep = partial(_keep, night, source, pages)
    crawled = await crawl(spiders.load(source.spider), settings, keep, searches=tasks, source=source, pages=pages)
    return crawled.failures[:1]


def settings_for(night: Night, source: Source) -> Settings:
    """Scrapy's settings for one source: its pace, its robots.txt, as whom it is asked (its exit is the guard's)."""
    config = night.config
    own = {"USER_AGENT": source.user_agent} if source.user_agent else {}
    return project_settings(
        LOOKALIKE_OPTIONS=config,
        LOOKALIKE_PACE=night.pace,
        DOWNLOAD_DELAY=source.delay_s if config.delay is None else config.delay,
        ROBOTSTXT_OBEY=source.robots,
        LOG_LEVEL="WARNING",
        **own,
    )


async def _keep(night: Night, source: Source, pages: int, item: Any) -> None:
    if not isinstance(item, SerpItem):
        return
    raw = _kept_raw(night, item)
    judged = judged_texts(night, item.tips) if isinstance(item, TipsItem) else {}
    for pause in (*PAUSES, None):
        try:
            _store(night, source, pages, item, raw, judged)
            break
        except Passing:
            if pause is None:
                raise
            await asyncio.sleep(pause)  # what was asked for need not be asked for again for a lost connection
    night.progress("discover", 1, None)


def _store(
    night: Night, source: Source, pages: int, item: SerpItem, raw: str | None, judged: Mapping[str, Assessment]
) -> None:
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        if isinstance(item, TipsItem):
            keep_piece(night, session, run, item, judged)
        else:
            if source.spider in TOLD_ONCE:
                item.sightings = untold(session, source.id, item.sightings, night.unit)
            searches.record_page(
                session,
                run,
                item,
                max_pages=pages,
                now=night.now(),
                unit=night.unit,
                suspicion=night.suspicion,
                raw_sha256=raw,
                revisit_after=night.revisit_after,
            )
        note_page(night, session, source, item)


def _kept_raw(night: Night, item: SerpItem) -> str | None:
    """Keep an unparsed page as it came, one a source and night; of the others only the hash is told."""
    if not item.raw:
        return None
    with reading(night.factory) as session:
        kept = raw_kept(session, session.get_one(Run, night.run_id), item.source)
    if not kept:
        return night.blobs.put(item.raw)
    item.note = f"{item.note}; " * bool(item.note) + f"sha256 {hashlib.sha256(item.raw).hexdigest()}, not kept"
    return None
