"""SearXNG's JSON answer, ``/search?format=json``: results of other engines, and which of them did not answer.

An engine that could not be asked is told by name: an answer without results and with such engines is no *none*.
Facts: docs.searxng.org, dev/search_api; fields as instances of 2024 to 2026 send them.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import Any, ClassVar

from spiders.pages.baidu import LAYOUT as BAIDU
from spiders.pages.base import SerpResult
from spiders.pages.bing import LAYOUT as BING
from spiders.pages.blocks import tidy
from spiders.pages.json_page import PLAIN, JsonPage
from spiders.pages.layout import Layout
from spiders.pages.numbering import number_in, numbered
from spiders.pages.shenma import LAYOUT as SHENMA
from spiders.pages.so360 import LAYOUT as SO360
from spiders.pages.sogou import LAYOUT as SOGOU

MOST_NAMED = 8
_BEHIND = (BAIDU, BING, SO360, SOGOU, SHENMA)


def _joined(name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for layout in _BEHIND for value in getattr(layout, name)))


LAYOUT: Layout = replace(
    PLAIN, domains=_joined("domains"), authors=_joined("authors"), redirectors=_joined("redirectors")
)
"""It hands on addresses as engines showed them, redirectors among them."""


class SearxngPage(JsonPage):
    """An answer of a unit's own SearXNG."""

    layout: ClassVar[Layout] = LAYOUT
    refusals: ClassVar[dict[int, str]] = {
        403: "SearXNG 没有开放 JSON：在它的 settings.yml 的 search.formats 中加上 json，再重启",
        429: "SearXNG 的 limiter 把本机当成了机器人：在它的 limiter.toml 中放行本机地址",
    }

    def _read(self) -> list[SerpResult]:
        found = (
            self.result(
                item.get("title"), item.get("url"), item.get("content"), item.get("publishedDate"), **_shown_by(item)
            )
            for item in self.items("results")
        )
        return [result for result in found if result is not None]

    @property
    def silent(self) -> tuple[str, ...]:
        """Engines that did not answer, with the reason: ``baidu (CAPTCHA)``."""
        listed = (self.answer or {}).get("unresponsive_engines")
        pairs = [pair for pair in listed if isinstance(pair, list) and pair] if isinstance(listed, list) else []
        return tuple(tidy(f"{pair[0]} ({pair[1]})" if len(pair) > 1 else str(pair[0]), 80) for pair in pairs)

    @property
    def remark(self) -> str:
        """Engines behind it that did not answer."""
        if not self.silent:
            return ""
        more = " 等" if len(self.silent) > MOST_NAMED else ""
        return f"上游引擎没有回答：{'、'.join(self.silent[:MOST_NAMED])}{more}"

    @property
    def error(self) -> str:
        """Engines that did not answer, where nothing came from any."""
        if told := super().error:
            return told
        return self.remark if self.answer is not None and not self.blocks and not self._later else ""

    @property
    def _later(self) -> bool:
        """Whether pages went before: what is empty now is their end, and silent engines were told with them."""
        return number_in(self.url, "pageno", 1) > 1

    @cached_property
    def says_no_results(self) -> bool:
        """An empty list, with no engine silent."""
        listed = (self.answer or {}).get("results")
        return isinstance(listed, list) and not listed and (self._later or not self.silent)

    @cached_property
    def next_url(self) -> str:
        """SearXNG names no next page: there may be one wherever this one had results."""
        return numbered(self.url, "pageno", number_in(self.url, "pageno", 1) + 1) if self.blocks else ""


def _shown_by(item: dict[str, Any]) -> dict[str, str]:
    """Which engines showed the result, where a results page prints the address."""
    engines = item.get("engines")
    names = [e for e in engines if isinstance(e, str)] if isinstance(engines, list) else [str(item.get("engine") or "")]
    return {"display_url": tidy("、".join(names[:MOST_NAMED]), 200)}
