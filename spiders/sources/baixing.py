"""Baixing's search of one city after the other."""

from __future__ import annotations

from spiders.pages.baixing import BaixingPage
from spiders.sources.city import CitySpider


class BaixingSpider(CitySpider):
    """Searches ads on Baixing: ``scrapy crawl baixing -a query=电工证 -a cities=烟台 -O out.jsonl``."""

    name = "baixing"
    page_class = BaixingPage
    host = "baixing.com"
    path = "/search/"
    query_param = "query"
