"""Runs Scrapy spiders inside one asyncio program, and tells the truth about how they ended.

``scrapy crawl`` exits 0 when a callback raises; here every crawl returns its stats and what broke, and a
night is one coroutine under one reactor.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scrapy import signals
from scrapy.crawler import AsyncCrawlerRunner, Crawler
from scrapy.settings import Settings
from scrapy.utils.misc import load_object
from scrapy.utils.reactor import install_reactor
from twisted.python.failure import Failure

from lookalike.stopping import PATIENCE, stopped_by_signals

T = TypeVar("T")

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"
LOOP = None if sys.platform == "win32" else "uvloop.Loop"
Sink = Callable[[Any], Awaitable[None]]

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Crawled:
    """How one crawl ended: Scrapy's finish reason, its stats, and the failures that Scrapy would only log."""

    spider: str
    reason: str
    stats: dict[str, Any] = field(default_factory=dict)
    failures: tuple[str, ...] = ()


def project_settings(**overrides: Any) -> Settings:
    """``spiders.settings`` with overrides at command-line priority."""
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    for name, value in overrides.items():
        settings.set(name, value, priority="cmdline")
    return settings


async def crawl(spider: type[Any], settings: Settings, sink: Sink, **arguments: Any) -> Crawled:
    """Run one spider to its end; every item goes to ``sink``, whose first exception ends the crawl and is raised."""
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(spider)
    _install_resolver(crawler)
    broken: list[Exception] = []
    failures: list[str] = []
    stopping: list[asyncio.Future[None]] = []

    async def keep(item: Any) -> None:
        if broken:
            return  # what cannot be stored must not be marked as done
        try:
            await sink(item)
        except Exception as error:  # noqa: BLE001 - raised again below, outside of Scrapy, which would only log it
            broken.append(error)
            stopping.append(asyncio.ensure_future(_stop(crawler)))

    def note(failure: Failure) -> None:
        failures.append(f"{type(failure.value).__name__}: {failure.value}")

    crawler.signals.connect(keep, signal=signals.item_scraped)
    crawler.signals.connect(note, signal=signals.spider_error)
    await runner.crawl(crawler, **arguments)
    if broken:
        await asyncio.gather(*stopping, return_exceptions=True)
        raise broken[0]
    stats = dict(crawler.stats.get_stats()) if crawler.stats is not None else {}
    return Crawled(spider.name, str(stats.get("finish_reason", "not started")), stats, tuple(failures))


async def _stop(crawler: Crawler) -> None:
    """End a crawl early: items of ``start()`` first, since Scrapy waits for ever for those in hand when it closes."""
    spider: Any = crawler.spider
    if hasattr(spider, "stop_taking"):
        spider.stop_taking = True
    slot = crawler.engine.scraper.slot if crawler.engine is not None else None
    while slot is not None and slot.itemproc_size:  # noqa: ASYNC110 - the engine offers a number, not an event
        await asyncio.sleep(0.01)
    await crawler.stop_async()


def _install_resolver(crawler: Crawler) -> None:
    """``scrapy crawl`` installs ``DNS_RESOLVER`` itself; a runner leaves it out, and with it the guard's addresses."""
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    resolver = load_object(crawler.settings["DNS_RESOLVER"])
    resolver.from_crawler(crawler, reactor).install_on_reactor()


def _calm_collector() -> None:
    """A crawl makes many small objects that die young and few cycles: the default thresholds cost a fifth of its time.

    What is loaded by now (modules, tables, automata) stays to the end and need not be walked again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def run(main: Callable[[], Coroutine[Any, Any, T]], patience: float = PATIENCE) -> T:
    """Run ``main()`` under the asyncio reactor until it ends; once a process, since a reactor cannot be restarted.

    SIGTERM ends it within ``patience`` seconds with ``SystemExit(143)``, Ctrl-C with ``KeyboardInterrupt``.
    """
    _calm_collector()
    install_reactor(REACTOR, LOOP)
    from twisted.internet import reactor as installed  # noqa: PLC0415 - importing it installs one

    reactor: Any = installed

    ended: list[T] = []
    errors: list[BaseException] = []
    tasks: list[asyncio.Future[None]] = []

    with stopped_by_signals(patience) as stopping:

        async def guarded() -> None:
            try:
                ended.append(await main())
            except BaseException as error:  # noqa: BLE001 - carried out of the reactor and raised below
                errors.append(error)
            finally:
                reactor.callLater(0, reactor.stop)

        def begin() -> None:
            tasks.append(asyncio.ensure_future(guarded()))
            stopping.watch(tasks[0])

        reactor.callWhenRunning(begin)
        reactor.run(installSignalHandlers=False)
        if stopping.signum is not None:
            raise stopping.exit()
    if errors:
        raise errors[0]
    return ended[0]
