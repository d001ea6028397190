"""Weibo's search."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import re2

from spiders.pages.weibo import WeiboPage
from spiders.sources.base import SerpSpider

if TYPE_CHECKING:
    from spiders.items import SerpItem
    from spiders.pages.base import SerpPage

_SHORT = re2.compile(r"https?://t\.cn/[A-Za-z0-9]{1,20}")


class WeiboSpider(SerpSpider):
    """Searches Weibo: ``scrapy crawl weibo -a query="焊工证 免考" -a pages=2 -O out.jsonl``."""

    name = "weibo"
    page_class = WeiboPage
    host = "s.weibo.com"
    path = "/weibo"
    query_param = "q"

    async def _fill(self, item: SerpItem, page: SerpPage) -> None:
        """As for any engine; posts then show where their short links lead."""
        await super()._fill(item, page)
        item.sightings = [replace(seen, snippet=_SHORT.sub(self._led_to, seen.snippet)) for seen in item.sightings]

    def _led_to(self, short: Any) -> str:
        return self.redirectors.known(short[0]) or str(short[0])
