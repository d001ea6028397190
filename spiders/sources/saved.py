"""Pages of results that an analyst's own browser saved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import re2

from scoring.case import Sighting
from spiders.feeds.folder import UnknownPageError
from spiders.feeds.row import BadRow
from spiders.feeds.saved import saved_page
from spiders.pages.engines import Recognised, recognise
from spiders.pages.result import SerpResult
from spiders.sources.files import FeedFile, FileSpider

_SHOWN = re2.compile(
    r"(?i)(?:https?://)?((?:[a-z0-9_-]{1,63}\.)+[a-z][a-z0-9-]{1,62})(?::(\d{1,5}))?(?:[/?…>›\s]|\.\.\.|$)"
)
"""A host that a result prints, its path cut or not."""


class SavedSpider(FileSpider):
    """Reads saved pages: ``scrapy crawl saved -a file=/path/页面.mhtml -O out.jsonl``.

    Sightings name the engine and the words of the page. A target that the page hides behind the engine's redirector is
    taken from the address that the result prints; where it prints none, the redirector's own stays.
    """

    name = "saved"
    feed = "saved"

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        """Every result of the page. Raises ``UnknownPageError`` for a page that no reader knows."""
        saved = saved_page(file.path)
        found = recognise(saved.html, saved.url, saved.saved_at or self._now())
        if found is None:
            raise UnknownPageError(f"{file.name}：认不出是哪个搜索引擎的结果页；用“网页，全部”或 .mhtml 重新保存")
        outcome = found.page.outcome
        if outcome == "captcha":
            raise UnknownPageError(f"{file.name}：这是{found.engine.id}的验证页，不是结果页")
        if outcome == "unparsed":
            raise UnknownPageError(f"{file.name}：像是{found.engine.id}的页面，但读不出结果，版式可能已变")
        for result in found.page.results:
            yield self._seen(result, found, saved.saved_at)

    def _seen(self, result: SerpResult, found: Recognised, at: datetime | None) -> Sighting:
        return self.sighting(
            result.target or shown_address(result.display_url) or result.url,
            source=found.engine.id,
            query=found.query,
            position=result.position + (0 if result.paid else found.offset),
            paid=result.paid,
            title=result.title,
            snippet=result.snippet,
            display_url=result.display_url,
            seen_at=at,
        )


def shown_address(display: str) -> str:
    """The site of ``www.a.example/b/…``; ``""`` for a name of a site that is no host."""
    shown = _SHOWN.match(display.strip())
    if shown is None:
        return ""
    host, port = shown.groups()
    return f"http://{host.lower()}{':' + port if port else ''}/"
