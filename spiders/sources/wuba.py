"""58.com's search of one city after the other."""

from __future__ import annotations

from spiders.pages.wuba import WubaPage
from spiders.sources.city import CitySpider


class WubaSpider(CitySpider):
    """Searches ads on 58.com: ``scrapy crawl wuba -a query=电工证 -a cities=烟台,weihai -O out.jsonl``."""

    name = "wuba"
    page_class = WubaPage
    host = "58.com"
    path = "/sou/"
    query_param = "key"
