"""Visits: pending sites are leased, visited, and stored with everything the visit brought back."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from lookalike import __version__
from lookalike.disk import nearly_full
from lookalike.errors import Passing
from lookalike.night import Night
from lookalike.runner import Crawled, crawl, project_settings
from lookalike.stages.follow import note_redirects
from lookalike.stages.life import Remembered, raise_returned, remember, tidings
from lookalike.store import sites, visits
from lookalike.store.blobs import Blobs
from lookalike.store.engine import reading, writing
from lookalike.store.evidence import PROGRAM, note_captured
from lookalike.store.life import way_out_works
from lookalike.store.models import Run
from scoring.case import SiteKey
from spiders.budgets import Budgets
from spiders.items import VisitItem
from spiders.site import SiteSpider
from spiders.visit import VisitJob
from spiders.warc import write_visit

T = TypeVar("T")

SEARCHES = 20
"""Searches that a visit is told of: it comes from one of them."""
PAUSES = (0.1, 1.0, 5.0)
"""Seconds after which what is fetched is stored once more where the database had a trouble that passes."""
BATCH = 32
"""Visits in one transaction, at most."""


class StoredFrontier:
    """Hands out the store's pending sites, each under this process's lease."""

    def __init__(self, night: Night, owner: str = "") -> None:
        self._night = night
        self._owner = owner or f"pid {os.getpid()}"
        self.ids: dict[SiteKey, int] = {}
        """Numbers of the sites that are being visited."""
        self._left: list[tuple[SiteKey, str]] = []

    async def leave(self, job: VisitJob, why: str) -> None:
        """Noted with the next sites that are taken: one transaction for many."""
        self._left.append((job.site, why))

    async def take(self, limit: int) -> Sequence[VisitJob]:
        """Lease up to ``limit`` sites, the most suspicious first; none while the disk is nearly full."""
        night = self._night
        left = list(self._left)
        with writing(night.factory) as session:
            run = session.get_one(Run, night.run_id)
            for key, why in left:
                sites.put_off(session, run, [self.ids[key]], why)
            if full := nearly_full(night.config.home, night.config.min_free_bytes):
                self.refuse(full)
                leased = []
            else:
                leased = self.lease(session, run, limit)
            found = [_visit_job(session, job) for job in leased]
        for key, _ in left:
            del self.ids[key]
        del self._left[: len(left)]
        self.ids |= {job.key: job.id for job in leased}
        return found

    def lease(self, session: Session, run: Run, limit: int) -> list[sites.SiteJob]:
        """Of all that wait."""
        return sites.lease(session, run, self._owner, limit)

    def refuse(self, full: str) -> None:
        """The disk is nearly full: told, and nothing is taken."""
        _tell_once(self._night, full)

    def stored(self, session: Session) -> None:
        """Called at the end of every transaction that stores visits; for whoever keeps more with them."""


def _visit_job(session: Session, job: sites.SiteJob) -> VisitJob:
    """The site's addresses and searches, those first that victims meet most often; the same in whatever order found."""
    addresses: dict[str, tuple[int, int]] = {}
    searches: dict[tuple[str, str], tuple[int, int]] = {}
    for seen in sites.sightings(session, job.id):
        where = seen.position - (100 if seen.paid else 0)
        _meet(addresses, seen.url, where)
        _meet(searches, (seen.source, seen.query), where)
    urls = tuple(sorted(job.urls, key=lambda url: (*addresses.get(url, (1, 0)), url)))
    return VisitJob(job.key, urls, job.id, tuple(sorted(searches, key=lambda s: (*searches[s], s))[:SEARCHES]))


def _meet(met: dict[T, tuple[int, int]], what: T, where: int) -> None:
    times, place = met.get(what, (0, 10**6))
    met[what] = (times - 1, min(place, where))


async def visit(night: Night) -> Crawled:
    """Visit everything that is pending; what a killed run held leased is pending again first."""
    with writing(night.factory) as session:
        sites.release_stale(session, session.get_one(Run, night.run_id), attempts=night.config.attempts)
    set_aside_genuine(night)
    with reading(night.factory) as session:
        night.progress("visit", 0, sites.counts(session).get("pending", 0))
    return await visit_all(night, StoredFrontier(night))


async def visit_all(night: Night, frontier: StoredFrontier) -> Crawled:
    """Visit and store whatever the frontier hands out, to its end."""
    settings = project_settings(LOOKALIKE_OPTIONS=night.config, LOOKALIKE_PACE=night.pace, LOG_LEVEL="WARNING")
    keep = _Writer(night, frontier).keep
    known = {"budgets": _budgets(night), "remembered": night.remembered}
    crawled = await crawl(SiteSpider, settings, keep, frontier=frontier, **known)
    if crawled.failures:
        night.failed.append({"stage": "visit", "why": crawled.failures[0]})
    return crawled


