"""A unit's own SearXNG, asked for JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode, urlsplit

from spiders.options import Options
from spiders.pages.searxng import SearxngPage
from spiders.sources.api import ApiSpider

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class SearxngSpider(ApiSpider):
    """Searches a SearXNG: ``LOOKALIKE_SEARXNG=http://10.0.0.8:8080 scrapy crawl searxng -a query="免考 速成"``.

    The address is ``LOOKALIKE_SEARXNG``, else https and the source's host; SearXNG's settings must allow ``json``.
    """

    name = "searxng"
    page_class = SearxngPage
    host = ""
    path = "/search"
    query_param = "q"
    extra: ClassVar[dict[str, str]] = {"format": "json", "language": "zh-CN", "safesearch": "0", "pageno": "1"}
    address = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> SearxngSpider:
        """Raises ``ValueError`` in one line where no address is known."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        options: Options | None = crawler.settings.get("LOOKALIKE_OPTIONS")
        spider.address = options.searxng if options else ""
        if spider.searches and not spider.address and not (spider.source and spider.source.host):
            raise ValueError(f"spider {cls.name}: expected an address: export LOOKALIKE_SEARXNG=http://host:port")
        return spider

    def search_url(self, query: str) -> str:
        """Address of the first page; below a path where the SearXNG is served at one."""
        if not self.address:
            return super().search_url(query)
        parts = urlsplit(self.address)
        path = parts.path.rstrip("/").removesuffix(self.path) + self.path
        return f"{parts.scheme}://{parts.netloc}{path}?{urlencode({self.query_param: query, **self.extra})}"
