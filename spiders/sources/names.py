"""Newly registered names, zone lists and the like that lie in the feeds folder."""

from __future__ import annotations

from spiders.sources.screened import ScreenedSpider


class NamesSpider(ScreenedSpider):
    """Judges lists of names: ``scrapy crawl names -a file=/path/nrd.txt.gz -O out.jsonl``."""

    name = feed = "names"
    title = "新注册域名"
