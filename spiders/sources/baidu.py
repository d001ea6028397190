"""Baidu's web search."""

from __future__ import annotations

from spiders.pages.baidu import BaiduPage
from spiders.sources.base import SerpSpider


class BaiduSpider(SerpSpider):
    """Searches Baidu: ``scrapy crawl baidu -a query="免考 速成" -a pages=2 -O out.jsonl``."""

    name = "baidu"
    page_class = BaiduPage
    host = "www.baidu.com"
    path = "/s"
    query_param = "wd"
