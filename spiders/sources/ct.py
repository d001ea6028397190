"""Names of certificates, as transparency logs and their mirrors tell them, that lie in the feeds folder."""

from __future__ import annotations

from spiders.sources.screened import ScreenedSpider


class CtSpider(ScreenedSpider):
    """Judges the names of certificates: ``scrapy crawl ct -a file=/path/certstream.jsonl -O out.jsonl``."""

    name = feed = "ct"
    title = "证书透明日志"
