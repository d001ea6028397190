"""The spider that visits suspects: takes pending sites from a frontier and hands on one item a visit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

import scrapy
from scrapy import signals
from scrapy.exceptions import UsageError

from scoring.case import Hosting, SiteKey
from scoring.sitekey import site_key
from seeds.loader import load_seeds
from spiders import clock
from spiders.fetch import Fetcher
from spiders.guard import resolver_for
from spiders.hosting.gather import HostingTools, gather
from spiders.items import VisitItem
from spiders.options import Options, SettingError
from spiders.visit import VisitJob, Visitor

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


TAKE_SHARE = 4
"""New jobs are taken when this part of the places is free: every take is a transaction."""
STORE_POLL = 0.005


class Frontier(Protocol):
    """Where jobs come from; each is handed out once, and again only when its lease was lost."""

    async def take(self, limit: int) -> Sequence[VisitJob]:
        """At most ``limit`` jobs; none when nothing is pending."""
        ...


class Listed:
    """A frontier of jobs that are known beforehand."""

    def __init__(self, jobs: Sequence[VisitJob]) -> None:
        self._jobs = list(jobs)

    async def take(self, limit: int) -> Sequence[VisitJob]:
        taken, self._jobs = self._jobs[:limit], self._jobs[limit:]
        return taken


class SiteSpider(scrapy.Spider):
    """Visits suspects the way a victim would: GET only, no forms, no cookies, slow.

    Arguments: ``url`` one address or several, separated by spaces; ``scope`` ``suspect`` (default: every client,
    hosting looked up) or ``baseline`` (a genuine page as a desktop sees it).

    @url data:text/html,hello
    @returns items 0 0
    """

    name = "site"
    custom_settings = {  # noqa: RUF012 - Scrapy's own form
        "COMPRESSION_ENABLED": False,  # the WARC keeps the coding; bodies are unpacked within bounds
        "DOWNLOAD_MAXSIZE": 0,  # the cap is ours and keeps the first bytes
        "DOWNLOAD_FAIL_ON_DATALOSS": False,  # a short body is a body
        "RETRY_ENABLED": False,
        # A visit asks one page after the other by itself; this is also the number of kept connections to a proxy.
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
    }

    def __init__(self, url: str = "", frontier: Frontier | None = None, scope: str = "suspect", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if scope not in {"suspect", "baseline"}:
            raise UsageError(f"scope={scope}: expected suspect or baseline")
        self.frontier = frontier
        self.given = url.split()
        self.scope = scope

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Leave out what a visit does by itself: each middleware is passed by every request and answer."""
        super().update_settings(settings)
        for name in ("downloadtimeout.DownloadTimeout", "defaultheaders.DefaultHeaders", "useragent.UserAgent"):
            settings["DOWNLOADER_MIDDLEWARES"].set(f"scrapy.downloadermiddlewares.{name}Middleware", None, "spider")
        settings["DOWNLOADER_MIDDLEWARES"].set("scrapy.downloadermiddlewares.stats.DownloaderStats", None, "spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SiteSpider:
        spider = super().from_crawler(crawler, *args, **kwargs)
        options: Options = crawler.settings["LOOKALIKE_OPTIONS"]
        now = partial(clock.now, options)
        seeds = load_seeds(options.seeds_folder)
        if spider.frontier is None:
            spider.frontier = Listed(_jobs(spider.given, seeds.shared_hosts))
        fetcher = Fetcher(crawler, options, now)
        crawler.signals.connect(fetcher.on_bytes, signal=signals.bytes_received)
        crawler.signals.connect(fetcher.on_headers, signal=signals.headers_received)
        try:
            tools = HostingTools.for_options(options, resolver_for(options))
        except ValueError as error:
            raise SettingError(str(error)) from error
        hosting = partial(gather, options=options, tools=tools) if options.look_ups else _not_asked
        platform_hosts = frozenset(a.host for p in seeds.platforms for a in p.addresses)
        spider.visitor = Visitor(fetcher, hosting, options, now, seeds.lexicon.words("query"), platform_hosts)
        spider.concurrency = options.concurrency
        # A signal's receivers are held weakly.
        spider.fetcher = fetcher
        return spider

    stop_taking = False
    """Set from outside: what has been fetched is still handed on, nothing more is taken."""
    visitor: Visitor
    fetcher: Fetcher
    concurrency: int

    async def start(self) -> AsyncIterator[VisitItem]:
        """Keep up to ``concurrency`` visits going until the frontier has no more and everything is stored."""
        assert self.frontier is not None
        visit = self.visitor.visit if self.scope == "suspect" else self.visitor.baseline
        running: set[asyncio.Task[VisitItem]] = set()
        try:
            while not self.stop_taking:
                room = self.concurrency - len(running)
                if room >= self.concurrency // TAKE_SHARE or not running:
                    await self._stored_but(self.concurrency)
                    running |= {asyncio.create_task(visit(job)) for job in await self.frontier.take(room)}
                if not running:
                    await self._stored_but(0)  # else the engine would notice its idleness only seconds later
                    return
                done, running = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    item = task.result()
                    self._count(item)
                    yield item
        finally:
            for task in running:
                task.cancel()

    async def _stored_but(self, left: int) -> None:
        """Wait until at most ``left`` visits are still being stored: what is fetched must not pile up in memory."""
        engine = self.crawler.engine
        assert engine is not None
        while engine.scraper.slot is not None and engine.scraper.slot.itemproc_size > left:  # noqa: ASYNC110 - no event
            await asyncio.sleep(STORE_POLL)

    async def parse(self, response: scrapy.http.Response) -> AsyncIterator[VisitItem]:
        """Visits begin in ``start``; nothing is parsed from a single response."""
        del response
        return
        yield

    def _count(self, visit: VisitItem) -> None:
        stats = self.crawler.stats
        assert stats is not None
        stats.inc_value(f"lookalike/visit/{visit.outcome}")
        stats.inc_value("lookalike/visit/exchanges", sum(len(p.exchanges) for p in visit.pages))
        for code, count in visit.counts.items():
            stats.inc_value(f"lookalike/visit/{code}", count)


async def _not_asked(_site: SiteKey) -> tuple[Hosting, dict[str, bytes]]:
    return Hosting(), {}


def _jobs(urls: Sequence[str], shared: Any) -> list[VisitJob]:
    jobs = []
    for url in urls:
        address = url if "://" in url else f"http://{url}"
        try:
            jobs.append(VisitJob(site_key(address, shared), (address,)))
        except ValueError as error:
            raise UsageError(f"url={url}: expected an http or https address ({error})") from error
    return jobs
