"""What one fetched page shows, read without a parse: for deciding who else looks, and what became of the site.

Linear and bounded; the parse for scoring happens in a child process, later and once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock

import re2

from scoring.challenge import HEAD, THIN
from scoring.faces import Glimpse, hiding_wall
from spiders.decode import decode
from spiders.fetch import header, is_html, page_body
from spiders.items import Exchange, PageVisit
from spiders.redirects import REDIRECT_STATUSES, visible

MOST = 192 * 1024
"""Bytes of a page that are read."""
MOST_TEXT, MOST_TAGS = 20_000, 3_000
REMEMBERED = 64
"""Pages whose reading is kept: several clients often get the same."""
_TITLE = re2.compile(r"(?is)<title[^>]{0,200}>([^<]{0,500})")
_TAG = re2.compile(r"<([A-Za-z][A-Za-z0-9]{0,15})")
_MOVES = re2.compile(r"(?i)<(?:script|iframe|frame|object|embed|img|input|canvas|svg|video)\b")


@dataclass(frozen=True, slots=True)
class _Reading:
    title: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()
    moves: bool = False
    head: str = ""
    """The beginning of the source, kept only of pages that say little."""


_read: dict[str, _Reading] = {}
_lock = Lock()
"""Visits are looked at while they are made, earlier ones in a thread of its own."""


def glimpse(page: PageVisit) -> Glimpse:
    """What a client got at one address; never raises for what came."""
    answered = [e for e in page.exchanges if e.status is not None]
    if not answered:
        return Glimpse(page.client, page.requested_url, error=_code(page.error))
    last = answered[-1]
    reading = _reading(last, page.body_sha256)
    shown = f"{reading.title}\n{reading.text}"
    return Glimpse(
        client=page.client,
        requested_url=page.requested_url,
        final_url=last.url,
        status=last.status,
        error=_code(page.error or last.error),
        onward=_onward(page, last),
        title=reading.title,
        text=reading.text,
        tags=reading.tags,
        body_sha256=page.body_sha256,
        moves=reading.moves,
        wall=hiding_wall(last.status, last.response_headers, reading.head, shown),
    )


def glimpses(pages: Iterable[PageVisit]) -> tuple[Glimpse, ...]:
    """Of every page, in their order."""
    return tuple(map(glimpse, pages))


def _onward(page: PageVisit, last: Exchange) -> str:
    """Where the last answer pointed, when nobody answered there or we did not follow."""
    after = page.exchanges[page.exchanges.index(last) + 1 :]
    if after:
        return after[0].url
    return header(last, "location")[:500] if last.status in REDIRECT_STATUSES else ""


def _reading(exchange: Exchange, sha256: str) -> _Reading:
    found = _read.get(sha256) if sha256 else None
    if found is None:
        found = _fresh(exchange)
        if sha256:
            with _lock:
                _read[sha256] = found
                if len(_read) > REMEMBERED:
                    del _read[next(iter(_read))]
    return found


def _fresh(exchange: Exchange) -> _Reading:
    data = _beginning(page_body(exchange, 4 * MOST).data)
    content_type = header(exchange, "content-type")
    if not data or not is_html(content_type, data):
        return _Reading(moves=bool(data))
    html = decode(data, content_type).text
    titled = _TITLE.search(html)
    title = " ".join(titled.group(1).split()) if titled else ""
    rest = html[: titled.start()] + html[titled.end() :] if titled else html
    text = visible(rest)[:MOST_TEXT]
    tags = tuple(tag.lower() for tag, _ in zip(_TAG.findall(html), range(MOST_TAGS), strict=False))
    return _Reading(title, text, tags, _MOVES.search(html) is not None, html[:HEAD] if len(text) <= THIN else "")


def _beginning(data: bytes) -> bytes:
    """The first bytes, cut before a tag: its bracket is within a character of no encoding of the web."""
    return data if len(data) <= MOST else data[: max(data.rfind(b"<", 0, MOST), 1)]


def _code(error: str) -> str:
    return error.split(" ", 1)[0]
