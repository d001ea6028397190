"""Sogou's WeChat search, for articles and for accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from scrapy.exceptions import IgnoreRequest

from spiders.pages.weixin import WeixinPage, lasting
from spiders.sources.base import SerpSpider

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from spiders.items import SerpItem
    from spiders.pages.base import SerpPage
    from spiders.pages.result import SerpResult


class WeixinSpider(SerpSpider):
    """Searches WeChat articles: ``scrapy crawl weixin -a query="焊工证 免考" -a pages=2 -O out.jsonl``."""

    name = "weixin"
    page_class = WeixinPage
    host = "weixin.sogou.com"
    path = "/weixin"
    query_param = "query"
    extra: ClassVar[dict[str, str]] = {"type": "2", "ie": "utf8"}

    refused = ""
    """The verification page that a redirector led to; ``""`` as long as none did."""

    async def _fill(self, item: SerpItem, page: SerpPage) -> None:
        """As for any engine; a redirector that asks who we are turns us away as the search itself would."""
        self.refused = ""
        await super()._fill(item, page)
        if self.refused:
            item.outcome = "captcha"
            item.note = f"verification page behind a result: {self.refused}; {item.note}"[:300]

    async def _true_url(self, result: SerpResult, page: SerpPage) -> tuple[str, bool]:
        """A result that is hidden by a verification keeps its text and has no address."""
        if self.refused and not result.target:
            return "", False
        url, inside = await super()._true_url(result, page)
        if self.refused and not result.target:
            return "", False
        numbers = page.numbers if isinstance(page, WeixinPage) else {}
        return lasting(url, numbers.get(result.url, "")), inside

    async def _fetch(self, request: Request) -> Response:
        if "/antispider" in request.url:
            self.refused = request.url
            raise IgnoreRequest("a redirector asks who we are")
        return await super()._fetch(request)


class WeixinAccountsSpider(WeixinSpider):
    """Searches WeChat accounts: ``scrapy crawl weixin_accounts -a query=烟台应急管理 -O out.jsonl``."""

    name = "weixin_accounts"
    extra: ClassVar[dict[str, str]] = {"type": "1", "ie": "utf8"}
