"""Scrapy's extension that escapes its logs: ``scrapy crawl`` sets up its own handler before any of our code runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy import signals

from spiders.log_lines import escape_all

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class EscapedLogs:
    """At its making and when the engine starts: in between Scrapy may set the handler up anew."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> EscapedLogs:
        escape_all()
        crawler.signals.connect(escape_all, signal=signals.engine_started)
        return cls()
