"""Visits: pending sites are leased, visited, and stored with everything the visit brought back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from lookalike import __version__
from lookalike.night import Night
from lookalike.runner import crawl, project_settings
from lookalike.store import sites, visits
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from spiders.items import VisitItem
from spiders.site import SiteSpider
from spiders.visit import VisitJob
from spiders.warc import write_visit


class StoredFrontier:
    """Hands out the store's pending sites, each under this process's lease."""

    def __init__(self, night: Night) -> None:
        self._night = night
        self._owner = f"pid {os.getpid()}"

    async def take(self, limit: int) -> Sequence[VisitJob]:
        """Lease up to ``limit`` sites, the most suspicious first."""
        night = self._night
        with writing(night.factory) as session:
            run = session.get_one(Run, night.run_id)
            leased = sites.lease(session, run, self._owner, limit)
            return [VisitJob(job.key, _best_first(session, job), job.id) for job in leased]


def _best_first(session: Session, job: sites.SiteJob) -> tuple[str, ...]:
    """The site's addresses, those first that victims meet most often; the same however the searches interleaved."""
    met: dict[str, tuple[int, int]] = {}
    for seen in sites.sightings(session, job.id):
        times, place = met.get(seen.url, (0, 10**6))
        met[seen.url] = (times - 1, min(place, seen.position - (100 if seen.paid else 0)))
    return tuple(sorted(job.urls, key=lambda url: (*met.get(url, (1, 0)), url)))


async def visit(night: Night) -> None:
    """Visit everything that is pending; what a killed run held leased is pending again first."""
    with writing(night.factory) as session:
        sites.release_stale(session, session.get_one(Run, night.run_id))
    set_aside_genuine(night)
    with reading(night.factory) as session:
        night.progress("visit", 0, sites.counts(session).get("pending", 0))
    settings = project_settings(LOOKALIKE_OPTIONS=night.config, LOG_LEVEL="WARNING")
    crawled = await crawl(SiteSpider, settings, partial(_keep, night), frontier=StoredFrontier(night))
    if crawled.failures:
        night.failed.append({"stage": "visit", "why": crawled.failures[0]})


def set_aside_genuine(night: Night) -> None:
    """Waiting sites that are registered platforms are marked as such: they are never visited as suspects."""
    with writing(night.factory) as session:
        for job in sites.waiting(session):
            if platform := night.reference.genuine(job.key):
                sites.mark_genuine(session, [job.id], platform.id)


async def _keep(night: Night, item: Any) -> None:
    if not isinstance(item, VisitItem):
        return
    sha256 = await asyncio.to_thread(archive, night, item)
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        site_id = sites.note_seen(session, run, [sites.Seen(item.site, item.url, item.started_at)])[0][item.site]
        visits.record_visit(session, run, site_id, item, visits.StoredVisit(warc_sha256=sha256))
        for url in onward_addresses(item):
            _note(night, session, run, url)
    night.progress("visit", 1, None)


def archive(night: Night, item: VisitItem) -> str:
    """Write the visit's WARC beside the captures, then give it its lasting name; returns its SHA-256."""
    part = night.blobs.part_path()
    write_visit(item, part, f"lookalike/{__version__}")
    return night.blobs.put_file(part)


def onward_addresses(item: VisitItem) -> list[str]:
    """Where a suspect sends its visitors on: a front page convicts itself and names the site behind it."""
    found = []
    for page in item.pages:
        answered = next((h for h in reversed(page.hops) if h.status is not None), None)
        if answered is not None and len(page.hops) > 1:
            found.append(answered.url)
    return list(dict.fromkeys(found))


def _note(night: Night, session: Session, run: Run, url: str) -> None:
    try:
        key = night.unit(url)
    except ValueError:
        return
    if night.reference.genuine(key) is None:
        sites.add_pending(session, run, sites.Seen(key, url, night.now()), revisit_after=night.revisit_after)
