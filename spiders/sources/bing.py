"""Bing's web search."""

from __future__ import annotations

from typing import ClassVar

from spiders.pages.bing import BingPage
from spiders.sources.base import SerpSpider


class BingSpider(SerpSpider):
    """Searches Bing: ``scrapy crawl bing -a query="免考 速成" -a pages=2 -O out.jsonl``."""

    name = "bing"
    page_class = BingPage
    host = "www.bing.com"
    path = "/search"
    query_param = "q"
    extra: ClassVar[dict[str, str]] = {"mkt": "zh-CN"}
