"""From a stored visit to the case that scoring judges: decode, parse once, no judgement here."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from datetime import datetime

import mmh3

from scoring.case import Case, PictureFacts, Sighting, View
from scoring.faces import GATEWAY
from spiders.browser.views import with_rendered
from spiders.decode import decode
from spiders.fetch import header, is_html, page_body
from spiders.items import Exchange, PageVisit, RenderedVisit, VisitItem
from spiders.parse_child import parse

LIMIT = 8 * 1024 * 1024
"""Bytes of a page that are parsed; fixed, so that a stored visit always gives the same case."""


def build_case(
    visit: VisitItem,
    sightings: Sequence[Sighting],
    now: datetime,
    pictures: Sequence[PictureFacts] = (),
    rendered: RenderedVisit | None = None,
) -> Case:
    """The case of one visit, and of what a browser made of it where it was shown to one.

    The same visit, sightings, readings of its pictures and rendered pages give the same case to the bit.
    """
    icon_mmh3, icon_sha256 = _favicon(visit.favicon)
    return Case(
        now=now,
        site=visit.site,
        url=visit.url,
        views=with_rendered([_view(page, icon_mmh3, icon_sha256) for page in visit.pages], rendered),
        hosting=visit.hosting,
        sightings=tuple(sightings),
        pictures=tuple(pictures),
    )


def view_of(visit: VisitItem, url: str, rendered: RenderedVisit | None = None) -> View | None:
    """The desktop's view of one address in a visit, rendered where that says more; None when it was not fetched."""
    icon_mmh3, icon_sha256 = _favicon(visit.favicon)
    page = next((p for p in visit.pages if p.client == "desktop" and p.requested_url == url), None)
    return with_rendered([_view(page, icon_mmh3, icon_sha256)], rendered)[-1] if page else None


def _view(page: PageVisit, icon_mmh3: int | None, icon_sha256: str) -> View:
    # A page whose onward address was refused or is dead is still what the visitor saw.
    answers = [e for e in page.exchanges if e.status is not None]
    last = next((e for e in reversed(answers) if e.status not in GATEWAY), answers[-1] if answers else None)
    facts = None
    if last is not None:
        data = page_body(last, LIMIT).data
        content_type = header(last, "content-type")
        if data and is_html(content_type, data):
            facts = parse(decode(data, content_type).text, last.url)
    return View(
        client=page.client,
        requested_url=page.requested_url,
        hops=tuple(page.hops),
        page=facts,
        error=page.error or ("" if facts is not None else "没有可读的页面"),
        body_sha256=page.body_sha256,
        encoding=page.encoding,
        encoding_note=page.encoding_note,
        favicon_mmh3=icon_mmh3,
        favicon_sha256=icon_sha256,
        truncated=bool(last and last.truncated),
        observed_at=last.at if last else None,
    )


def _favicon(exchange: Exchange | None) -> tuple[int | None, str]:
    """Hash as Shodan and FOFA count it (mmh3 of MIME base64), and SHA-256; None where there is no icon."""
    if exchange is None or exchange.status != 200:
        return None, ""
    data = page_body(exchange, LIMIT).data
    if not data or data.lstrip()[:1] == b"<":
        return None, ""  # an error page in the place of an icon
    return mmh3.hash(base64.encodebytes(data)), hashlib.sha256(data).hexdigest()
