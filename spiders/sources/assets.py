"""Exports of asset search engines: FOFA, Hunter, Quake, urlscan and their like."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.case import Sighting
from scoring.sitekey import site_key
from seeds.model import SharedHosts
from spiders.feeds.assets import Asset, assets_in, line_asset
from spiders.feeds.row import BadRow, Row
from spiders.feeds.rows import rows
from spiders.feeds.text import lines
from spiders.sources.files import FeedFile, FileSpider

NO_SHARED = SharedHosts()
"""Only whether an address names a site is asked here."""


class AssetsSpider(FileSpider):
    """Reads an export: ``scrapy crawl assets -a file=/path/fofa.csv -O out.jsonl``."""

    name = "assets"
    feed = "assets"

    def read(self, file: FeedFile) -> Iterator[Sighting | BadRow]:
        """Every website of every row."""
        for number, found in _found(file):
            if isinstance(found, BadRow):
                yield found
                continue
            try:
                site_key(found.url, NO_SHARED)
            except ValueError:
                yield BadRow(number, "网址无效")
                continue
            yield self.sighting(found.url, title=found.title[:300], snippet=found.facts)


def _found(file: FeedFile) -> Iterator[tuple[int, Asset | BadRow]]:
    if file.path.suffix.lower() == ".txt":
        for line in lines(file.path):
            found = line if isinstance(line, BadRow) else line_asset(line.number, line.text)
            if found is not None:
                yield line.number, found
        return
    for row in rows(file.path):
        for asset in assets_in(row) if isinstance(row, Row) else (row,):
            yield row.number, asset
