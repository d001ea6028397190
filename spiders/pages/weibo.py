"""Weibo's search: cards with text, author and links.

Facts: a capture of April 2019 and the names that readers of 2020 to 2025 use. What is shown beside *nothing found*
is recommended to everybody and no result; whoever is not logged in is mostly sent away, which is never *none*.
"""

from __future__ import annotations

from functools import cached_property
from urllib.parse import urlsplit

from selectolax.lexbor import LexborNode

from spiders.pages import blocks
from spiders.pages.addresses import absolute, kind_of, packed_target
from spiders.pages.base import SerpPage
from spiders.pages.blocks import SNIPPET, attribute, select, text_of, tidy
from spiders.pages.dates import iso_date
from spiders.pages.layout import Layout
from spiders.pages.result import SerpResult

LAYOUT = Layout(
    domains=("weibo.com", "weibo.cn", "sina.com.cn", "t.cn"),
    authors=(),
    search_paths=("/weibo",),
    redirectors=("t.cn/", "/sinaurl", "/link"),
    paid_links=(),
    organic="div.card-wrap[mid], div.card-wrap[action-type='feed_list_item']",
    paid="",
    rail=".m-con-r",
    titles=(),
    snippets=(),
    displays=(),
    dates=(),
    targets=(),
    next_link=".m-page a.next",
    none=".card-no-result",
    captcha="#pl_login_form, .login_innerwrap, .W_login_form, iframe[src*='passport.weibo']",
    captcha_words=("sina visitor system", "passport.weibo.com/visitor", "访问过于频繁"),
    page_size=20,
    posts=r"/\d{5,20}/[A-Za-z0-9]{4,20}|/(?:detail|status)/[A-Za-z0-9]{4,20}",
)
_TEXT = ("p[node-type='feed_list_content_full']", "p[node-type='feed_list_content']", "p.txt")
_QUOTED = ".card-comment, [node-type='feed_list_forwardContent']"
_SIGNS = "i.wbicon, a[action-type='fl_unfold'], a[action-type='fl_fold'], i.icon-vip"
_OUTWARD = frozenset({"outside", "redirector"})
MOST = 100
"""Cards read of one page: one that is cut into many nested ones costs each of them its whole inside."""
MOST_LINKS = 5
"""Links of one post that become results of their own."""


class WeiboPage(SerpPage):
    """A results page of s.weibo.com/weibo."""

    layout = LAYOUT

    def _read(self) -> list[SerpResult]:
        if self.tree is None or select(self.tree, self.layout.none):
            return []
        found = []
        for card in select(self.tree, self.layout.organic)[:MOST]:
            if (post := self._post(card)) is not None:
                found += [post, *self._links(card, post)]
        return found

    @cached_property
    def _none_said(self) -> bool:
        """By its own card alone: what it recommends below leads to posts as results do."""
        return self.tree is not None and bool(select(self.tree, self.layout.none))

    def _post(self, card: LexborNode) -> SerpResult | None:
        quoted = _within(card, _QUOTED)
        link = next((a for a in card.css(".from a[href]") if a.mem_id not in quoted), None)
        text = self._text(card, quoted)
        if link is None or not text:
            return None
        url = absolute(self.url, attribute(link, "href"))
        address = urlsplit(url)._replace(query="", fragment="").geturl()
        if kind_of(address, self.url, self.layout) != "outside":
            return None
        name = next((attribute(n, "nick-name") for n in card.css("[nick-name]") if n.mem_id not in quoted), "")
        again = self._text(card, quoted, inside=True)
        addresses = "".join(f" {a}" for a in self._addresses(card))
        said = f"{text[: SNIPPET - len(addresses)]}{addresses}"
        return SerpResult(
            title=tidy(f"{name}的微博" if name else "微博"),
            url=address,
            target=address,
            display_url=name,
            snippet=tidy(f"{said} //转发：{again}" if again else said),
            date=iso_date(text_of(link, 40), self.now),
            paid=blocks.labelled(card, link),
        )

    def _links(self, card: LexborNode, post: SerpResult) -> list[SerpResult]:
        """Where the post leads, as results of their own; its words stay with the post."""
        return [
            SerpResult(
                title=f"{post.title}中的链接",
                url=url,
                target=url if kind_of(url, self.url, self.layout) == "outside" else packed_target(url),
                paid=post.paid,
            )
            for url in self._addresses(card)
        ]

    def _addresses(self, card: LexborNode) -> list[str]:
        found = (absolute(self.url, attribute(a, "href")) for p in card.css("p.txt") for a in p.css("a[href]"))
        outward = (u for u in found if u and kind_of(u, self.url, self.layout) in _OUTWARD)
        return list(dict.fromkeys(u for u in outward if not _own_post(u, self)))[:MOST_LINKS]

    def _text(self, card: LexborNode, quoted: frozenset[int], *, inside: bool = False) -> str:
        """The post's own words, or those of the post that it passes on."""
        signs = frozenset(n.mem_id for n in card.css(_SIGNS))
        for css in _TEXT:
            for node in card.css(css):
                if (node.mem_id in quoted) is inside and (text := text_of(node, without=signs)):
                    return text
        return ""


def _within(card: LexborNode, css: str) -> frozenset[int]:
    return frozenset(n.mem_id for part in card.css(css) for n in (part, *part.css("*")))


def _own_post(url: str, page: WeiboPage) -> bool:
    """Links between posts and to people are Weibo's own."""
    host = urlsplit(url).hostname or ""
    return host == "weibo.com" or host.endswith((".weibo.com", "m.weibo.cn")) or url.startswith(page.url)
