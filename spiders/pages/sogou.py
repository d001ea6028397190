"""Sogou's web search: captures of 2012 (gb2312), 2017 and 2020; later class names as parsers describe them."""

from __future__ import annotations

from spiders.pages.base import SerpPage
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("sogou.com", "sogoucdn.com"),
    authors=("wenwen.sogou.com", "baike.sogou.com", "zhishi.sogou.com"),
    search_paths=("/web", "/sogou", "/sie", "/tx"),
    redirectors=("/link", "/bill_cpc", "/bill_search", "/bill_cpt", "/cpc"),
    paid_links=("/bill_cpc", "/bill_search", "/bill_cpt", "/cpc"),
    organic="div.rb, div.vrwrap:not(.special-wrap), .results > div[id^='rb_']",
    paid=".biz_rb, .sponsored li, .sponsored > div, .biz_sponsor li, .business li, #promotion_adv_container li, "
    "#PZL > div, #PZR > div, #PZL li, #PZR li, [id^='sogou_vr_kmap_ad'], .ad_list li",
    rail="#right, #PZR",
    titles=(
        *("h3.pt a[href]", "h3.vr-title a[href]", "h3.vrTitle a[href]", "h3.vrt a[href]", "h3 a[href]"),
        *("h4 a[href]", ".vr-title a[href]", "a[class*='title'][href]"),
    ),
    snippets=(
        *(
            ".attribute-centent",
            ".fz-mid.space-txt",
            ".space-txt",
            "div.ft",
            "p.str_info",
            ".star-wiki",
            ".str-text-info",
        ),
        *(".text-layout > p", ".base-ellipsis", ".vrbox td:last-child", ".biz_desc", ".ad_desc"),
    ),
    displays=("cite", ".citeurl", ".citeLinkClass", ".fb cite", ".fb", "font[color='#008000']", "font[color='green']"),
    dates=(".cite-date", "cite date", "date", "cite span:last-child"),
    targets=("data-url", "data-landurl", "zanurl", "sogou_preview_link"),
    inner_targets="[data-url], span[zanurl], a[sogou_preview_link]",
    next_link="#sogou_next",
    none="#noresult_part1_container, #noresult_part2_container, .no-result, #noresult",
    none_words=("抱歉，没有找到", "未找到相关网页", "未收录？"),
    captcha="#seccodeForm, #seccodeImage, form[action*='antispider'], .ac-captcha, #seccodeInput",
    captcha_words=("antispider", "搜狗搜索验证码", "此验证码用于确认这些请求是您的正常行为"),
    asides=".cite-date, .r-sech, .vr-sp-evaicon, a[id^='sogou_snapshot']",
)


class SogouPage(SerpPage):
    """A results page of www.sogou.com/web or /sogou."""

    layout = LAYOUT
