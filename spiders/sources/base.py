"""The route that all search engines share: ask, read, resolve what is hidden, hand on, go to the next page.

Which words a page holds is the page object's business, whether a site is a fake is nobody's here. A source that
turns us away, or whose hours are over, is left alone for the rest of the night; what it gave before stays.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlencode

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from scoring.case import Sighting
from seeds.model import Source
from spiders.clock import now
from spiders.items import SerpItem
from spiders.options import Options
from spiders.pages.addresses import kind_of
from spiders.pages.base import SerpPage, SerpResult, decode_serp
from spiders.sources import timing
from spiders.sources.manners import forbidden_by_robots, refusal, within_hours
from spiders.sources.redirector import Redirectors
from spiders.sources.task import SearchTask

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

__all__ = ["SearchTask", "SerpSpider"]

DELAY = 6.0
"""Seconds between two requests to one engine where nothing else is said."""
MOST_PAGES = 50
LEFT_ALONE = frozenset({"captcha", "blocked", "robots"})
"""Outcomes after which a source is asked nothing more."""
MOVES = 3
"""Times that one search may be moved to another own address (https, a country's host)."""


class SerpSpider(scrapy.Spider):
    """Common route; subclasses name the engine's address and page object. See ``spiders.sources.baidu``."""

    page_class: ClassVar[type[SerpPage]]
    host: ClassVar[str]
    path: ClassVar[str]
    query_param: ClassVar[str]
    extra: ClassVar[dict[str, str]] = {}
    """Further parameters of a first page."""
    asks_twice_when_empty: ClassVar[bool] = False
    """The first, empty answer sets the cookie that the second one needs."""
    custom_settings = {  # noqa: RUF012 - Scrapy's own form
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1,
        "DOWNLOAD_DELAY": DELAY,
        "RETRY_TIMES": 1,
    }

    def __init__(
        self,
        query: str = "",
        pages: str | int | None = None,
        searches: Sequence[SearchTask] = (),
        source: Source | None = None,
        scheme: str = "https",
        **kwargs: Any,
    ) -> None:
        """``-a query=`` words · ``-a pages=`` result pages a query, 1 to 50.

        From a program: ``searches`` instead of ``query``, ``source`` moves host and path. Raises ``ValueError``
        with one clear line.
        """
        super().__init__(**kwargs)
        self.source = source
        self.scheme = scheme
        self.pages = _pages(self.name, pages if pages is not None else (source.pages if source else 1))
        self.searches = deque(searches or ([SearchTask(query.strip())] if query.strip() else ()))
        if not self.searches and not os.environ.get("SCRAPY_CHECK"):
            raise ValueError(f'spider {self.name}: expected words to search for, got none: add -a query="免考 速成"')
        self.source_id = source.id if source else self.name
        self.blocked = False
        """Set when it has turned us away or its robots.txt forbids the search: nothing more is asked."""
        self.redirectors = Redirectors(self.page_class.layout, self._fetch)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """The pace: ``LOOKALIKE_DELAY`` where it is set, else the spider's own."""
        super().update_settings(settings)
        options: Options | None = settings.get("LOOKALIKE_OPTIONS")
        if options is not None and options.delay is not None:
            settings.set("DOWNLOAD_DELAY", options.delay, priority="spider")

    async def start(self) -> AsyncIterator[Any]:
        """The first search; each answer leads to the next, so that a refusal stops the rest."""
        for request in self._onward():
            yield request

    def search_url(self, query: str) -> str:
        """Address of the first page for ``query``."""
        host = (self.source.host if self.source else "") or self.host
        path = (self.source.path if self.source else "") or self.path
        return f"{self.scheme}://{host}{path}?{urlencode({self.query_param: query, **self.extra})}"

    async def parse(self, response: Response, task: SearchTask | None = None, moves: int = 0) -> AsyncIterator[Any]:
        """One results page: its item, then the next page or the next search.

        @url data:text/html;charset=utf-8,<p>empty</p>
        @returns items 1 1
        """
        task = task or SearchTask("contract")
        page = self.read(response)
        if page.moved_to and moves < MOVES:
            yield self._request(SearchTask(task.query, task.page, page.moved_to), moves + 1, timing.of(response))
            return
        if self.asks_twice_when_empty and not page.html.strip() and response.status == 200 and not moves:  # OK
            yield self._request(task, MOVES, timing.of(response))
            return
        item = await self._item(page, response, task)
        timing.note(item, timing.of(response))
        self._count(item, page)
        yield item
        for request in self._onward(item, task):
            yield request

    def failed(self, failure: Failure) -> Iterator[Any]:
        """No page came: an item that says so, then the next search."""
        request: Request = vars(failure)["request"]  # set by Scrapy
        task: SearchTask = request.cb_kwargs["task"]
        why = f"{failure.type.__name__ if failure.type else 'error'}: {failure.getErrorMessage()}"[:300]
        item = SerpItem(self.source_id, task.query, task.page, request.url, "failed", note=why, seen_at=self._now())
        if forbidden_by_robots(failure):
            item.outcome, item.note = "robots", "robots.txt 不允许"
        timing.note(item, request.meta)
        self._count(item)
        yield item
        yield from self._onward(item, task)

    def read(self, response: Response) -> SerpPage:
        """The page object for an answer."""
        headers = {k.decode("latin-1"): v[0].decode("latin-1") for k, v in response.headers.items() if v}
        html = decode_serp(response.body, headers.get("Content-Type", ""))
        return self.page_class(html, response.url, response.status, headers, self._now())

    async def _item(self, page: SerpPage, response: Response, task: SearchTask) -> SerpItem:
        item = SerpItem(self.source_id, task.query, task.page, response.url, page.outcome, seen_at=self._now())
        if page.outcome == "results":
            item.next_url = page.next_url
            await self._fill(item, page)
        elif refused := refusal(page):
            item.outcome, item.note = refused
        elif page.status >= 400:  # client and server errors
            item.outcome, item.note = "failed", f"HTTP {page.status}"
        elif page.location:
            item.outcome, item.note = "failed", f"redirected to {page.location}"[:300]
        elif page.outcome == "unparsed":
            item.raw = response.body
        return item

    async def _fill(self, item: SerpItem, page: SerpPage) -> None:
        notes = {"into the engine": len(page.blocks) - len(page.results), "redirectors unresolved": 0}
        for result in page.results:
            url, inside = await self._true_url(result, page)
            if inside:
                notes["into the engine"] += 1
                continue
            if not result.target and url == result.url:
                notes["redirectors unresolved"] += 1
            item.sightings.append(self._sighting(result, url, item))
        if page.doubtful:
            notes["results read without the layout, which may have changed"] = len(page.results)
        item.unresolved = notes["redirectors unresolved"]
        item.note = "; ".join(f"{count} {what}" for what, count in notes.items() if count)

    async def _true_url(self, result: SerpResult, page: SerpPage) -> tuple[str, bool]:
        """The address to keep, and whether it lies within the engine."""
        if result.target:
            return result.target, False
        layout = self.page_class.layout
        found = await self.redirectors.target(result.url, page.url)
        self._inc("redirects_resolved" if found else "redirects_unresolved")
        if not found:
            return result.url, kind_of(result.url, page.url, layout) == "perhaps"
        return found, kind_of(found, page.url, layout) != "outside"

    def _sighting(self, result: SerpResult, url: str, item: SerpItem) -> Sighting:
        offset = 0 if result.paid else (item.page - 1) * self.page_class.layout.page_size
        return Sighting(
            source=item.source,
            query=item.query,
            position=offset + result.position,
            paid=result.paid,
            url=url,
            title=result.title,
            snippet=result.snippet,
            display_url=result.display_url,
            seen_at=item.seen_at,
        )

    def _onward(self, item: SerpItem | None = None, task: SearchTask | None = None) -> Iterator[Request]:
        """The next request: the next page of this search, else the next search, else none."""
        if item is not None and item.outcome in LEFT_ALONE:
            self._leave_alone(item)
        if self.blocked or not self._in_hours():
            return
        if item is not None and task is not None and item.next_url and task.page < self.pages:
            yield self._request(SearchTask(task.query, task.page + 1, item.next_url))
        elif self.searches:
            yield self._request(self.searches.popleft())

    def _leave_alone(self, item: SerpItem) -> None:
        self.blocked = True
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value("lookalike/source/blocked")
        told = self.name, item.outcome, item.note, len(self.searches)
        self.logger.warning("%s turns us away (%s: %s); %d searches stay unasked", *told)

    def _in_hours(self) -> bool:
        return self.source is None or within_hours(self.source.hours, self._now())

    def _request(self, task: SearchTask, moves: int = 0, before: Mapping[str, Any] | None = None) -> Request:
        """``before``: the meta of a request that asked for the same; then the time counts from that one."""
        return Request(
            task.url or self.search_url(task.query),
            callback=self.parse,
            errback=self.failed,
            cb_kwargs={"task": task, "moves": moves},
            headers={"Accept-Language": "zh-CN,zh;q=0.9"},
            meta={
                "dont_redirect": True,
                "handle_httpstatus_all": True,
                "lookalike_reason": f"search:{self.source_id}",
                timing.ASKED: timing.begun(self._now(), before),
            },
            dont_filter=True,
        )

    async def _fetch(self, request: Request) -> Response:
        request.meta.setdefault("lookalike_reason", f"redirector:{self.source_id}")
        engine = self.crawler.engine
        if engine is None:
            raise RuntimeError("no crawl is running")
        return await engine.download_async(request)

    def _now(self) -> datetime:
        options: Options | None = self.crawler.settings.get("LOOKALIKE_OPTIONS")
        return now(options or Options())

    def _count(self, item: SerpItem, page: SerpPage | None = None) -> None:
        self._inc("pages")
        if item.outcome != "results":
            self._inc(item.outcome)
            return
        self._inc("results", sum(not s.paid for s in item.sightings))
        self._inc("paid", sum(s.paid for s in item.sightings))
        if page is not None and page.doubtful:
            self._inc("doubtful")

    def _inc(self, key: str, count: int = 1) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"lookalike/serp/{self.name}/{key}", count)


def _pages(name: str, value: str | int) -> int:
    try:
        pages = int(value)
    except ValueError:
        pages = 0
    if not 1 <= pages <= MOST_PAGES:
        raise ValueError(f"spider {name}: -a pages={value}: expected a whole number from 1 to {MOST_PAGES}")
    return pages
