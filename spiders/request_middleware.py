"""Downloader middleware that tells the request log of everything that passes through Scrapy.

It stands next to the downloader: answers are seen as they came, every retry by itself; what any middleware before it
refused reaches it as an exception.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from scrapy import signals
from scrapy.exceptions import IgnoreRequest

from seeds.model import Source
from spiders import clock, failing
from spiders.http_handler import header_bomb
from spiders.masking import keep_secret
from spiders.options import Options
from spiders.refusal import Refused
from spiders.request_log import ENTRY, UNFINISHED, Entry, log_for

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

CUTS = {"length": "E_TOO_LONG", "time": "E_TIMEOUT"}


def code_of(exception: BaseException) -> str:
    """The code of what the downloader, or a middleware before it, raised."""
    if header_bomb(exception) is not None:
        return "E_HEADERS"
    if isinstance(exception, IgnoreRequest) and not isinstance(exception.__cause__, Refused):
        return "E_ROBOTS" if "robots.txt" in str(exception) else "E_METHOD"
    return failing.code_of(exception)[0]


class RequestLogMiddleware:
    """Writes one line a request; requests say why in their meta, as ``lookalike_reason``."""

    def __init__(self, options: Options, spider: str) -> None:
        self._options = options
        self._log = log_for(options)
        self._spider = spider
        self._mine: dict[int, Entry] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RequestLogMiddleware:
        middleware = cls(crawler.settings["LOOKALIKE_OPTIONS"], crawler.spidercls.name)
        source: Source | None = getattr(crawler.spider, "source", None)
        if source is not None and source.key:
            keep_secret(os.environ.get(source.key, ""))
        crawler.signals.connect(middleware.spider_closed, signal=signals.spider_closed)
        return middleware

    def process_request(self, request: Request) -> None:
        if not request.url.startswith("data:"):
            entry = request.meta[ENTRY] = self._entry(request)
            self._mine[id(entry)] = self._log.begin(entry)

    def process_response(self, request: Request, response: Response) -> Response:
        if (entry := self._taken(request)) is not None:
            entry.status, entry.size = response.status, len(response.body)
            cut = CUTS.get(request.meta.get("lookalike_cut", ""), "")
            entry.code = cut or ("E_TRUNCATED" if "dataloss" in response.flags else "")
            self._log.end(entry)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        if request.url.startswith("data:"):
            return
        entry = self._taken(request) or self._entry(request)
        entry.code = code_of(exception)
        self._log.end(entry)

    def spider_closed(self) -> None:
        """What nobody waits for any more is written as unfinished."""
        for entry in self._mine.values():
            entry.code = UNFINISHED
            self._log.end(entry)
        self._mine.clear()

    def _taken(self, request: Request) -> Entry | None:
        entry: Entry | None = request.meta.pop(ENTRY, None)
        return self._mine.pop(id(entry), None) if entry is not None else None

    def _entry(self, request: Request) -> Entry:
        meta = request.meta
        robots = meta.get("dont_obey_robotstxt") and request.url.endswith("/robots.txt")
        return Entry(
            clock.now(self._options),
            "robots" if robots else meta.get("lookalike_reason") or f"crawl:{self._spider}",
            request.method,
            request.url,
            client=meta.get("lookalike_client", ""),
            proxy=meta.get("proxy") or "",
            addresses=tuple(meta.get("lookalike_addresses") or ()),
        )
