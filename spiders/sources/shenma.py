"""Shenma's mobile web search, the one behind Quark and UC."""

from __future__ import annotations

from typing import ClassVar

from spiders.pages.shenma import ShenmaPage
from spiders.sources.base import SerpSpider

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; 2311DRK48C) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36"
)


class ShenmaSpider(SerpSpider):
    """Searches Shenma as a phone: ``scrapy crawl shenma -a query="免考 速成" -a pages=2 -O out.jsonl``."""

    name = "shenma"
    page_class = ShenmaPage
    host = "m.sm.cn"
    path = "/s"
    query_param = "q"
    extra: ClassVar[dict[str, str]] = {"page": "1"}
    custom_settings = {**SerpSpider.custom_settings, "USER_AGENT": PHONE}  # noqa: RUF012 - Scrapy's own form
