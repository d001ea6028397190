"""Baselines: the genuine platforms' own pages, captured at the start of a night, to compare suspects with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from lookalike import browsing
from lookalike.fingerprints import of_program, of_seeds
from lookalike.night import Night
from lookalike.runner import crawl, project_settings
from lookalike.stages.visit import archive
from lookalike.store import baselines, models, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from lookalike.store.pictures import as_rows, from_rows
from lookalike.store.references import Compared
from scoring.case import PictureFacts, SiteKey, View
from scoring.reference import Reference
from scoring.similarity import Baseline
from seeds.model import Platform
from spiders.browser import choose
from spiders.case import view_of
from spiders.items import RenderedVisit, VisitItem
from spiders.pictures.read import PictureReader
from spiders.pictures.shown import pictures_of
from spiders.site import Listed, SiteSpider
from spiders.visit import VisitJob
from spiders.warc import BrokenWarc, read_visit

OK = 200


def due(night: Night) -> list[tuple[Platform, str]]:
    """Platform and address of every baseline that has to be captured now."""
    limit = night.now() - timedelta(days=night.config.baseline_days)
    with reading(night.factory) as session:
        tried = {(b.platform, b.url) for b in baselines.of_run(session, session.get_one(Run, night.run_id))}
        fresh = {(b.platform, b.url) for b in baselines.latest(session) if b.captured_at > limit}
    wanted = [(p, url) for p in night.seeds.platforms for url in p.baselines]
    return [(p, url) for p, url in wanted if (p.id, url) not in tried | fresh]


async def refresh(night: Night) -> None:
    """Capture what is due; a platform that cannot be reached is recorded, and its last capture goes on serving."""
    wanted = due(night)
    if wanted:
        await _capture(night, wanted)
    await _show(night)


async def _show(night: Night) -> None:
    """Show the run's captures to a browser: how a genuine page looks is what fakes copy."""
    with reading(night.factory) as session:
        rows = baselines.unseen(session, session.get_one(Run, night.run_id))
        same: dict[tuple[str, str], list[int]] = {}
        for row in rows:
            same.setdefault((row.url, str(row.warc_sha256)), []).append(row.id)
    async with browsing.open_browsers(night, len(same)) as browsers:
        if browsers is not None:
            night.progress("render", 0, len(same))
            await asyncio.gather(*(_show_one(night, browsers, url, warc, ids) for (url, warc), ids in same.items()))


async def _show_one(night: Night, browsers: browsing.Browsers, url: str, warc: str, baseline_ids: list[int]) -> None:
    visit = read_visit(night.blobs.path(warc))
    asked = choose.of_address(visit, url)
    pages = [await browsers.render(asked)] if asked is not None else []
    rendered = RenderedVisit(visit.site, url, night.now(), browsers.described, pages)
    sha256 = await asyncio.to_thread(browsing.keep, night.blobs, rendered)
    with writing(night.factory) as session:
        baselines.note_rendered(session, baseline_ids, sha256)
    night.progress("render", 1, None)


async def _capture(night: Night, wanted: Sequence[tuple[Platform, str]]) -> None:
    night.progress("refresh", 0, len(wanted))
    owners: dict[str, list[str]] = {}
    pages: dict[SiteKey, list[str]] = {}
    for platform, url in wanted:
        owners.setdefault(url, []).append(platform.id)
        pages.setdefault(night.unit(url), []).append(url)
    jobs = [VisitJob(key, tuple(dict.fromkeys(urls))) for key, urls in pages.items()]
    settings = project_settings(LOOKALIKE_OPTIONS=night.config, LOG_LEVEL="WARNING")
    with PictureReader(night.now) as reader:
        keep = partial(_keep, night, owners, reader)
        crawled = await crawl(SiteSpider, settings, keep, frontier=Listed(jobs), scope="baseline")
    if crawled.failures:
        night.failed.append({"stage": "refresh", "why": crawled.failures[0]})


async def _keep(night: Night, owners: dict[str, list[str]], reader: PictureReader, item: Any) -> None:
    if not isinstance(item, VisitItem):
        return
    (sha256,) = await archive(night, [item])
    facts = [reader.read(shown.data, shown.url, shown.page_url) for shown in pictures_of(item) if shown.data]
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        for page in item.pages:
            view = view_of(item, page.requested_url)
            for platform in owners[page.requested_url]:
                captured = _captured(platform, item, page.requested_url, view, sha256)
                baselines.save(session, run, _with_pictures(captured, facts, view))
    night.progress("refresh", len(item.pages), None)


def _with_pictures(
    captured: baselines.Captured, facts: Sequence[PictureFacts], view: View | None
) -> baselines.Captured:
    shown = [f for f in facts if captured.ok and view is not None and f.page_url == view.final_url]
    return replace(captured, pictures=tuple(as_rows([f for f in shown if f.phash is not None])))


def _captured(platform: str, item: VisitItem, url: str, view: View | None, sha256: str) -> baselines.Captured:
    if view is None or view.page is None or view.status != OK:
        why = view.error if view and view.error else f"HTTP {view.status}" if view else item.why
        return baselines.Captured(platform, url, item.started_at, ok=False, why=why, warc_sha256=sha256)
    return baselines.Captured(
        platform,
        url,
        item.started_at,
        warc_sha256=sha256,
        body_sha256=view.body_sha256 or None,
        favicon_sha256=view.favicon_sha256 or None,
        favicon_mmh3=view.favicon_mmh3,
    )


def load_reference(night: Night) -> None:
    """Put the latest good capture of every genuine page, and confirmed addresses, into the night's reference."""
    with reading(night.factory) as session:
        rows = baselines.latest(session)
        confirmed = verdicts.confirmed_addresses(session)
    night.reference, used = reference_of(night, rows, confirmed)
    night.compared = Compared(of_seeds(night.seeds), of_program(), used, confirmed)


def reference_of(
    night: Night, rows: Iterable[models.Baseline], confirmed: Iterable[str]
) -> tuple[Reference, tuple[tuple[int, str], ...]]:
    """A reference with these captures, and which of them could be read: number and hash of each."""
    loaded, used = [], []
    for row in rows:
        if row.warc_sha256 is None:
            continue
        try:
            visit = read_visit(night.blobs.path(row.warc_sha256))
            rendered = browsing.read_back(night.blobs, row.rendered_sha256) if row.rendered_sha256 else None
        except BrokenWarc as error:
            night.failed.append({"stage": "baselines", "why": str(error)})
            continue
        view = view_of(visit, row.url, rendered)
        if view is not None and view.page is not None:
            used.append((row.id, baselines.bytes_of(row)))
            loaded.append(
                Baseline(
                    platform=row.platform,
                    url=row.url,
                    captured_at=row.captured_at,
                    page=view.page,
                    favicon_mmh3=view.favicon_mmh3,
                    favicon_sha256=view.favicon_sha256,
                    sha256=view.body_sha256,
                    screen=view.screen.value,
                    pictures=from_rows(row.pictures or ()),
                )
            )
    return Reference(night.seeds, tuple(loaded), frozenset(confirmed)), tuple(used)
