"""The pictures of a stored visit with their bytes: those that were fetched, and those that stand in its pages."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from spiders.decode import decode
from spiders.fetch import header, is_html, page_body
from spiders.items import Exchange, VisitItem
from spiders.pictures.find import little_text, telling

LIMIT = 8 * 1024 * 1024
"""Bytes of a page or picture that are looked at; fixed, so that a stored visit always shows the same."""
MAX_INLINE = 3
"""Pictures of one page that are taken from the page itself."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One picture of a visit; without ``data`` it did not come, and ``why`` says the reason."""

    url: str
    page_url: str
    data: bytes = b""
    why: str = ""

    @property
    def sha256(self) -> str:
        """Of the bytes; empty without any."""
        return hashlib.sha256(self.data).hexdigest() if self.data else ""


def pictures_of(visit: VisitItem) -> list[Shown]:
    """Every picture once, fetched ones first."""
    found = [_fetched(p.exchange, p.page_url) for p in visit.pictures]
    if visit.inline_pictures:
        for url, html in pages_of(visit):
            inline = (c for c in telling(html, url, MAX_INLINE) if c.data is not None)
            found += [Shown(f"{url}#{c.url}", url, c.data or b"") for c in inline]
    return list({(shown.sha256 or shown.url): shown for shown in reversed(found)}.values())[::-1]


def speaks_by_pictures(visit: VisitItem) -> bool:
    """Whether the visit brought a page, and none that shows much text."""
    pages = pages_of(visit)
    return bool(pages) and all(little_text(html) for _, html in pages)


def pages_of(visit: VisitItem) -> list[tuple[str, str]]:
    """Address and source of every page that came, each body once."""
    found: dict[str, tuple[str, str]] = {}
    for page in visit.pages:
        last = page.exchanges[-1] if page.exchanges else None
        if last is None or last.status is None or page.body_sha256 in found:
            continue
        data, content_type = page_body(last, LIMIT).data, header(last, "content-type")
        if data and is_html(content_type, data):
            found[page.body_sha256] = (last.url, decode(data, content_type).text)
    return list(found.values())


def _fetched(exchange: Exchange, page_url: str) -> Shown:
    # The code and its sentence; what follows names our own proxy and the like.
    why = exchange.error.partition("：")[0]
    if exchange.status != 200:
        return Shown(exchange.url, page_url, why=f"图片没有取到（{why or f'HTTP {exchange.status}'}）")
    data = page_body(exchange, LIMIT).data
    if exchange.truncated or not data:
        return Shown(exchange.url, page_url, why=f"图片不完整（{why}）" if why else "图片是空的")
    return Shown(exchange.url, page_url, data)
