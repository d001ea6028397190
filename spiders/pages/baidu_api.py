"""The answer of Baidu's official search interface: ``references[]`` with title, url, content and date.

Written for Qianfan's ``/v2/ai_search/web_search`` with ``search_source`` ``baidu_search_v2``, as documented in 2025
(ai.baidu.com, AppBuilder, 百度搜索). It gives one page of at most 50 and no adverts.
"""

from __future__ import annotations

from functools import cached_property
from typing import ClassVar

from spiders.pages.base import SerpResult
from spiders.pages.blocks import tidy
from spiders.pages.json_page import JsonPage

TOP = 50


class BaiduApiPage(JsonPage):
    """One answer of Baidu's interface."""

    refusals: ClassVar[dict[int, str]] = {
        401: "百度接口不认密钥：检查千帆的 API Key 是否有效、是否授权了搜索",
        403: "百度接口拒绝：没有开通，或今天的额度已用完",
        429: "百度接口限速：调大 delay_s，或减少 queries",
    }

    def _read(self) -> list[SerpResult]:
        found = (
            self.result(
                item.get("title") or item.get("web_anchor"),
                item.get("url"),
                item.get("snippet") or item.get("content"),
                item.get("date") or "",
                display_url=tidy(str(item.get("website") or ""), 200),
            )
            for item in self.items("references")
            if item.get("type") in {None, "", "web"}
        )
        return [result for result in found if result is not None]

    @property
    def reason(self) -> str:
        """``code`` and ``message`` of an error answer; Baidu's gateway nests them in ``error``."""
        answer = self.answer or {}
        inner = answer.get("error")
        told = inner if isinstance(inner, dict) else answer
        if told is answer and ("references" in answer or not {"code", "message", "error_msg"} & answer.keys()):
            return ""
        parts = (told.get("code") or told.get("error_code"), told.get("message") or told.get("error_msg"))
        return " ".join(str(part) for part in parts if part)

    @property
    def error(self) -> str:
        """By status, or an error in an answer with status 200, as Baidu sends it."""
        told = super().error
        return told or (f"百度接口报错：{tidy(self.reason, 200)}" if self.reason else "")

    @cached_property
    def says_no_results(self) -> bool:
        """An empty list of references."""
        return not self.error and (self.answer or {}).get("references") == []
