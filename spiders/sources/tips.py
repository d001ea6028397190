"""Reports of the hotline and the public that lie in the feeds folder."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.case import Sighting
from spiders.feeds.folder import FeedError, FeedFile, file_of
from spiders.feeds.row import BadRow
from spiders.feeds.tip_items import sightings, tip_items
from spiders.feeds.tips import tips
from spiders.items import SerpItem
from spiders.sources.files import FileSpider
from spiders.sources.task import SearchTask


class TipsSpider(FileSpider):
    """Reads reports: ``scrapy crawl tips -a file=/path/12345.xlsx -O out.jsonl``."""

    name = feed = "tips"

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        """The addresses of every report."""
        for row in tips(file.path):
            if isinstance(row, BadRow):
                yield row
            else:
                yield from sightings([row], self.source_id, file.name, self._now())

    def _items(self, file: FeedFile | None, task: SearchTask) -> Iterator[SerpItem]:
        """The pieces with the reports themselves: what has no address may hold a seller."""
        page = task.page
        try:
            file = file or file_of(self._folder(), task.query)
            found, now = tips(file.path), self._now()
            for item in tip_items(found, source=self.source_id, query=task.query, name=file.name, now=now, page=page):
                page = item.page + 1
                yield item
        except FeedError as error:
            yield SerpItem(self.source_id, task.query, page, "", "failed", note=str(error)[:500], seen_at=self._now())
