"""Runs Scrapy spiders inside one asyncio program, and tells the truth about how they ended.

``scrapy crawl`` exits 0 when a callback raises; here every crawl returns its stats and its reason, and a
night is one coroutine under one reactor.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

from scrapy.crawler import AsyncCrawlerRunner
from scrapy.settings import Settings
from scrapy.utils.log import configure_logging
from scrapy.utils.reactor import install_reactor

T = TypeVar("T")

REACTOR = "twisted.internet.asyncioreactor.AsyncioSelectorReactor"


@dataclass(frozen=True, slots=True)
class Crawled:
    """How one crawl ended: Scrapy's finish reason, its stats, and errors that Scrapy itself would hide."""

    spider: str
    reason: str
    stats: dict[str, Any] = field(default_factory=dict)

    @property
    def errors(self) -> int:
        """Exceptions in callbacks and pipelines, and logged errors."""
        return int(self.stats.get("log_count/ERROR", 0)) + int(self.stats.get("log_count/CRITICAL", 0))


def project_settings(**overrides: Any) -> Settings:
    """``spiders.settings`` with overrides at command-line priority."""
    settings = Settings()
    settings.setmodule("spiders.settings", priority="project")
    for name, value in overrides.items():
        settings.set(name, value, priority="cmdline")
    return settings


async def crawl(spider: type[Any], settings: Settings, **arguments: Any) -> Crawled:
    """Run one spider to its end under the running reactor."""
    runner = AsyncCrawlerRunner(settings)
    crawler = runner.create_crawler(spider)
    await runner.crawl(crawler, **arguments)
    stats = dict(crawler.stats.get_stats()) if crawler.stats is not None else {}
    return Crawled(spider.name, str(stats.get("finish_reason", "not started")), stats)


def run(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run ``main()`` under the asyncio reactor until it ends; once a process, since a reactor cannot be restarted."""
    configure_logging({"LOG_ENABLED": True, "LOG_LEVEL": logging.getLevelName(logging.getLogger().level)}, False)
    install_reactor(REACTOR)
    from twisted.internet import reactor  # noqa: PLC0415 - importing it installs one

    outcome: dict[str, Any] = {}

    async def guarded() -> None:
        try:
            outcome["value"] = await main()
        except BaseException as error:  # noqa: BLE001 - carried out of the reactor and raised below
            outcome["error"] = error
        finally:
            reactor.callLater(0, reactor.stop)

    reactor.callWhenRunning(lambda: outcome.setdefault("task", asyncio.ensure_future(guarded())))
    reactor.run()
    if "error" in outcome:
        raise outcome["error"]
    if "value" not in outcome:
        raise KeyboardInterrupt
    return outcome["value"]  # type: ignore[no-any-return]
