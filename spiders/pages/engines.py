"""Which engine a page of results came from: by its address, else by its search box, else by what can read it.

For pages that somebody saved. What cannot be told is told so; the words searched for come from the page alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlencode, urlsplit

from selectolax.lexbor import LexborHTMLParser

from spiders.decode import decode
from spiders.pages.baidu import BaiduPage
from spiders.pages.baixing import BaixingPage
from spiders.pages.base import SerpPage
from spiders.pages.bing import BingPage
from spiders.pages.blocks import attribute, parse, text_of, tidy
from spiders.pages.numbering import number_in
from spiders.pages.shenma import ShenmaPage
from spiders.pages.so360 import So360Page
from spiders.pages.sogou import SogouPage
from spiders.pages.tieba import TiebaForumPage, TiebaPage
from spiders.pages.weibo import WeiboPage
from spiders.pages.weixin import WeixinPage
from spiders.pages.wuba import WubaPage

QUERY = 200


@dataclass(frozen=True, slots=True)
class Engine:
    """How one engine's pages are known."""

    id: str
    page: type[SerpPage]
    host: str
    path: str
    param: str
    """Of the words searched for."""
    hosts: tuple[str, ...]
    """All names below these are it; the engine whose name is the longest has it."""
    box: str
    """Its search box, as no other has it."""
    titles: tuple[str, ...]
    """What follows the words in the page's title."""
    pager: tuple[str, int, int] = ("", 0, 0)
    """Parameter, its first value, and how many results one step is."""


ENGINES = (
    Engine(
        "baidu",
        BaiduPage,
        "www.baidu.com",
        "/s",
        "wd",
        ("baidu.com",),
        "input[name='wd']",
        ("_百度搜索",),
        ("pn", 0, 1),
    ),
    Engine(
        "bing",
        BingPage,
        "www.bing.com",
        "/search",
        "q",
        ("bing.com",),
        "#sb_form_q, #sb_form",
        (" - 搜索", " - Search", " - 必应"),
        ("first", 1, 1),
    ),
    Engine(
        "so360",
        So360Page,
        "www.so.com",
        "/s",
        "q",
        ("so.com", "haosou.com"),
        "form[action*='so.com'] input[name='q'], #so-so_search, #so_kw",
        ("_360搜索",),
        ("pn", 1, 10),
    ),
    Engine(
        "weixin",
        WeixinPage,
        "weixin.sogou.com",
        "/weixin",
        "query",
        ("weixin.sogou.com",),
        "form[action*='/weixin'] input[name='query']",
        ("的相关微信",),
    ),
    Engine(
        "sogou",
        SogouPage,
        "www.sogou.com",
        "/web",
        "query",
        ("sogou.com",),
        "#upquery, form[action*='/web'] input[name='query']",
        (" - 搜狗搜索",),
        ("page", 1, 10),
    ),
    Engine(
        "shenma",
        ShenmaPage,
        "m.sm.cn",
        "/s",
        "q",
        ("sm.cn", "quark.cn"),
        ".qk-card, .ali_row",
        (" - 神马搜索", " - 夸克"),
        ("page", 1, 10),
    ),
    Engine("tieba_forum", TiebaForumPage, "tieba.baidu.com", "/f", "kw", ("tieba.baidu.com",), "li.j_thread_list", ()),
    Engine("tieba", TiebaPage, "tieba.baidu.com", "/f/search/res", "qw", ("tieba.baidu.com",), "input[name='qw']", ()),
    Engine(
        "weibo",
        WeiboPage,
        "s.weibo.com",
        "/weibo",
        "q",
        ("s.weibo.com",),
        ".card-wrap[action-type='feed_list_item']",
        (),
    ),
    Engine("wuba", WubaPage, "58.com", "/sou/", "key", ("58.com",), "form[action*='58.com'] input[name='key']", ()),
    Engine(
        "baixing",
        BaixingPage,
        "baixing.com",
        "/search/",
        "query",
        ("baixing.com",),
        "form[action*='baixing'] input[name='query']",
        (),
    ),
)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A page of results, and whose it is."""

    engine: Engine
    page: SerpPage
    query: str
    offset: int
    """Results that stood on the pages before."""


def recognise(html: str, url: str, now: datetime | None) -> Recognised | None:
    """The engine of a page and its reader; None where no engine can be told."""
    tree = parse(html)
    engine = _by_address(url) or (_by_marks(tree) if tree is not None else None)
    if engine is None:
        return None
    words = _query(url, engine, tree)
    base = url if _by_address(url) else f"https://{engine.host}{engine.path}?{urlencode({engine.param: words})}"
    name, first, step = engine.pager
    offset = (number_in(base, name, first) - first) * step if name else 0
    return Recognised(engine, engine.page(html, base, 200, {}, now), words, max(0, offset))


def _by_address(url: str) -> Engine | None:
    """The engine with the longest name that fits the host; of those the one whose path it is."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return None
    fitting = [
        ((len(name), parts.path.rstrip("/") == engine.path.rstrip("/")), engine)
        for engine in ENGINES
        for name in engine.hosts
        if host == name or host.endswith("." + name)
    ]
    return max(fitting, key=lambda pair: pair[0])[1] if fitting else None


def _by_marks(tree: LexborHTMLParser) -> Engine | None:
    """By the canonical address, the search box, or the title."""
    for css, name in (
        ("link[rel='canonical']", "href"),
        ("meta[property='og:url']", "content"),
        ("base[href]", "href"),
    ):
        node = tree.css_first(css)
        if node is not None and (engine := _by_address(attribute(node, name))):
            return engine
    if engine := next((e for e in ENGINES if tree.css_first(e.box) is not None), None):
        return engine
    title = _title(tree)
    return next((e for e in ENGINES if any(title.endswith(end) for end in e.titles)), None)


def _query(url: str, engine: Engine, tree: LexborHTMLParser | None) -> str:
    """By the address, the box's value, or the title; ``""`` where the page tells none."""
    try:
        raw = parse_qs(urlsplit(url).query, max_num_fields=100, encoding="latin-1").get(engine.param, [""])[0]
        told = decode(raw.encode("latin-1", "replace")).text  # UTF-8, or what pages in GBK send
    except ValueError:
        told = ""
    if not told and tree is not None:
        boxes = tree.css(f"input[name='{engine.param}']")
        told = next((value for box in boxes if (value := attribute(box, "value"))), "")
    if not told and tree is not None:
        title = _title(tree)
        told = next((title.removesuffix(end) for end in engine.titles if title.endswith(end)), "")
    return tidy(told, QUERY)


def _title(tree: LexborHTMLParser) -> str:
    node = tree.css_first("title")
    return text_of(node, 300) if node is not None else ""
