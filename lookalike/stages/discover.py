"""Discovery: what is searched for tonight, and every page of results into the store as it comes."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial
from typing import Any

from scrapy.spiderloader import SpiderLoader

from lookalike.night import Night
from lookalike.runner import crawl, project_settings
from lookalike.stages.wanted import not_ready, note_remarks, page_limit, searches_of
from lookalike.store import searches
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from seeds.model import Source
from spiders.items import SerpItem
from spiders.sources.base import SearchTask

UNPARSED_SHARE = 0.2
"""Share of unparsed pages from which a source's layout has changed (and its silence means nothing)."""


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
    broken = await asyncio.gather(*(_ask(night, source) for source in sources))
    for source, why in zip(sources, broken, strict=True):
        if why := [*_told_by_store(night, source), *why]:
            night.failed.append({"source": source.id, "why": "；".join(why)})


async def _ask(night: Night, source: Source) -> Sequence[str]:
    """Ask what is still to be asked; returns what broke beside the pages themselves."""
    with reading(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        pending = searches.pending(session, run, source.id)
        refused = bool(pending) and searches.source_counts(session, run)[source.id].captcha
    if (
        not pending or refused or not_ready(night, source)
    ):  # a night that was killed after the refusal does not ask again
        return ()
    config = night.config
    pages = page_limit(night, source)
    tasks = [SearchTask(p.query, p.page, p.next_url) for p in pending]
    settings = project_settings(
        LOOKALIKE_OPTIONS=config,
        DOWNLOAD_DELAY=source.delay_s if config.delay is None else config.delay,
        ROBOTSTXT_OBEY=source.robots,
        LOG_LEVEL="WARNING",
    )
    spiders = SpiderLoader.from_settings(settings)
    if source.spider not in spiders.list():
        return (f"本版本没有名为 {source.spider} 的爬虫",)
    crawled = await crawl(
        spiders.load(source.spider), settings, partial(_keep, night, pages), searches=tasks, source=source, pages=pages
    )
    return crawled.failures[:1]


async def _keep(night: Night, pages: int, item: Any) -> None:
    if not isinstance(item, SerpItem):
        return
    raw = night.blobs.put(item.raw) if item.raw else None
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
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
    night.progress("discover", 1, None)


def _told_by_store(night: Night, source: Source) -> list[str]:
    """Whether a source was blocked, is broken or has changed: it never looks like *no results*.

    Read from the stored pages, so that a resumed night tells of what happened before the kill too.
    """
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        if searches.source_counts(session, run).get(source.id, searches.SourceCounts()).captcha:
            searches.block_source(session, run, source.id, "要求验证码")
        counts = searches.source_counts(session, run).get(source.id, searches.SourceCounts())
        why = note_remarks(night, session, source)
    if counts.captcha:
        why.append("要求验证码，今晚不再询问")
    if counts.unparsed > counts.pages * UNPARSED_SHARE:
        why.append(f"{counts.unparsed}/{counts.pages} 页无法识别，页面版式可能已变")
    if counts.failed:
        why.append(f"{counts.failed} 页没有取到")
    if counts.pending_queries:
        why.append(f"{counts.pending_queries} 个查询没有问到")
    return why
