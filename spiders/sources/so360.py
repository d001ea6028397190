"""360 (so.com)'s web search."""

from __future__ import annotations

from spiders.pages.so360 import So360Page
from spiders.sources.base import SerpSpider


class So360Spider(SerpSpider):
    """Searches 360 (so.com): ``scrapy crawl so360 -a query="免考 速成" -a pages=2 -O out.jsonl``."""

    name = "so360"
    page_class = So360Page
    host = "www.so.com"
    path = "/s"
    query_param = "q"
    asks_twice_when_empty = True
