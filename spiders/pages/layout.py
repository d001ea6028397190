"""What one engine's pages look like, over all generations: data that the page object reads. No code decides here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Layout:
    """Selectors are CSS; tuples are tried in order, the first that finds something wins."""

    domains: tuple[str, ...]
    """The engine's own registrable domains: links to them are redirectors, authors' pages or internal."""
    authors: tuple[str, ...]
    """Hosts below ``domains`` where strangers publish (posts, questions, documents): outside for us."""
    search_paths: tuple[str, ...]
    redirectors: tuple[str, ...]
    """``/path`` on any own host, or ``host/path``: prefixes of addresses that only lead on."""
    paid_links: tuple[str, ...]
    """As ``redirectors``: those that are used for paid results alone."""
    organic: str
    paid: str
    """Blocks that are paid by their place or class alone."""
    rail: str
    """The side column: only what is paid is taken from there."""
    titles: tuple[str, ...]
    snippets: tuple[str, ...]
    displays: tuple[str, ...]
    dates: tuple[str, ...]
    targets: tuple[str, ...]
    """Attributes of the link or its block that hold the true address."""
    inner_targets: str = ""
    """Elements within a block whose ``targets`` also speak for it."""
    next_link: str = ""
    none: str = ""
    """Elements that stand on a page without results only."""
    none_words: tuple[str, ...] = ()
    captcha: str = ""
    captcha_words: tuple[str, ...] = ()
    """Visible or in the markup of a verification page."""
    asides: str = ""
    """What stands in a snippet and is none: a date of its own, a kind of page, a link to the cache."""
    page_size: int = 10
    posts: str = ""
    """A regular expression for whole paths on own hosts at which strangers publish: outside for us, as ``authors``."""


PAID_LABELS = frozenset(
    {
        *("广告", "推广", "商业推广", "商业广告", "品牌推广", "品牌广告", "推广链接", "广告位", "廣告"),
        *("赞助", "赞助商", "赞助商链接", "贊助", "ad", "ads", "sponsored"),
    }
)
"""An element with exactly this text (blanks, zero-width characters, brackets taken away) labels its block as paid."""

LABEL_TAGS = frozenset(
    {"span", "a", "i", "label", "div", "cite", "small", "sup", "p", "font", "dt", "li", "td", "s", "u"}
)
"""Not em, strong, b, mark: engines highlight the searched words with them, and 广告 may be searched for."""

PAID_TOKENS = frozenset(
    {
        *("ad", "ads", "adv", "advert", "sponsored", "sponsor", "promotion", "tuiguang", "spread", "brand-ad"),
        *("biz", "biz_rb", "biz_sponsor", "pzl", "pzr", "e-buss", "e_result", "b_ad", "sb_add", "ecfc-tuiguang"),
    }
)
"""Class names and ids, lower case, of a block or of what encloses it."""

PAID_STARTS = ("e_idea", "ec_", "ec-tuiguang", "tuiguang")
"""Beginnings of such names that are followed by numbers or parts."""

MAIN = frozenset(
    {
        *("content_left", "content_right", "b_results", "b_content", "main", "side", "right"),
        *("results", "result", "container", "wrapper"),
    }
)
"""Class names and ids of columns: a label there belongs to no group of blocks."""

NEXT_WORDS = ("下一页", "下页", "下一頁", "next", "next page", "后一页")
NONE_WORDS = (
    "没有找到",
    "未找到",
    "找不到和",
    "没有与此相关的结果",
    "没有搜索到",
    "no results for",
    "did not match any",
)
CAPTCHA_WORDS = (
    *("captcha", "antispider", "安全验证", "请输入验证码", "输入验证码", "滑动验证", "人机验证"),
    "网络不给力，请稍后重试",
)
