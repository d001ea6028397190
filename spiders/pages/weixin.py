"""Sogou's WeChat search: articles (``type=2``) and accounts (``type=1``).

Facts: captures of July 2017; since 2019 titles lead through ``/link?url=``. An account is given the address of its
QR code, which stays, instead of a signed one that expires within hours.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import re2
from selectolax.lexbor import LexborNode

from spiders.pages.addresses import absolute
from spiders.pages.base import SerpPage
from spiders.pages.blocks import SNIPPET, attribute, first, select, text_of, tidy
from spiders.pages.dates import epoch_date
from spiders.pages.layout import Layout
from spiders.pages.result import SerpResult

LAYOUT = Layout(
    domains=("sogou.com", "sogoucdn.com"),
    authors=(),
    search_paths=("/weixin",),
    redirectors=("/link",),
    paid_links=(),
    organic="ul.news-list > li, ul.news-list2 > li, li[id^='sogou_vr_1100']",
    paid="",
    rail="#right",
    titles=("h3 a[href]", "p.tit a[href]", ".tit a[href]", "a[uigs^='account_name'][href]"),
    snippets=("p.txt-info", "[id*='_summary_']"),
    displays=("a.account", "[id*='_account_']", ".all-time-y2"),
    dates=(".s2",),
    targets=("data-url",),
    next_link="#sogou_next",
    none="#noresult_part1_container, #noresult_part2_container, .no-sosuo",
    none_words=("暂无与", "相关的官方认证订阅号", "没有找到相关的微信公众号文章"),
    captcha="#seccodeForm, #seccodeImage, #seccodeInput, form[name='authform']",
    captcha_words=("antispider", "您的访问过于频繁", "需要您协助验证"),
    asides=".moe-box, .sc, .fx",
)
ACCOUNT = "https://open.weixin.qq.com/qr/code?username={}"
"""The QR code of an account by its WeChat id: what a victim scans, at an address that stays."""
LEADS = "公众号"
SEPARATOR = "｜"
NO_MARK = "无"
_ID = re2.compile(r"[A-Za-z][-A-Za-z0-9_]{3,39}")
MOST = 100
"""Articles of one page whose numbers are kept."""
_NUMBER = re2.compile(r"[0-9a-f-]{16,80}")
_LASTING = frozenset({"__biz", "mid", "sn"})
"""Parameters by which an article's own address names it; signed addresses have none of them."""


class WeixinPage(SerpPage):
    """A results page of weixin.sogou.com/weixin, of either kind."""

    layout = LAYOUT

    @cached_property
    def numbers(self) -> dict[str, str]:
        """The engine's own number of each article, by the address that its title links to."""
        found = {}
        for block in select(self.tree, "li[d]")[:MOST] if self.tree is not None else ():
            link = first(block, self.layout.titles)
            number = attribute(block, "d")
            if link is not None and _NUMBER.fullmatch(number):
                found[absolute(self.url, attribute(link, "href"))] = number
        return found

    def refined(self, block: LexborNode, read: SerpResult) -> SerpResult:
        """An account with id, body and introduction; an article with account and date."""
        return self._account(block, read) if _is_account(block) else self._article(block, read)

    def _article(self, block: LexborNode, read: SerpResult) -> SerpResult:
        told = block.css_first(".s-p[t], [t]")
        date = epoch_date(attribute(told, "t"), self.now) if told is not None else ""
        by = f"（{LEADS}：{read.display_url}）" if read.display_url else ""
        return replace(read, snippet=tidy(read.snippet[: SNIPPET - len(by)] + by), date=date or read.date)

    def _account(self, block: LexborNode, read: SerpResult) -> SerpResult:
        told = _told(block)
        wechat_id = _wechat_id(block)
        fields = [f"微信号：{wechat_id}"] if wechat_id else []
        if told:  # rows of facts were read, so a missing one is missing on the page
            fields += [f"认证：{_flat(told.get('认证', '')) or NO_MARK}", f"简介：{_flat(told.get('功能介绍', ''))}"]
        target = ACCOUNT.format(quote(wechat_id)) if wechat_id else read.target
        snippet = tidy(SEPARATOR.join([LEADS, *fields]))
        return replace(read, target=target, display_url=wechat_id, snippet=snippet, date="")


def lasting(url: str, docid: str) -> str:
    """A signed, expiring address of an article with the engine's own number of it, so that it is one post."""
    parts = urlsplit(url)
    given = {name for name, _ in parse_qsl(parts.query[:4096])}
    if not docid or parts.path != "/s" or given & _LASTING:
        return url
    return parts._replace(query=f"{parts.query}&{urlencode({'docid': docid})}".lstrip("&")).geturl()


def _is_account(block: LexborNode) -> bool:
    return block.css_first(".gzh-box2, label[name='em_weixinhao'], a[uigs^='account_name']") is not None


def _wechat_id(block: LexborNode) -> str:
    node = first(block, ("label[name='em_weixinhao']", "p.info label", "p.info"))
    found = _ID.search(text_of(node, 80).rpartition("：")[2]) if node is not None else None
    return found[0] if found else ""


def _told(block: LexborNode) -> dict[str, str]:
    """The account's rows by their names: 功能介绍, 认证, 最近文章. The kind of mark is written by a script."""
    rows: dict[str, str] = {}
    for row in block.css("dl"):
        name, value = row.css_first("dt"), row.css_first("dd")
        if name is not None and value is not None:
            label = text_of(name, 20).rstrip("：: ")
            rows.setdefault("认证" if label.endswith("认证") else label, text_of(value))
    return rows


def _flat(text: str) -> str:
    """Without the mark between fields: introductions are written by whoever runs the account."""
    return text.replace(SEPARATOR, " ")
