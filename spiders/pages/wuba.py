"""58.com: the search of one city's site and its category lists.

Facts: a list page of 2020 and rows of 2013 to 2016 as open-source readers keep them; paid rows lead through a click
counter and bear 精 or 顶. A search may be moved to the category that it fits, or to a verification page.
"""

from __future__ import annotations

from functools import cached_property
from urllib.parse import parse_qs, urlsplit

import re2

from spiders.pages.addresses import absolute, kind_of
from spiders.pages.ads import AdsPage
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("58.com", "58cdn.com.cn"),
    authors=(),
    search_paths=("/sou/",),
    redirectors=("legoclick.58.com/", "jing.58.com/", "jxjump.58.com/", "short.58.com/", "jump.zhineng.58.com/"),
    paid_links=("legoclick.58.com/", "jing.58.com/", "jxjump.58.com/", "jump.zhineng.58.com/"),
    organic="tr[logr], #infolist table tr, li[logr], li.job_item, ul.list-main > li, dl[logr]",
    paid="tr[infotag$='_adinfo'], [logr]:has(.jingpin), [logr]:has(.ding), [logr]:has(.icon-jing), "
    "[logr]:has(.ico-ding)",
    rail="#rightSide, .rightbar",
    titles=("a.t[href]", "td.t a[href]", ".job_name a[href]", "a.title[href]", "h2 a[href]", "dt a[href]"),
    snippets=(),
    displays=(),
    dates=("p.seller", ".time", ".sendTime"),
    targets=(),
    next_link=".pager a.next, a.next",
    none=".noresult, .no-result, #noresult, .searchno",
    none_words=("没有找到符合", "暂无符合", "没有符合条件的信息", "暂时没有相关信息"),
    captcha="#btnSubmit.btn_tj, .code_num, #verify_page, form[action*='antibot']",
    captcha_words=("callback.58.com/antibot", "antibot/verifycode", "访问过于频繁", "点击按钮进行验证"),
    asides=".jingpin, .ding, .ico, .tu, .icon-jing, .ico-ding, .icon_new, .video-num, .btn-tel",
    posts=r"/(?:[a-z0-9_-]{1,40}/){1,4}\d{5,20}x?\.shtml",
)
_PAGE = re2.compile(r"/pn\d{1,4}(?:/|$)")
_ELSEWHERE = ("callback.", "passport.", "verify", "antibot")


class WubaPage(AdsPage):
    """A list of ads on one city's site, such as yt.58.com/sou/?key=."""

    layout = LAYOUT

    @property
    def moved_to(self) -> str:
        """The same words in the category that they fit, or at https: no refusal."""
        there, here = urlsplit(self.location), urlsplit(self.url)
        if kind_of(self.location, self.url, self.layout) in {"", "outside"}:
            return ""
        if any(word in f"{there.hostname}{there.path}" for word in _ELSEWHERE):
            return ""
        asked = parse_qs(here.query).get("key")
        same = there.hostname == here.hostname and (bool(asked) and parse_qs(there.query).get("key") == asked)
        return self.location if same else ""

    @cached_property
    def _list(self) -> str:
        return _folder(self.url)

    def _same_search(self, href: str) -> str:
        """Pages are counted in the path: ``/sou/pn2/?key=``."""
        url = absolute(self.url, href)
        there, here = urlsplit(url), urlsplit(self.url)
        same = there.netloc == here.netloc and _folder(url) == self._list
        return url if same and _PAGE.search(there.path) else ""


def _folder(url: str) -> str:
    """The path without the number of the page."""
    return str(_PAGE.sub("/", urlsplit(url).path)).rstrip("/")
