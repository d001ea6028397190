"""Baidu's web search: HTML of 2012 to today, and the ``tn=json`` answer.

Facts: captures of 2015, 2018 and 2019; class names of 2021 and later as open-source parsers describe them.
"""

from __future__ import annotations

import html
import json
from functools import cached_property
from typing import Any

from spiders.pages.addresses import absolute, kind_of
from spiders.pages.base import SerpPage, SerpResult
from spiders.pages.blocks import SNIPPET, TITLE, tidy
from spiders.pages.dates import epoch_date
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("baidu.com", "baiducontent.com"),
    authors=(
        *("tieba.baidu.com", "zhidao.baidu.com", "wenku.baidu.com", "baijiahao.baidu.com", "mbd.baidu.com"),
        *("jingyan.baidu.com", "baike.baidu.com", "b2b.baidu.com", "aiqicha.baidu.com", "haokan.baidu.com"),
    ),
    search_paths=("/s", "/baidu"),
    redirectors=("/link", "/baidu.php", "/adrc.php", "/other.php", "/cb.php", "/from", "/bh/dict"),
    paid_links=("/baidu.php", "/adrc.php", "/other.php"),
    organic="#content_left > div.c-container, #content_left div.result, #content_left div.result-op, "
    "#content_left table.result, #content_left > div[srcid], .c-container.result, .c-container[mu]",
    paid=".EC_result, .ec_tuiguang_pplink, .EC_PP, .EC_mr15, .ec_wise_ad, #ec_im_container > div, "
    "#content_left > div[data-tuiguang], #content_left > div[cmatchid], #content_left [data-placeid]",
    rail="#content_right",
    titles=(
        *("h3 > a[href]", "h3 a[href]", "a[data-landurl]", ".c-title a[href]", "h2 a[href]"),
        *("[class*='title'] a[href]", "a[class*='title'][href]", "font[size='3'] a[href]"),
    ),
    snippets=(
        *(".c-abstract", "span[class*='content-right_']", "[class*='content-right']", "[class*='summary-text']"),
        *(".ec_desc", "[class*='abstract']", ".c-span-last p", "p[class*='desc']"),
    ),
    displays=(
        *(".c-showurl", "[class*='siteLink']", "[class*='source_'] .c-color-gray", ".c-source", "span.g"),
        *(".ec_footer .EC_url", "[class*='showurl']", "cite", "[class*='source']"),
    ),
    dates=(
        ".c-abstract .newTimeFactor_before_abs",
        ".newTimeFactor_before_abs",
        "[class*='newTimeFactor']",
        "span.c-color-gray2",
    ),
    targets=("data-landurl", "mu", "data-mu", "data-url", "data-tools"),
    inner_targets=".c-tools[data-tools], [data-landurl]",
    none=".content_none, .nors",
    none_words=("很抱歉，没有找到", "抱歉没有找到", "抱歉，未找到"),
    captcha="#passmod, .passmod, .vcode-body, form[action*='wappass'], iframe[src*='wappass']",
    captcha_words=("wappass.baidu.com/static/captcha", "百度安全验证"),
    asides=".newTimeFactor_before_abs, [class*='newTimeFactor'], a.m, .c-tools, .c-recommend",
)


class BaiduPage(SerpPage):
    """A results page of www.baidu.com/s."""

    layout = LAYOUT

    @cached_property
    def _answer(self) -> dict[str, Any] | None:
        """The ``tn=json`` answer; None when the page is HTML or its JSON is broken."""
        if not self.html.lstrip("\ufeff \r\n\t").startswith("{"):
            return None
        try:
            answer = json.loads(self.html.lstrip("\ufeff"), strict=False)
        except (ValueError, RecursionError):
            return None
        return answer if isinstance(answer, dict) else None

    @cached_property
    def _entries(self) -> list[dict[str, Any]] | None:
        feed = (self._answer or {}).get("feed")
        entries = feed.get("entry") if isinstance(feed, dict) else None
        return [e for e in entries if isinstance(e, dict)] if isinstance(entries, list) else None

    def _read(self) -> list[SerpResult]:
        if self._answer is None:
            return super()._read()
        found = []
        for entry in self._entries or ():
            title, url = _plain(entry.get("title"), TITLE), absolute(self.url, str(entry.get("url") or ""))
            if title and url:
                internal = kind_of(url, self.url, self.layout) == "internal"
                date = epoch_date(entry.get("time"), self.now)
                found.append(
                    SerpResult(title, url, url, "", _plain(entry.get("abs"), SNIPPET), date, internal=internal)
                )
        return found

    @cached_property
    def is_captcha(self) -> bool:
        """As everywhere; the JSON answer says ``antiFlag: 1``."""
        if self._answer is not None and str(self._answer.get("antiFlag", "")) == "1":
            return True
        return self._asks

    @cached_property
    def says_no_results(self) -> bool:
        """As everywhere; in the JSON answer a feed whose entries are all empty."""
        if self._answer is None:
            return self._confirms
        return self._entries is not None and not any(e.get("title") or e.get("url") for e in self._entries)


def _plain(value: object, longest: int) -> str:
    """Text of the JSON answer: entities are escaped once more than JSON needs."""
    return tidy(html.unescape(value), longest) if isinstance(value, str) else ""
