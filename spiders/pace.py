"""Pace by address: requests to one address wait for each other, whoever's hosts stand there.

Within a process the downloader keeps the pace of a host by itself. A pace that other processes share keeps both, and
is given by whoever runs several. Addresses of delivery networks are everybody's and have no pace.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Mapping
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from spiders.options import Options

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

SHARED = "LOOKALIKE_PACE"
"""Scrapy setting: the pace that several processes keep together; None: this process is alone."""
SHARE = 0.25
"""Part of a host's delay that is an address's, where the settings say nothing else."""
JITTER = 0.5
"""Between half and one and a half of a delay, as the downloader has it for hosts."""
KEPT = 100_000
"""Addresses remembered; the oldest goes first."""


class Pace(Protocol):
    """Keeps requests apart."""

    async def turn(self, gaps: Mapping[str, float]) -> None:
        """Wait for the next place of every name (``host:…``, ``address:…``); each gap in seconds follows it."""
        ...


def address_delay(options: Options) -> float:
    """Seconds between two requests to one address."""
    if options.address_delay is not None:
        return options.address_delay
    return SHARE * (1.0 if options.delay is None else options.delay)


class OwnPace:
    """That of one process, over all its crawls."""

    def __init__(self) -> None:
        self._next: dict[str, float] = {}

    async def turn(self, gaps: Mapping[str, float]) -> None:
        now = monotonic()
        last = now
        for name, gap in gaps.items():
            if name.startswith("host:"):
                continue  # the downloader's
            mine = max(now, self._next.pop(name, now))
            self._next[name] = mine + gap
            last = max(last, mine)
            if len(self._next) > KEPT:
                del self._next[next(iter(self._next))]
        if last > now:
            await asyncio.sleep(last - now)


@cache
def own_pace() -> OwnPace:
    """The process's own."""
    return OwnPace()


class PaceMiddleware:
    """Downloader middleware: a request waits for the places of its host and addresses before it is sent."""

    def __init__(self, crawler: Crawler) -> None:
        options: Options = crawler.settings["LOOKALIKE_OPTIONS"]
        self._crawler = crawler
        self._pace: Pace = crawler.settings.get(SHARED) or own_pace()
        self._host = crawler.settings.getfloat("DOWNLOAD_DELAY")
        self._address = address_delay(options)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PaceMiddleware:
        return cls(crawler)

    async def process_request(self, request: Request) -> None:
        gaps = self._gaps(request)
        if gaps:
            await self._pace.turn(gaps)

    def _gaps(self, request: Request) -> dict[str, float]:
        budgets = getattr(self._crawler.spider, "budgets", None)
        gaps = {}
        if self._host > 0 and (host := urlsplit(request.url).hostname):
            gaps[f"host:{host}"] = _about(self._host)
        if self._address > 0:
            for address in request.meta.get("lookalike_addresses") or ():
                if budgets is None or not budgets.shared_address(address):
                    gaps[f"address:{address}"] = _about(self._address)
        return gaps


def _about(seconds: float) -> float:
    return random.uniform(1 - JITTER, 1 + JITTER) * seconds  # noqa: S311 - a pause, no secret
