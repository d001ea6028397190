"""The pages of one stored visit as an analyst reads them: what answered, its text, and where its pictures are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from lookalike.evidence.taken import answer_of
from lookalike.store.blobs import Blobs
from lookalike.store.models import Visit
from lookalike.web import captured
from scoring.case import Hop, Hosting
from scoring.page import PageFacts
from spiders.case import LIMIT
from spiders.decode import decode
from spiders.fetch import header, page_body
from spiders.items import PageVisit, RenderedVisit, VisitItem
from spiders.parse_child import parse

OK = 200
TEXT = 6000
"""Characters of a page's text that are shown at once."""


@dataclass(frozen=True, slots=True)
class Shot:
    """One page as one client got it."""

    number: int
    client: str
    url: str
    final_url: str
    status: int | None
    error: str
    hops: tuple[Hop, ...]
    facts: PageFacts | None
    text: str
    characters: int
    """Of the text in all."""
    sha256: str
    """Of the body; empty where none came."""
    drawn: int | None
    """Which page of the rendered visit shows it; None: no browser did."""
    why_not: str
    """Why there is no picture."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One visit, read back."""

    shots: tuple[Shot, ...]
    hosting: Hosting
    pages: tuple[PageVisit, ...] = ()
    rendered: RenderedVisit | None = None
    raw: Mapping[str, bytes] = field(default_factory=dict)
    """Raw answers by name: ``whois.txt``, ``rdap.json``, ``cert.der``."""
    icon: bytes = b""
    pictures: tuple[str, ...] = ()
    """SHA-256 of its telling pictures, the most telling first."""


def seen(blobs: Blobs, visit: Visit) -> Seen:
    """The pages of a visit. Raises StoreError where its files are missing or damaged."""
    if visit.warc_sha256 is None:
        return Seen((), Hosting())
    item = captured.visit_of(blobs, visit.warc_sha256)
    rendered = captured.rendered_of(blobs, visit.rendered_sha256) if visit.rendered_sha256 else None
    shots = tuple(_shot(number, page, rendered) for number, page in enumerate(item.pages))
    return Seen(shots, item.hosting, tuple(item.pages), rendered, item.raw, *marks_of(item))


def marks_of(item: VisitItem) -> tuple[bytes, tuple[str, ...]]:
    """The site's icon, and hashes of its telling pictures: the logo is among the first."""
    icon = page_body(item.favicon, LIMIT).data if item.favicon is not None and item.favicon.status == OK else b""
    bodies = (page_body(one.exchange, LIMIT).data for one in item.pictures if one.exchange.status == OK)
    return icon, tuple(hashlib.sha256(body).hexdigest() for body in bodies if body)


def facts_of(page: PageVisit) -> PageFacts | None:
    """What the page says; None where none came."""
    answered = answer_of(page)
    if answered is None or not answered.body:
        return None
    text = decode(page_body(answered, LIMIT).data, header(answered, "content-type")).text
    return parse(text, answered.url)


def drawn_facts(rendered: RenderedVisit | None, number: int | None) -> PageFacts | None:
    """What a page says after a browser showed it, as its picture does; None where none did."""
    if rendered is None or number is None or number >= len(rendered.pages):
        return None
    page = rendered.pages[number]
    return parse(page.dom.decode("utf-8", "replace"), page.final_url or page.requested_url) if page.dom else None


def _shot(number: int, page: PageVisit, rendered: RenderedVisit | None) -> Shot:
    answered, facts = answer_of(page), facts_of(page)
    drawn, why_not = _drawn(page, rendered)
    text = facts.text if facts else ""
    return Shot(
        number=number,
        client=page.client,
        url=page.requested_url,
        final_url=answered.url if answered else page.requested_url,
        status=answered.status if answered else None,
        error=page.error,
        hops=tuple(page.hops),
        facts=facts,
        text=text[:TEXT],
        characters=len(text),
        sha256=page.body_sha256,
        drawn=drawn,
        why_not=why_not,
    )


def _drawn(page: PageVisit, rendered: RenderedVisit | None) -> tuple[int | None, str]:
    if rendered is None:
        return None, "not_rendered"
    for number, shown in enumerate(rendered.pages):
        if shown.client == page.client and shown.requested_url == page.requested_url:
            return (number, "") if shown.fold else (None, "no_picture")
    return None, "not_rendered"
