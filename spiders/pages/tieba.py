"""Tieba: search within it, and a forum's list of threads.

Facts: a list of 2020 and one of 2018; the search's blocks as open-source readers of 2015 to 2024 describe them.
Posts stand on the host that was searched and are strangers'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlsplit

import re2
from selectolax.lexbor import LexborNode

from spiders.pages.base import SerpPage
from spiders.pages.layout import Layout
from spiders.pages.result import SerpResult

LAYOUT = Layout(
    domains=("baidu.com", "bdstatic.com"),
    authors=(),
    search_paths=("/f/search/res", "/f"),
    redirectors=("/mo/q/checkurl", "jump2.bdimg.com/", "jump.bdimg.com/"),
    paid_links=(),
    organic="div.s_post, li.j_thread_list",
    paid="#thread_list > li:has(a[class*='fengchaoContainer']), [data-key^='ad__'], [id^='ad__'], .j_click_stats_ad",
    rail="",
    titles=(".p_title a[href]", "a.j_th_tit[href]", ".threadlist_title a[href]"),
    snippets=(".p_content", ".threadlist_abs"),
    displays=(".p_forum", ".frs-author-name"),
    dates=(".p_date", ".is_show_create_time", ".threadlist_reply_date"),
    targets=(),
    next_link=".pager-search a.next, #frs_list_pager a.next, a.next.pagination-item",
    none=".search_noresult, .s_nothing",
    none_words=("尚未建立", "暂不开放", "没有找到相关"),
    captcha="#passmod, .passmod, .vcode-body, iframe[src*='wappass']",
    captcha_words=("wappass.baidu.com/static/captcha", "百度安全验证"),
    asides=".icon-top, .icon-good, .small_wrap, .threadlist_rep_num, .threadlist_author, .p_forum, .p_violet, .p_date, "
    ".is_show_create_time, .threadlist_reply_date, .tb_icon_author_rely",
    posts=r"/p/\d{3,20}",
)
_THREAD = re2.compile(LAYOUT.posts)
_REPLY = re2.compile(r"\bpid=\d{1,20}")
_FOLDED_AWAY = re2.compile(r"(?s)(<code\b[^<>]{0,400}>)\s*<!--(.*?)-->\s*(</code\s*>)")


class TiebaPage(SerpPage):
    """A page of tieba.baidu.com/f/search/res."""

    layout = LAYOUT

    def __init__(
        self,
        html: str,
        url: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> None:
        """As ``SerpPage``; lists that the page keeps in comments until its scripts run are unfolded."""
        super().__init__(_FOLDED_AWAY.sub(r"\1\2\3", html), url, status, headers, now)

    def refined(self, block: LexborNode, read: SerpResult) -> SerpResult:  # noqa: ARG002 - the title tells
        """A thread at its own address; a reply with its number alone, by which the page that holds it opens."""
        parts = urlsplit(read.target or read.url)
        number = _REPLY.search(parts.query) if read.title.startswith("回复") else None
        if not _THREAD.fullmatch(parts.path):
            return read
        return replace(read, target=parts._replace(query=number[0] if number else "", fragment="").geturl())


class TiebaForumPage(TiebaPage):
    """A forum's list of threads, fifty a page."""

    layout = replace(LAYOUT, page_size=50)
