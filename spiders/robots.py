"""robots.txt within bounds: 512 kB and 10 s, no redirects; what cannot be read allows, and the log says so.

Whether it is obeyed at all stands in each source's row; RFC 9309 asks that at least 500 KiB are read.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest

from spiders.http_handler import stop_at_limit
from spiders.refusal import sentence

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.crawler import Crawler
    from scrapy.http import Response

MAX_BYTES = 512 * 1024
SECONDS = 10.0
MAX_LINE = 500
MAX_STARS = 8
"""Wildcards of one rule; the reader turns each into a pattern that may look back."""
PATH = "/robots.txt"

logger = logging.getLogger(__name__)


class BoundedRobots(RobotsTxtMiddleware):
    """Scrapy's own, whose request for the file knows no bounds."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> BoundedRobots:
        found = cls(crawler)
        crawler.signals.connect(stop_at_limit, signal=signals.bytes_received)
        return found

    async def process_request(self, request: Request, spider: Any = None) -> None:
        """Bound the request for the file itself, which passes here too; check every other one."""
        del spider
        if request.meta.get("dont_obey_robotstxt") and urlsplit(request.url).path == PATH:
            request.meta.update(
                dont_retry=True,
                download_timeout=SECONDS,
                download_maxsize=0,
                lookalike_limit=MAX_BYTES,
                lookalike_seconds=SECONDS - 1,
            )
        await super().process_request(request)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        rules = usable(response)
        if rules is None:
            _tell(netloc, f"HTTP {response.status}")
        await super()._parse_robots(response.replace(body=rules or b""), netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest) or "robots" not in str(exc):
            _tell(netloc, f"{type(exc).__name__} {exc}")
        super()._robots_error(exc, netloc)


def usable(response: Response) -> bytes | None:
    """The lines that a reader of rules may be given; None where the answer is no such file."""
    body = response.body[:MAX_BYTES]
    if response.status != 200 or body.lstrip()[:1] == b"<":
        return None
    lines = (line for line in body.splitlines() if len(line) <= MAX_LINE and line.count(b"*") <= MAX_STARS)
    return b"\n".join(lines)


def _tell(netloc: str, why: str) -> None:
    logger.warning("%s", sentence("E_ROBOTS", f"{netloc}（{why}），按允许处理"))
