"""The reference: Scrapy with its default settings, fetching a list of addresses through a proxy; prints seconds."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess


class PlainSpider(scrapy.Spider):
    name = "plain"
    urls: list[str] = []  # noqa: RUF012
    proxy = ""
    began = 0.0
    handle_httpstatus_all = True

    async def start(self):
        type(self).began = time.perf_counter()
        for url in self.urls:
            yield scrapy.Request(url, meta={"proxy": self.proxy, "handle_httpstatus_all": True}, dont_filter=True)

    def parse(self, response):
        yield {"url": response.url, "bytes": len(response.body)}

    def closed(self, reason):
        sys.stdout.write(f"{time.perf_counter() - self.began:.4f}\n")


if __name__ == "__main__":
    PlainSpider.urls = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    PlainSpider.proxy = sys.argv[1]
    process = CrawlerProcess({"LOG_LEVEL": "ERROR"})
    process.crawl(PlainSpider)
    process.start()
