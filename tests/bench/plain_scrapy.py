"""The reference: Scrapy with its default settings, fetching a list of addresses through a proxy; prints Scrapy's elapsed seconds."""

from __future__ import annotations

import sys
from pathlib import Path

import scrapy
from scrapy.crawler import CrawlerProcess


class PlainSpider(scrapy.Spider):
    name = "plain"
    urls: list[str] = []  # noqa: RUF012
    proxy = ""
    handle_httpstatus_all = True

    async def start(self):
        for url in self.urls:
            yield scrapy.Request(url, meta={"proxy": self.proxy, "handle_httpstatus_all": True}, dont_filter=True)

    def parse(self, response):
        yield {"url": response.url, "bytes": len(response.body)}


if __name__ == "__main__":
    PlainSpider.urls = Path(sys.argv[2]).read_text(encoding="utf-8").split()
    PlainSpider.proxy = sys.argv[1]
    process = CrawlerProcess({"LOG_LEVEL": "ERROR"})
    crawler = process.create_crawler(PlainSpider)
    process.crawl(crawler)
    process.start()
    sys.stdout.write(f"{crawler.stats.get_value('elapsed_time_seconds'):.4f}\n")
