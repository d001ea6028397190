"""A Bing-style search interface with a key."""

from __future__ import annotations

from typing import ClassVar

from spiders.pages.bing_api import COUNT, BingApiPage
from spiders.sources.api import ApiSpider


class BingApiSpider(ApiSpider):
    """Searches by interface: ``LOOKALIKE_BING_KEY=… scrapy crawl bing_api -a query="免考 速成" -a pages=2``.

    Microsoft's own address was switched off in August 2025: the source's row names the host of whoever serves the
    format now.
    """

    name = "bing_api"
    page_class = BingApiPage
    host = "api.bing.microsoft.com"
    path = "/v7.0/search"
    query_param = "q"
    extra: ClassVar[dict[str, str]] = {"mkt": "zh-CN", "count": str(COUNT), "offset": "0"}
    key_header = "Ocp-Apim-Subscription-Key"
    key_name = "LOOKALIKE_BING_KEY"
