"""A Bing-style JSON answer: ``webPages.value[]``, and ``ads.value[]`` where the contract includes them.

Written for version 7 of Microsoft's Bing Web Search API, retired in August 2025; others serve the same format.
Facts: learn.microsoft.com, bing-web-search, response objects and error codes.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from spiders.pages.base import SerpResult
from spiders.pages.bing import LAYOUT as BING
from spiders.pages.blocks import tidy
from spiders.pages.json_page import PLAIN, JsonPage
from spiders.pages.layout import Layout
from spiders.pages.numbering import number_in, numbered

COUNT = 50
"""Results a request, the most that version 7 gives."""
LAYOUT = replace(PLAIN, domains=BING.domains, redirectors=BING.redirectors, page_size=COUNT)


class BingApiPage(JsonPage):
    """One answer of a Bing-style interface."""

    layout: ClassVar[Layout] = LAYOUT
    refusals: ClassVar[dict[int, str]] = {
        401: "接口不认密钥：检查密钥和它所属的地址",
        403: "接口拒绝：密钥没有这项权限，或本月额度已用完",
        429: "接口限速：调大 delay_s，或减少 queries",
    }

    def _read(self) -> list[SerpResult]:
        paid = [self._one(ad, "title", "description", paid=True) for ad in self.items("ads", "value")]
        organic = [self._one(page, "name", "snippet") for page in self.items("webPages", "value")]
        return [result for result in (*paid, *organic) if result is not None]

    def _one(self, item: dict[str, Any], title: str, text: str, **more: Any) -> SerpResult | None:
        shown = tidy(str(item.get("displayUrl") or ""), 200)
        date = item.get("datePublished") or item.get("dateLastCrawled") or ""
        return self.result(item.get(title), item.get("url"), item.get(text), date, display_url=shown, **more)

    @property
    def reason(self) -> str:
        """``errors[].message``, or the gateway's ``error.message``."""
        errors = [*self.items("errors"), (self.answer or {}).get("error")]
        told = [str(e.get("message") or e.get("code") or "") for e in errors if isinstance(e, dict)]
        return "；".join(text for text in told if text)

    @property
    def error(self) -> str:
        """By status, or an error object in the answer."""
        told = super().error
        return told or (f"接口报错：{tidy(self.reason, 200)}" if self.reason else "")

    @cached_property
    def says_no_results(self) -> bool:
        """A search response that has no web pages, or an empty list of them."""
        if self.answer is None or self.error or self.blocks:
            return False
        pages = self.answer.get("webPages")
        value = pages.get("value") if isinstance(pages, dict) else [] if pages is None else None
        return self.answer.get("_type") == "SearchResponse" and value == []

    @cached_property
    def next_url(self) -> str:
        """The same search from the next offset on, while it claims more matches."""
        pages = (self.answer or {}).get("webPages")
        total = pages.get("totalEstimatedMatches") if isinstance(pages, dict) else None
        following = number_in(self.url, "offset", 0) + COUNT
        if not self.blocks or not isinstance(total, int) or following >= total:
            return ""
        return numbered(self.url, "offset", following)
