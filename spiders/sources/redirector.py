"""Asks an engine's redirector where a result leads, once an address and crawl, without going there."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import re2
from scrapy import Request
from scrapy.http import Response

from spiders.decode import decode
from spiders.pages.addresses import absolute, kind_of
from spiders.pages.layout import Layout
from spiders.redirects import HEAD, by_page, by_status

logger = logging.getLogger(__name__)

HOPS = 4
"""Own addresses that a redirector may lead through (http to https, a mobile host) before it leaves."""

_STRING = r"(?:\"[^\"\n]*\"|'[^'\n]*')"
_VARIABLE = re2.compile(rf"\b([A-Za-z_$][\w$]*)\s*(\+?=)\s*({_STRING}(?:\s*\+\s*{_STRING})*)")
_PART = re2.compile(_STRING)
_GOES = re2.compile(
    r"\blocation(?:\s*\.\s*href)?\s*(?:=|\.\s*(?:replace|assign)\s*\()\s*([A-Za-z_$][\w$]*)\s*[);\n\r<]"
)

Fetch = Callable[[Request], Awaitable[Response]]


class Redirectors:
    """Remembers every redirector asked; ``""`` for one that did not tell."""

    def __init__(self, layout: Layout, fetch: Fetch) -> None:
        self._layout = layout
        self._fetch = fetch
        self._known: dict[str, str] = {}
        self.asked = 0

    async def target(self, url: str, referer: str) -> str:
        """The first address behind ``url`` that is not a redirector itself; never raises, never goes to an outsider."""
        if url not in self._known:
            self.asked += 1
            self._known[url] = await self._follow(url, referer)
        return self._known[url]

    def known(self, url: str) -> str:
        """What ``url`` was found to lead to; ``""`` where it was not asked or did not tell."""
        return self._known.get(url, "")

    async def _follow(self, url: str, referer: str) -> str:
        here = url
        for _ in range(HOPS):
            request = Request(
                here,
                headers={"Referer": referer},
                meta={"dont_redirect": True, "handle_httpstatus_all": True, "lookalike_redirector": True},
                dont_filter=True,
            )
            try:
                response = await self._fetch(request)
            except Exception as exc:  # noqa: BLE001 - whatever breaks one redirector costs one target, not the page
                logger.info("redirector %s: %s", here, type(exc).__name__)
                return ""
            onward = onward_of(response)
            if not onward or kind_of(onward, url, self._layout) == "outside":
                return onward
            if kind_of(onward, url, self._layout) == "internal":
                return onward
            here = onward
        return ""


def onward_of(response: Response) -> str:
    """Where an answer sends its reader, absolute: by status, meta refresh or script; ``""`` when it does not."""
    location = (response.headers.get("Location") or b"").decode("latin-1")
    try:
        if found := by_status(response.status, _utf8(location), response.url):
            return absolute(response.url, found.url)
        text = decode(response.body, (response.headers.get("Content-Type") or b"").decode("latin-1")).text
        if page := by_page(text, response.url):
            return absolute(response.url, page.url)
    except ValueError:
        return ""
    return absolute(response.url, by_variable(text))


def by_variable(text: str) -> str:
    """Reads ``var u='http://a'; u += '.b/'; location.replace(u)``; ``""`` when nothing goes by a variable."""
    goes = _GOES.search(text[:HEAD])
    if goes is None:
        return ""
    value = ""
    for name, operator, expression in _VARIABLE.findall(text[:HEAD]):
        if name == goes.group(1):
            joined = "".join(part[1:-1] for part in _PART.findall(expression)).replace("\\/", "/")
            value = value + joined if operator == "+=" else joined
    return value


def _utf8(header: str) -> str:
    """A Location header with raw UTF-8 in it, as browsers read it."""
    try:
        return header.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return header
