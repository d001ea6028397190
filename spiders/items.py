"""What spiders hand on: pages of search results, and visits of suspects. Dataclasses, as Scrapy's template has them."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import datetime
from typing import Any, Literal

from scoring.case import Client, Hop, Hosting, Screen, Sighting, SiteKey

Outcome = Literal["results", "none", "captcha", "unparsed", "blocked", "robots", "failed"]
"""``none``: the page itself says that nothing was found. ``unparsed``: 200, but neither results nor such a
sentence: the layout changed. ``captcha``: it asks whether we are human. ``blocked``: it turns us away otherwise
(403, 429, only for who is logged in). ``robots``: its robots.txt forbids it, and it was not asked. ``failed``: no
page came."""


def _base64(value: bytes) -> str:
    """For ``scrapy crawl -O out.jsonl``: JSON knows no bytes."""
    return base64.b64encode(value).decode("ascii")


def _plain(value: Any) -> Any:
    """The same in what JSON knows: objects, lists, ISO times, base64."""
    if isinstance(value, bytes):
        return _base64(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


@dataclass(slots=True)
class SerpItem:
    """One page of results for one query, redirectors resolved; stored in one transaction."""

    source: str
    query: str
    page: int
    """1 for the first page."""
    url: str
    outcome: Outcome
    sightings: list[Sighting] = field(default_factory=list)
    next_url: str = ""
    note: str = ""
    """Why it failed, or what the captcha page was."""
    seen_at: datetime | None = None
    raw: bytes = field(default=b"", metadata={"serializer": _base64})
    """The body as it came, only for ``unparsed``: tomorrow's fixture; base64 in exported feeds."""
    unresolved: int = 0
    """Results whose redirector did not tell where it leads."""
    asked_at: datetime | None = None
    """When the page was asked for; ``seen_at`` is when it had come."""
    seconds: float = 0.0
    """From the one to the other by the machine's own clock, pace and redirectors included."""


@dataclass(slots=True)
class Exchange:
    """One request and its answer, as the WARC holds it: the body as sent, content coding included, bounded."""

    url: str
    method: str
    request_headers: list[tuple[str, str]]
    status: int | None
    reason: str
    response_headers: list[tuple[str, str]]
    body: bytes
    at: datetime
    ip: str = ""
    error: str = ""
    """A code and a sentence when it was refused, failed or cut; the bytes that came are kept."""
    truncated: str = ""
    """WARC's reason word when the body was cut: ``length``, ``time``, ``disconnect``."""


@dataclass(slots=True)
class PageVisit:
    """One suspect URL as one client got it: all exchanges, in order, the last one the page."""

    client: Client
    requested_url: str
    hops: list[Hop]
    exchanges: list[Exchange]
    encoding: str = ""
    encoding_note: str = ""
    body_sha256: str = ""
    error: str = ""


@dataclass(slots=True)
class PictureVisit:
    """One picture of a page, as it was fetched: whether anything came is in the exchange."""

    exchange: Exchange
    page_url: str
    """The page that shows it."""


@dataclass(slots=True)
class VisitItem:
    """One visit of one site: every page and client, favicon, hosting facts; stored in one transaction."""

    site: SiteKey
    url: str
    """The URL that the visit began with."""
    started_at: datetime
    pages: list[PageVisit] = field(default_factory=list, metadata={"serializer": _plain})
    favicon: Exchange | None = field(default=None, metadata={"serializer": _plain})
    hosting: Hosting = field(default_factory=Hosting, metadata={"serializer": _plain})
    raw: dict[str, bytes] = field(default_factory=dict, metadata={"serializer": _plain})
    """Raw hosting answers by name (``whois.txt``, ``rdap.json``, ``cert.der``), kept as evidence."""
    outcome: Literal["ok", "partial", "failed"] = "ok"
    why: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    """Refusals and cuts by code, for the summary: ``{"E_TIMEOUT": 1}``."""
    pictures: list[PictureVisit] = field(default_factory=list, metadata={"serializer": _plain})
    """Telling pictures of the pages, best first."""
    inline_pictures: int = 0
    """How many telling pictures stand in the pages themselves, as ``data:``."""


@dataclass(slots=True)
class RenderedRequest:
    """One request that a page made in the browser."""

    url: str
    kind: str
    """``document``, ``script``, ``image``, ``fetch`` … as the browser calls it."""
    method: str
    status: int | None = None
    error: str = ""
    """A code and a sentence when it was refused or failed."""


@dataclass(slots=True)
class RenderedPage:
    """One page as a browser showed it to one client."""

    client: Client
    requested_url: str
    at: datetime
    hops: list[Hop] = field(default_factory=list)
    """Every page that it led through; the browser tells scripts and meta refreshes apart."""
    final_url: str = ""
    title: str = ""
    dom: bytes = b""
    """Source after scripts ran, UTF-8; frames of the page's own host follow it."""
    dom_cut: bool = False
    fold: bytes = b""
    """PNG of the first screenful."""
    whole: bytes = b""
    """PNG of the page from its top."""
    whole_cut: bool = False
    """Whether the page is larger than its picture."""
    width: int = 0
    height: int = 0
    """Of the page as laid out, CSS pixels."""
    screen: Screen | None = None
    """Hashes of both pictures; None where one could not be made."""
    requests: list[RenderedRequest] = field(default_factory=list)
    requests_left_out: int = 0
    refused: dict[str, str] = field(default_factory=dict)
    """What the guard refused it: code and sentence by address, or by ``host:port``."""
    counts: dict[str, int] = field(default_factory=dict)
    """Refusals by code."""
    dialogs: int = 0
    popups: int = 0
    downloads: list[str] = field(default_factory=list)
    """Addresses of files that it wanted to hand over; none was taken."""
    certificate: str = ""
    """The browser's own word on a certificate that it does not trust; empty: trusted, or no TLS."""
    seconds: float = 0.0
    error: str = ""
    """A code and a sentence when it could not be shown in full."""


@dataclass(slots=True)
class RenderedVisit:
    """What a browser made of pages of one site; belongs to a visit that was made before."""

    site: SiteKey
    url: str
    started_at: datetime
    browser: str
    """Name, version, whether its sandbox was on, and our flags."""
    pages: list[RenderedPage] = field(default_factory=list)
