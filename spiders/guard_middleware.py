"""Asks the guard about every request of Scrapy's, and sends what passes through the exit proxy."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from typing import TYPE_CHECKING

from scrapy.exceptions import IgnoreRequest

from spiders.guard import guard_for
from spiders.options import Options
from spiders.refusal import Refused

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler

    from seeds.model import Source

logger = logging.getLogger(__name__)


@lru_cache(maxsize=1)
def warn_of_proxies() -> tuple[str, ...]:
    """Say once that proxies of the environment are not used, and which: they would lead around the settings."""
    names = ("http_proxy", "https_proxy", "all_proxy", "ftp_proxy")
    found = tuple(name for name in (*names, *map(str.upper, names)) if os.environ.get(name))
    if found:
        logger.warning("环境变量 %s 不起作用；出口代理只由 LOOKALIKE_PROXY 设定", "、".join(found))
    return found


class GuardMiddleware:
    """Downloader middleware: refuses what the guard refuses, and sends the rest through the exit proxy."""

    def __init__(self, options: Options, proxy: str = "") -> None:
        """``proxy``: the source's own exit; empty: the common one."""
        self._proxy = proxy or options.proxy
        self._guard = guard_for(options)
        self._guard.add_exit(proxy)
        warn_of_proxies()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> GuardMiddleware:
        source: Source | None = getattr(crawler.spider, "source", None)
        return cls(crawler.settings["LOOKALIKE_OPTIONS"], source.proxy if source is not None else "")

    async def process_request(self, request: Request) -> None:
        if request.url.startswith("data:"):
            return  # carries its own content; used by contracts, never by suspects (E_SCHEME on redirects)
        interface = bool(request.meta.get("lookalike_interface"))  # set by spiders of interfaces, never by a page
        if request.method != "GET" and not (interface and request.method == "POST"):
            raise IgnoreRequest(f"only GET is ever sent, not {request.method}")
        try:
            passed = await self._guard.check(request.url, own=interface)
        except Refused as refusal:
            raise IgnoreRequest(str(refusal)) from refusal
        request.meta["lookalike_addresses"] = passed.addresses
        if self._proxy and not passed.inside:
            request.meta["proxy"] = self._proxy
