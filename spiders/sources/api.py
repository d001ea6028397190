"""The route of sources that answer in JSON: the address is the operator's own choice, the key stays in its header.

The key comes from the environment and goes into nothing that is kept: no address, note, log or stored page.
"""

from __future__ import annotations

import os
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response

from spiders.items import SerpItem
from spiders.pages.base import SerpPage
from spiders.pages.json_page import JsonPage
from spiders.sources.base import SerpSpider
from spiders.sources.task import SearchTask

STOPS = frozenset({401, 403})
"""Asking again would be answered alike until somebody has mended it."""
HIDDEN = "***"


class ApiSpider(SerpSpider):
    """A search by interface; subclasses name address, page object, and how the key is sent."""

    page_class: ClassVar[type[JsonPage]]
    key_header: ClassVar[str] = ""
    """Empty: it needs no key."""
    key_form: ClassVar[str] = "{}"
    key_name: ClassVar[str] = ""
    """Environment variable of the key where no source names another."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """As every search; raises ``ValueError`` in one line where the key is missing."""
        super().__init__(*args, **kwargs)
        name = (self.source.key if self.source else "") or self.key_name
        self._key = os.environ.get(name, "").strip() if self.key_header else ""
        if self.key_header and not self._key and not os.environ.get("SCRAPY_CHECK"):
            raise ValueError(f"spider {self.name}: expected a key in the environment: export {name}=…")

    def _request(self, task: SearchTask, *args: Any, **kwargs: Any) -> Request:
        request = super()._request(task, *args, **kwargs)
        request.headers["Accept"] = "application/json"
        if self._key:
            request.headers[self.key_header] = self.key_form.format(self._key)
        request.meta["lookalike_interface"] = True
        return request

    async def _item(self, page: SerpPage, response: Response, task: SearchTask) -> SerpItem:
        item = await super()._item(page, response, task)
        assert isinstance(page, JsonPage)
        if page.error and item.outcome != "results":
            item.outcome = "failed" if item.outcome != "blocked" or page.status in STOPS else "blocked"
            item.note, item.raw = page.error, b""
            self.blocked = self.blocked or page.status in STOPS
        elif page.remark:
            item.note = "; ".join(part for part in (item.note, page.remark) if part)
        if self._key:
            item.note = item.note.replace(self._key, HIDDEN)
            item.raw = item.raw.replace(self._key.encode(), HIDDEN.encode())
        return item
