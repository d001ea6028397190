"""Sogou's web search."""

from __future__ import annotations

from spiders.pages.sogou import SogouPage
from spiders.sources.base import SerpSpider


class SogouSpider(SerpSpider):
    """Searches Sogou: ``scrapy crawl sogou -a query="免考 速成" -a pages=2 -O out.jsonl``."""

    name = "sogou"
    page_class = SogouPage
    host = "www.sogou.com"
    path = "/web"
    query_param = "query"
