"""Tieba: search within it, and the threads of one forum."""

from __future__ import annotations

from typing import ClassVar

from spiders.pages.tieba import TiebaForumPage, TiebaPage
from spiders.sources.base import SerpSpider


class TiebaSpider(SerpSpider):
    """Searches posts: ``scrapy crawl tieba -a query="电工证 代办" -a pages=2 -O out.jsonl``."""

    name = "tieba"
    page_class = TiebaPage
    host = "tieba.baidu.com"
    path = "/f/search/res"
    query_param = "qw"
    extra: ClassVar[dict[str, str]] = {"ie": "utf-8"}


class TiebaForumSpider(SerpSpider):
    """Lists a forum's threads, the newest reply first: ``scrapy crawl tieba_forum -a query=电工 -O out.jsonl``."""

    name = "tieba_forum"
    page_class = TiebaForumPage
    host = "tieba.baidu.com"
    path = "/f"
    query_param = "kw"
    extra: ClassVar[dict[str, str]] = {"ie": "utf-8"}
