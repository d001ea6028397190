"""Bing's web search: list items b_algo and b_ad, targets packed into ``/ck/a?…&u=a1…``."""

from __future__ import annotations

from spiders.pages.base import SerpPage
from spiders.pages.layout import Layout

LAYOUT = Layout(
    domains=("bing.com", "bing.net"),
    authors=(),
    search_paths=("/search",),
    redirectors=("/ck/a", "/ck", "/aclk", "/aclick", "/alink"),
    paid_links=("/aclk", "/aclick"),
    organic="#b_results > li.b_algo, li.b_algo, #b_results > li.b_ans",
    paid="li.b_ad, li.b_ad > ul > li, .b_ad li, .sb_add, #b_context .b_ad, .b_adSlug",
    rail="#b_context",
    titles=("h2 a[href]", ".b_title a[href]", "h3 a[href]", "a[h][class*='title']"),
    snippets=(".b_caption p", ".b_lineclamp2", ".b_paractl", ".b_ad_desc", ".b_algoSlug", ".b_snippet", "p"),
    displays=("cite", ".b_attribution cite", ".b_adurl", ".tptt"),
    dates=(".news_dt", ".b_caption .sb_meta", "span.b_date"),
    targets=("data-landurl", "data-url", "u"),
    next_link="a.sb_pagN, a.sb_pagN_bp, li.b_pag a[title='下一页'], li.b_pag a[title='Next page']",
    none="li.b_no, .b_no, #b_results .b_noresults",
    none_words=("没有与此相关的结果", "there are no results for", "没有找到与"),
    captcha="#b_captcha, .captcha, iframe[src*='turing'], form[action*='captcha'], #turing, .b_captcha",
    captcha_words=(
        "/turing/captcha",
        "one last step",
        "please solve the challenge",
        "请解决以下难题",
        "challenges.cloudflare.com",
    ),
    asides=".algoSlug_icon, .news_dt, .b_adSlug",
)


class BingPage(SerpPage):
    """A results page of www.bing.com/search."""

    layout = LAYOUT
