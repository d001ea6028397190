"""360's web search (so.com): captures of 2019 to 2022; the older haosou.com used the same classes."""

from __future__ import annotations

from functools import cached_property

from spiders.pages.base import SerpPage
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("so.com", "haosou.com", "360.cn", "360webcache.com"),
    authors=("wenda.so.com", "baike.so.com", "wenku.so.com", "yuba.so.com"),
    search_paths=("/s",),
    redirectors=("/link", "e.so.com/search/eclk", "e.so.com/search", "/eclk", "/jump", "/cr"),
    paid_links=("e.so.com/search/eclk", "e.so.com/search", "/eclk", "/search/eclk"),
    organic="ul.result > li, li.res-list, .result > .res-list",
    paid="#m-spread-left li, ul[id^='e_idea'] > li, ul.e_result > li, #m-spread-bottom li, .e-buss li, "
    "#right_show li, .spread li, .lianmeng-ad li, [id^='e_idea'] > li, .e_haosou_fw_right_frame",
    rail="#side, #right_show, #rightbox, .e-buss, .lianmeng-ad",
    titles=(
        *("h3.res-title a[href]", "h3.g-title a[href]", "h3 a[href]", "a[e-landurl]", "a.e_haosou_fw_bg_title[href]"),
        *("a[class*='bg_title'][href]", "h4 a[href]", "[class*='res-title'] a[href]", "a[class*='title'][href]"),
    ),
    snippets=(
        *(
            "p.res-desc",
            "span.res-list-summary",
            ".res-list-summary",
            ".res-desc",
            "a.inner_desc",
            ".e_haosou_fw_summary",
        ),
        *(".res-comm-con", ".best-ans", ".so-ask-best", ".mh-first-cont", ".res-rich > div:first-child", ".res-rich"),
    ),
    displays=("cite", ".g-linkinfo-a", ".res-linkinfo cite", "[class*='linkinfo'] a"),
    dates=("span.gray", ".mh-time", ".res-list-time", "p.gray"),
    targets=("e-landurl", "data-landurl", "data-mdurl", "data-url", "data-replaceurl", "data-initurl"),
    next_link="#snext",
    none="#no-result, .no-result, .so-nodata",
    none_words=("找到相关结果约0个", "抱歉，未找到和", "没有找到该url", "约0个网页被360搜索收录"),
    captcha="form[action*='verify'], #verify-form, .verify-code, img[src*='captcha']",
    captcha_words=("qcaptcha", "访问异常出错", "系统检测到您操作过于频繁"),
    asides="p.gray, span.gray, a.m, .g-linkinfo, .res-linkinfo, .e_fw_link",
)


class So360Page(SerpPage):
    """A results page of www.so.com/s."""

    layout = LAYOUT

    @cached_property
    def is_captcha(self) -> bool:
        """As everywhere; 360 refuses strangers with an empty body."""
        return (self.status == 200 and not self.html.strip()) or self._asks
