"""A page of search results, as an engine sent it: results, next page, and which of four things it is.

Reads one page and nothing else: no request, no clock. A layout that is not understood is ``unparsed``, never ``none``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import ClassVar, Literal
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from spiders.decode import decode
from spiders.pages import reader
from spiders.pages.addresses import absolute, kind_of
from spiders.pages.blocks import parse, select, text_of, tidy
from spiders.pages.layout import CAPTCHA_WORDS, NEXT_WORDS, NONE_WORDS, Layout
from spiders.pages.result import SerpResult, number
from spiders.redirects import visible

__all__ = ["PageOutcome", "SerpPage", "SerpResult", "decode_serp"]

PageOutcome = Literal["results", "none", "captcha", "unparsed"]
REDIRECTS = frozenset({301, 302, 303, 307, 308})
ONLY_CHROME = 3
"""Outside links that a page without results may have: a licence number, an app, a hot line."""
SPARSE = 1500
"""Visible characters of a verification page, at most."""
LARGE = 500_000
CHROME = (
    "miit.gov.cn",
    "www.baidu.com",
    "www.bing.com",
    "beian.gov.cn",
    "12377.cn",
    "hao123.com",
    "microsoft.com",
    "live.com",
    "msn.cn",
    "qq.com",
    "sohu.com",
)
"""Hosts that the engines' own footers and tabs link to."""
_ARROWS = "<>›»→ "
_REFUSING = ("captcha", "antispider", "wappass", "verify", "challenge", "turing", "sorry")


def decode_serp(body: bytes, content_type: str = "") -> str:
    """Text of a results page by BOM, header, meta or trial; labels of the web only (gb2312 reads as GB18030)."""
    return decode(body, content_type).text


