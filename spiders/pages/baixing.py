"""Baixing: the search of one city's site and its category lists.

Facts: names of blocks as open-source readers of 2014 to 2021 keep them; ads that were paid for stay on top
(``item-pinned``).
"""

from __future__ import annotations

from spiders.pages.ads import AdsPage
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("baixing.com", "baixing.net", "baixing.cn"),
    authors=(),
    search_paths=("/search/",),
    redirectors=("click.baixing.com/", "/c/redirect"),
    paid_links=("click.baixing.com/",),
    organic="ul.list-ad-items > li[data-aid], li.listing-ad, #media > li, #normal-list li, #pinned-list li",
    paid="li.item-pinned, li.listing-ad-pinned, #pinned-list li, li.item-vad",
    rail="aside.sidebar, .side",
    titles=("a.ad-title[href]", ".media-body-title a[href]", "a[class*='ad-title'][href]", "div a.title[href]"),
    snippets=(),
    displays=(),
    dates=("small.pull-right", ".media-body-title small", ".ad-item-time", "time"),
    targets=(),
    next_link="ul.list-pagination a[rel='next']",
    none=".no-result, .empty-result, .list-empty",
    none_words=("没有找到相关", "没有符合条件", "暂无相关信息"),
    captcha="#captcha, .geetest_holder, form[action*='verify']",
    captcha_words=("baixing.com/oz/verify", "请按住滑块", "访问过于频繁"),
    asides=".badge-top, .badge-vip, .icon, .tag-top, .ad-item-action",
    posts=r"/[a-z0-9_-]{2,40}/a\d{4,20}\.html",
)


class BaixingPage(AdsPage):
    """A list of ads on one city's site, such as yantai.baixing.com/search/?query=."""

    layout = LAYOUT
