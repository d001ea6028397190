"""Baidu's official search interface with a key."""

from __future__ import annotations

import json
from typing import Any, ClassVar

from scrapy import Request

from spiders.pages.baidu_api import TOP, BaiduApiPage
from spiders.sources.api import ApiSpider
from spiders.sources.task import SearchTask


class BaiduApiSpider(ApiSpider):
    """Searches by interface: ``LOOKALIKE_BAIDU_KEY=… scrapy crawl baidu_api -a query="免考 速成"``.

    Qianfan's web search of 2025; the words go in a POST body, the key as ``Authorization: Bearer``.
    """

    name = "baidu_api"
    page_class = BaiduApiPage
    host = "qianfan.baidubce.com"
    path = "/v2/ai_search/web_search"
    query_param = "q"
    extra: ClassVar[dict[str, str]] = {}
    key_header = "Authorization"
    key_form = "Bearer {}"
    key_name = "LOOKALIKE_BAIDU_KEY"

    def search_url(self, query: str) -> str:
        """The same for every query."""
        return super().search_url(query).partition("?")[0]

    def _request(self, task: SearchTask, *args: Any, **kwargs: Any) -> Request:
        asked = {
            "messages": [{"role": "user", "content": task.query}],
            "search_source": "baidu_search_v2",
            "resource_type_filter": [{"type": "web", "top_k": TOP}],
        }
        request = super()._request(task, *args, **kwargs)
        request.headers["Content-Type"] = "application/json"
        return request.replace(method="POST", body=json.dumps(asked, ensure_ascii=False).encode())
