"""The spider that visits suspects: takes pending sites from a frontier and hands on one item a visit."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, Protocol

import scrapy
from scrapy import signals
from scrapy.exceptions import UsageError

from scoring.case import Hosting, SiteKey
from scoring.sitekey import site_key
from seeds.loader import load_seeds
from seeds.model import Services
from spiders import clock
from spiders.budgets import Budgets
from spiders.fetch import Fetcher, Remembered
from spiders.guard import resolver_for
from spiders.hosting.dns import Resolver
from spiders.hosting.gather import HostingTools, gather
from spiders.hosting.network import NetworkTable
from spiders.http_handler import stop_at_limit
from spiders.items import VisitItem
from spiders.lanes import CROWD, SLOW_SHARE, Lanes
from spiders.options import Options, SettingError
from spiders.pace import address_delay
from spiders.refusal import sentence
from spiders.request_log import visiting
from spiders.visit import VisitJob, Visitor

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings


logger = logging.getLogger(__name__)

TAKE_SHARE = 4
"""New jobs are taken when this part of the places is free: every take is a transaction."""
STORE_POLL = 0.005
LANE_POLL = 0.5
"""Seconds after which it is looked again whether slow visits have given up their places."""


class Frontier(Protocol):
    """Where jobs come from; each is handed out once, and again only when its lease was lost."""

    async def take(self, limit: int) -> Sequence[VisitJob]:
        """At most ``limit`` jobs; none when nothing is pending."""
        ...

    async def leave(self, job: VisitJob, why: str) -> None:
        """Leave a job unvisited for now, for a stated reason."""
        ...


class Listed:
    """A frontier of jobs that are known beforehand."""

    def __init__(self, jobs: Sequence[VisitJob]) -> None:
        self._jobs = list(jobs)

    async def take(self, limit: int) -> Sequence[VisitJob]:
        taken, self._jobs = self._jobs[:limit], self._jobs[limit:]
        return taken

    async def leave(self, job: VisitJob, why: str) -> None:
        logger.warning("%s: %s", job.site, why)


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

    def __init__(
        self,
        url: str = "",
        frontier: Frontier | None = None,
        scope: str = "suspect",
        budgets: Budgets | None = None,
        remembered: Remembered | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.budgets = budgets
        self.remembered = remembered
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
        try:
            tools = HostingTools.for_options(options, resolver_for(options))
        except ValueError as error:
            raise SettingError(str(error)) from error
        spider.resolver = tools.resolver
        if spider.scope == "suspect":
            spider.budgets = spider.budgets or Budgets(options, seeds.shared_hosts)
            spider.budgets.shared_address = lru_cache(partial(anybodys, tools.networks, seeds.services))
        fetcher = Fetcher(crawler, options, now, spider.budgets, spider.remembered)
        crawler.signals.connect(stop_at_limit, signal=signals.bytes_received)
        hosting = partial(gather, options=options, tools=tools) if options.look_ups else _not_asked
        platform_hosts = frozenset(a.host for p in seeds.platforms for a in p.addresses)
        spider.visitor = Visitor(fetcher, hosting, options, now, seeds.lexicon.words("query"), platform_hosts)
        spider.concurrency = options.concurrency
        spider.slow_after = SLOW_SHARE * options.timeout
        spider.paced = address_delay(options) > 0
        # A signal's receivers are held weakly.
        spider.fetcher = fetcher
        return spider

    stop_taking = False
    """Set from outside: what has been fetched is still handed on, nothing more is taken."""
    visitor: Visitor
    fetcher: Fetcher
    resolver: Resolver
    budgets: Budgets | None
    """None for baselines: genuine platforms are not rationed."""
    concurrency: int
    slow_after: float
    paced: bool
    """Whether requests to one address wait for each other."""

    async def start(self) -> AsyncIterator[VisitItem]:
        """Keep up to ``concurrency`` visits going until the frontier has no more and everything is stored."""
        assert self.frontier is not None
        crowd = CROWD if self.paced and self.budgets is not None else None
        lanes = Lanes(self.concurrency, self.slow_after, crowd, self._everybodys)
        running: set[asyncio.Task[VisitItem | None]] = set()
        try:
            while not self.stop_taking:
                room = lanes.room()
                if room >= self.concurrency // TAKE_SHARE or not running:
                    await self._stored_but(self.concurrency)
                    running |= {asyncio.create_task(self._one(job, lanes)) for job in await self.frontier.take(room)}
                if not running:
                    await self._stored_but(0)  # else the engine would notice its idleness only seconds later
                    jobs = await self.frontier.take(lanes.room())  # where the visits stored just now led
                    if not jobs:
                        return
                    running = {asyncio.create_task(self._one(job, lanes)) for job in jobs}
                done, running = await asyncio.wait(running, timeout=LANE_POLL, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    if (item := task.result()) is not None:
                        self._count(item)
                        yield item
        finally:
            for task in running:
                task.cancel()

    async def _one(self, job: VisitJob, lanes: Lanes) -> VisitItem | None:
        """One visit when its turn comes; None when its owner's budget for the night is used up."""
        visiting.set(f"{'visit' if self.scope == 'suspect' else self.scope}:{job.site}")
        if self.budgets is None:
            async with lanes.turn(job.site.host, _nobody()):
                return await self.visitor.baseline(job)
        async with lanes.turn(job.site.host, self._keys(self.budgets.owner(job.site), job.site)):
            assert self.frontier is not None
            if why := self.budgets.admit(job.site, await self._addresses(job.site)):
                await self.frontier.leave(job, sentence("E_BUDGET", why))
                return None
            return await self.visitor.visit(job)

    async def _addresses(self, site: SiteKey) -> tuple[str, ...]:
        return (await self.resolver.addresses(site.host)).addresses

    async def _keys(self, owner: str, site: SiteKey) -> tuple[str, ...]:
        return (owner, *await self._addresses(site))

    def _everybodys(self, address: str) -> bool:
        return self.budgets is not None and self.budgets.shared_address(address)

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


async def _nobody() -> tuple[str, ...]:
    return ()


def anybodys(networks: NetworkTable, services: Services, address: str) -> bool:
    """Whether strangers share an address: it is a delivery network's."""
    name = networks.lookup(address).name.lower()
    return any(part in name for part in services.delivery_networks)


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