class SerpPage:
    """One results page. Subclasses say what an engine's pages look like in ``layout``."""

    layout: ClassVar[Layout]

    def __init__(
        self,
        html: str,
        url: str,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        now: datetime | None = None,
    ) -> None:
        """``headers``: of the answer, any case; ``now``: dates such as 3天前 are told against it."""
        self.html = html
        self.url = url
        self.status = status
        self.headers = {k.lower(): v for k, v in (headers or {}).items()}
        self.now = now

    @cached_property
    def tree(self) -> LexborHTMLParser | None:
        """The parsed page; None where its shape forbids it, then it is read heading by heading."""
        return parse(self.html)

    @cached_property
    def rail_ids(self) -> frozenset[int]:
        """Nodes of the side column."""
        return (
            frozenset(n.mem_id for n in select(self.tree, self.layout.rail)) if self.tree is not None else frozenset()
        )

    @cached_property
    def blocks(self) -> tuple[SerpResult, ...]:
        """Every block with a title and an address, those into the engine itself among them, in page order."""
        return number(self._read())

    @property
    def results(self) -> tuple[SerpResult, ...]:
        """The blocks that lead out; positions still count what stood between them."""
        return tuple(b for b in self.blocks if not b.internal)

    @cached_property
    def by_headings(self) -> bool:
        """Whether the layout was not understood, or content was lost, and headings gave some of the results."""
        return bool(self.blocks) and self._from_headings

    @property
    def doubtful(self) -> bool:
        """Results, but perhaps not all: read by headings, or paid ones alone on a page that does not say why."""
        return self.by_headings or (bool(self.results) and all(r.paid for r in self.results) and not self._none_said)

    _from_headings = False

    def refined(self, block: LexborNode, read: SerpResult) -> SerpResult:  # noqa: ARG002 - for subclasses
        """What the block says beyond what every engine's blocks say: who posted it, how to reach him."""
        return read

    def _read(self) -> list[SerpResult]:
        found = reader.by_layout(self) if self.tree is not None else []
        if self._stopped or (any(not r.paid for r in found) and not reader.lost_content(self)):
            return found
        known = {r.url for r in found}
        more = [r for r in reader.by_headings(self) if r.url not in known]
        self._from_headings = bool(more)
        return found + more

    @cached_property
    def _stopped(self) -> bool:
        """What says *no* before any block is looked at: an empty answer, a redirect, a verification page."""
        return not self.html.strip() or self.status in REDIRECTS or self._captcha_marked

    @cached_property
    def _captcha_marked(self) -> bool:
        if self.tree is None:
            return False
        title = self.tree.css_first("title")
        if title is not None and any(w in text_of(title).lower() for w in (*CAPTCHA_WORDS, *self.layout.captcha_words)):
            return True
        return bool(select(self.tree, self.layout.captcha))

    @cached_property
    def is_captcha(self) -> bool:
        """Whether the engine asks who we are: by where it sends us, or by what the page is."""
        return self._asks

    @cached_property
    def _asks(self) -> bool:
        if self.status in REDIRECTS:
            return self._refused_by_redirect
        if self.status == 429 or self._captcha_marked:  # Too Many Requests
            return True
        if self.results:
            return False
        words = (*CAPTCHA_WORDS, *self.layout.captcha_words)
        low = self.html.lower()
        return len(visible(self.html[:LARGE])) <= SPARSE and any(w.lower() in low for w in words)

    @property
    def location(self) -> str:
        """Where a redirect leads, absolute; ``""`` when this is none."""
        return absolute(self.url, self.headers.get("location", "")) if self.status in REDIRECTS else ""

    @property
    def _refused_by_redirect(self) -> bool:
        """A search that is sent to another page of the engine was not answered."""
        try:
            parts = urlsplit(self.location)
        except ValueError:
            return False
        away = (parts.hostname or "") + parts.path.lower()
        if any(word in away for word in _REFUSING):
            return True
        kind = kind_of(self.location, self.url, self.layout)
        return kind in {"internal", "perhaps", "redirector"} and not self.moved_to

    @property
    def moved_to(self) -> str:
        """The same search at another own address (https, a country's host); ``""`` when it is not that."""
        try:
            there, here = urlsplit(self.location), urlsplit(self.url)
        except ValueError:
            return ""
        own = bool(self.location) and kind_of(self.location, self.url, self.layout) != "outside"
        return self.location if own and there.path == here.path and bool(there.query) else ""

    @cached_property
    def says_no_results(self) -> bool:
        """Whether the page itself says that nothing was found; only ever true where nothing was."""
        return self._confirms

    @property
    def _confirms(self) -> bool:
        return not self._stopped and not self.results and self._none_said

    @cached_property
    def _none_said(self) -> bool:
        if self.tree is None or self.tree.body is None:
            return False
        if reader.outside_links(self, CHROME) > ONLY_CHROME:
            return False
        if select(self.tree, self.layout.none):
            return True
        text = text_of(self.tree.body, 20_000).lower()
        return any(word.lower() in text for word in (*NONE_WORDS, *self.layout.none_words))

    @cached_property
    def outcome(self) -> PageOutcome:
        """``results``, ``none`` (said so), ``captcha`` (asked who we are), or ``unparsed``: none of these."""
        if self.is_captcha:
            return "captcha"
        if self.results:
            return "results"
        return "none" if self.says_no_results else "unparsed"

    @cached_property
    def next_url(self) -> str:
        """The next page of this search, as the page links it; ``""`` on the last one."""
        if self.tree is None:
            return ""
        for link in select(self.tree, self.layout.next_link):
            if found := self._same_search(link.attributes.get("href") or ""):
                return found
        for link in self.tree.css("a[href]"):
            words = tidy(text_of(link, 40)).strip(_ARROWS).lower()
            if words in NEXT_WORDS and (found := self._same_search(link.attributes.get("href") or "")):
                return found
        return ""

    def _same_search(self, href: str) -> str:
        url = absolute(self.url, href)
        if not url or kind_of(url, self.url, self.layout) == "outside":
            return ""
        path = urlsplit(url).path
        return url if path in {urlsplit(self.url).path, *self.layout.search_paths} and urlsplit(url).query else ""
