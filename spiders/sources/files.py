"""The route that all sources share which are files: find them, read them in pieces, hand on what can be stored.

No network. A subclass names its feed and says how one file is read (tables: ``spiders.feeds.rows``, bare lines:
``spiders.feeds.text``)::

    class TipsSpider(FileSpider):
        name = feed = "tips"

        def read(self, file):
            for row in rows(file.path):  # Row or BadRow, with its number in the file
                if isinstance(row, BadRow):
                    yield row
                elif url := row.first("url", "网址"):
                    yield self.sighting(url, title=row.first("title", "标题"))
                else:
                    yield BadRow(row.number, "没有网址")

Every ``CHUNK`` things that ``read`` yields are one page of the store, so that a killed night goes on at the piece
where it was: ``read`` must yield the same for the same bytes. A file that cannot be read (any further): ``FeedError``.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar

import scrapy
from scrapy.http import Response

from scoring.case import Sighting
from seeds.model import Source
from spiders.clock import now
from spiders.feeds.folder import FeedError, FeedFile, UnknownPageError, feed_files, file_of
from spiders.feeds.pieces import CHUNK, Pieces, told
from spiders.feeds.row import BadRow
from spiders.items import Outcome, SerpItem
from spiders.options import Options
from spiders.sources.task import SearchTask

__all__ = ["CHUNK", "BadRow", "FeedError", "FeedFile", "FileSpider"]

STORE_POLL = 0.005


class FileSpider(scrapy.Spider):
    """Reads the files of one feed: ``scrapy crawl assets -a file=/path/fofa.csv -O out.jsonl``."""

    feed: ClassVar[str]
    """As in ``spiders.feeds.folder.WORDS``."""
    stop_taking = False
    """Set from outside: nothing more is read."""

    def __init__(
        self,
        file: str = "",
        searches: Sequence[SearchTask] = (),
        source: Source | None = None,
        pages: str | int | None = None,
        **kwargs: Any,
    ) -> None:
        """``-a file=`` one file or a folder; without it the files of this feed in ``LOOKALIKE_FEEDS``.

        From a program: ``searches`` whose queries are ``FeedFile.query``. ``pages`` is taken and means nothing.
        """
        super().__init__(**kwargs)
        del pages
        self.source = source
        self.source_id = source.id if source else self.name
        self.given = Path(file) if file else None
        if self.given is not None and not self.given.exists():
            raise ValueError(f"spider {self.name}: -a file={file}: expected a file or a folder that exists")
        self.searches = deque(searches)

    @classmethod
    def files(cls, folder: Path | None) -> tuple[FeedFile, ...]:
        """What there is to read in the feeds folder."""
        return feed_files(folder, cls.feed)

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        """What one file holds, in its order. Raises ``FeedError`` where it cannot be read (any further)."""
        raise NotImplementedError

    def sighting(self, url: str, **fields: Any) -> Sighting:
        """A sighting of this source. Source, query and position that stay empty are filled in when it is handed on."""
        return Sighting(**{"source": "", "query": "", "position": 0, "paid": False, **fields, "url": url})

    async def start(self) -> AsyncIterator[SerpItem]:
        """Every file, piece by piece; the next piece is read when the last one is stored."""
        for file, task in self._tasks():
            for item in self._items(file, task):
                if self.stop_taking:
                    return
                self._count(item)
                yield item
                await self._stored()

    def parse(self, response: Response) -> Iterator[Any]:
        """Files are read in ``start``; nothing is parsed from a response.

        @url data:text/plain,a
        @returns items 0 0
        """
        del response
        yield from ()

    def _tasks(self) -> Iterator[tuple[FeedFile | None, SearchTask]]:
        if self.searches:
            yield from ((None, task) for task in self.searches)
        elif self.given is not None and self.given.is_file():
            file = FeedFile.at(self.given)
            yield file, SearchTask(file.query)
        elif not os.environ.get("SCRAPY_CHECK"):
            yield from ((file, SearchTask(file.query)) for file in self.files(self.given or self._folder()))

    def _items(self, file: FeedFile | None, task: SearchTask) -> Iterator[SerpItem]:
        """The pieces of one file from ``task.page`` on; the last one has no ``next_url``."""
        page = task.page
        try:
            file = file or file_of(self._folder(), task.query)
            found = Pieces(self.read(file), skip=(page - 1) * CHUNK)
            while True:
                piece = found.take()
                yield self._item(task.query, page, file, piece, more=found.more)
                page += 1
                if not found.more:
                    return
        except FeedError as error:
            outcome: Outcome = "unparsed" if isinstance(error, UnknownPageError) else "failed"
            name, note = task.query.rpartition(" ")[0], str(error)[:500]
            yield SerpItem(self.source_id, task.query, page, name, outcome, note=note, seen_at=self._now())

    def _item(self, query: str, page: int, file: FeedFile, piece: list[Sighting | BadRow], *, more: bool) -> SerpItem:
        bad = [row for row in piece if isinstance(row, BadRow)]
        good = len(piece) - len(bad)
        outcome: Outcome = "results" if good or more or page > 1 else "unparsed" if bad else "none"
        item = SerpItem(self.source_id, query, page, file.name, outcome, note=told(bad), seen_at=self._now())
        for place, row in enumerate(piece, (page - 1) * CHUNK + 1):
            if isinstance(row, Sighting):
                item.sightings.append(
                    replace(
                        row,
                        source=row.source or item.source,
                        query=row.query or item.query,
                        position=row.position or place,
                        seen_at=row.seen_at or item.seen_at,
                    )
                )
        if more:
            item.next_url = f"{file.name}#{page * CHUNK + 1}"
        self._inc("bad_rows", len(bad))
        return item

    def _folder(self) -> Path | None:
        feeds = self._options().feeds
        return Path(feeds) if feeds else None

    def _options(self) -> Options:
        return self.crawler.settings.get("LOOKALIKE_OPTIONS") or Options()

    def _now(self) -> datetime:
        return now(self._options())

    async def _stored(self) -> None:
        """Wait until what was handed on is stored: pieces must neither pile up nor overtake each other."""
        engine = self.crawler.engine
        while engine is not None and engine.scraper.slot is not None and engine.scraper.slot.itemproc_size:  # noqa: ASYNC110 - no event
            await asyncio.sleep(STORE_POLL)

    def _count(self, item: SerpItem) -> None:
        self._inc("pages")
        self._inc(item.outcome, len(item.sightings) if item.outcome == "results" else 1)

    def _inc(self, key: str, count: int = 1) -> None:
        if self.crawler.stats is not None:
            self.crawler.stats.inc_value(f"lookalike/serp/{self.name}/{key}", count)