def _tell_once(night: Night, why: str) -> None:
    """The night's several rounds of visits tell of one full disk once."""
    code = why.split(maxsplit=1)[0]
    if not any(str(failure["why"]).startswith(code) for failure in night.failed):
        night.failed.append({"stage": "visit", "why": why})


def _budgets(night: Night) -> Budgets:
    """The night's ledger; of a night that is taken up again the hosts that it has visited count already."""
    if night.budgets is None:
        night.budgets = Budgets(night.config, night.seeds.shared_hosts)
        with reading(night.factory) as session:
            night.budgets.note_hosts(sites.visited_in(session, night.run_id))
    return night.budgets


def set_aside_genuine(night: Night) -> None:
    """Waiting sites that are registered platforms are marked as such: they are never visited as suspects."""
    with writing(night.factory) as session:
        for job in sites.waiting(session):
            if platform := night.reference.genuine(job.key):
                sites.mark_genuine(session, [job.id], platform.id)


class _Writer:
    """Stores visits as they come, those that wait together in one transaction: bytes first, then the rows."""

    def __init__(self, night: Night, frontier: StoredFrontier) -> None:
        self._night = night
        self._frontier = frontier
        self._waiting: list[tuple[VisitItem, asyncio.Future[None]]] = []
        self._busy: asyncio.Task[None] | None = None
        self._way_out = False
        """Whether anything has answered in this run: else silence may be our own network's."""

    async def keep(self, item: Any) -> None:
        """Returns when the visit is on disk; raises what kept it from being stored."""
        if not isinstance(item, VisitItem):
            return
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, stored))
        if self._busy is None or self._busy.done():
            self._busy = asyncio.create_task(self._drain())
        await stored

    async def _drain(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:BATCH], self._waiting[BATCH:]
            try:
                await self._put_away([item for item, _ in batch])
            except Exception as error:  # noqa: BLE001 - handed to everyone who waits for this batch
                for _, stored in batch:
                    stored.set_exception(error)
            else:
                for _, stored in batch:
                    stored.set_result(None)

    async def _put_away(self, items: list[VisitItem]) -> None:
        hashes = await archive(self._night, items)
        ids = [self._frontier.ids[item.site] for item in items]
        before = await asyncio.to_thread(remember, self._night, ids)
        for pause in (*PAUSES, None):
            try:
                self._store(items, hashes, before)
                break
            except Passing:
                if pause is None:
                    raise
                await asyncio.sleep(pause)  # what is fetched need not be fetched again for a lost connection
        for item in items:
            del self._frontier.ids[item.site]

    def _store(self, items: list[VisitItem], hashes: list[str], before: Mapping[int, Remembered]) -> None:
        night = self._night
        with writing(night.factory) as session:
            run = session.get_one(Run, night.run_id)
            answered = any(item.outcome != "failed" for item in items)
            self._way_out = self._way_out or answered or way_out_works(session, run.id)
            for item, sha256 in zip(items, hashes, strict=True):
                site_id = self._frontier.ids[item.site]
                news = tidings(night, item, before[site_id], way_out=self._way_out)
                stored = visits.StoredVisit(warc_sha256=sha256)
                if visits.record_visit(session, run, site_id, item, stored, news):
                    raise_returned(night, session, site_id, news.told)
                note_redirects(night, session, run, onward_addresses(item))
            self._frontier.stored(session)
            # the last deed of the transaction: the audit trail stays locked to its end
            note_captured(session, night.now(), PROGRAM, "capture", visits.files_of(session, run, hashes))
        night.progress("visit", len(items), None)


async def archive(night: Night, items: Sequence[VisitItem]) -> list[str]:
    """Keep each visit's WARC beside the captures and return their SHA-256.

    The files are made here and synced in a thread: two threads that both compute only take turns.
    """
    return await asyncio.to_thread(_keep_all, night.blobs, [_warc(item) for item in items])


def _warc(item: VisitItem) -> bytes:
    stream = BytesIO()
    write_visit(item, stream, f"lookalike/{__version__}")
    return stream.getvalue()


def _keep_all(blobs: Blobs, files: Sequence[bytes]) -> list[str]:
    with blobs.batch():
        return [blobs.put_as_is(data) for data in files]


def onward_addresses(item: VisitItem) -> dict[str, str]:
    """Where a suspect sends its visitors on, and from which address: the site behind a front page."""
    found: dict[str, str] = {}
    for page in item.pages:
        answered = next((h for h in reversed(page.hops) if h.status is not None), None)
        if answered is not None and len(page.hops) > 1:
            found.setdefault(answered.url, page.requested_url)
    return found
