"""One capture of a pack: the page as one client got it in one visit, with how it was taken (``capture.json``)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from lookalike.evidence import hosting
from lookalike.evidence.canonical import readable, utc
from lookalike.evidence.facts import CaptureFacts, Json, unknown
from lookalike.evidence.hashes import digest
from lookalike.evidence.records import Records
from lookalike.evidence.taken import SOFTWARE, Source, answer_of, how_taken, user_agent
from lookalike.evidence.wacz import Page, make_wacz
from scoring.page import PageFacts
from spiders.case import LIMIT, build_case
from spiders.decode import decode
from spiders.fetch import header, page_body
from spiders.items import Exchange, PageVisit, RenderedPage
from spiders.parse_child import parse
from spiders.warc_record import plain_url


@dataclass(frozen=True, slots=True)
class Made:
    """The files of one capture by name, and the facts for the documents."""

    files: dict[str, bytes]
    facts: CaptureFacts
    page: PageFacts | None
    """The page as read; None where none came."""
    rendered: str
    """Visible text of the page after its scripts ran; empty where no browser showed it."""


def captures_of(source: Source, lead_id: int, first: int) -> list[Made]:
    """One capture a page and client of the visit; numbers go on from ``first``."""
    views = build_case(source.item, (), source.item.started_at).views  # plain views, in the order of the pages
    return [
        _capture(source, page, f"P{first + at:03}", lead_id, views[at].page)
        for at, page in enumerate(source.item.pages)
    ]


def _capture(source: Source, page: PageVisit, number: str, lead_id: int, read: PageFacts | None) -> Made:
    item, shown, title = source.item, _shown(source, page), read.title if read else ""
    answered = answer_of(page)
    body = page_body(answered, LIMIT) if answered else None
    text = decode(body.data, header(answered, "content-type")).text if body and answered else ""
    warc, ids = _warc(source, page, shown)
    at = answered.at if answered else item.started_at
    opened = [Page(plain_url(answered.url), at, title, "main")] if answered else []
    files = {
        "capture.wacz": make_wacz(warc.out.getvalue(), opened, SOFTWARE, at),
        "dns.json": readable(hosting.dns_json(item.hosting)),
        "tls.json": readable(hosting.tls_json(item.hosting)),
        "registration.json": readable(hosting.registration_json(item.hosting, item.raw)),
        "geoip.json": readable(hosting.geoip_json(item.hosting)),
        "certificate.pem": hosting.pem(item.raw),
        "screenshot-full.png": shown.whole if shown else b"",
        "screenshot-view.png": shown.fold if shown else b"",
        "page-rendered.txt": shown.dom if shown else b"",
        "response-body.bin": answered.body if answered else b"",
        "page-text.txt": text.encode("utf-8", "replace"),
    } | {hosting.RAW[name]: body for name, body in item.raw.items() if name in hosting.RAW}
    files = {name: data for name, data in files.items() if data}
    record = how_taken(source, page, shown, number, lead_id) | {
        "title": title,
        "hops": _hops(page, ids),
        "warc": {
            "file": "capture.wacz!archive/capture.warc.gz",
            "records": warc.count,
            "sha256": digest(warc.out.getvalue(), "sha256"),
        },
        "body": _body(answered, body.data if body else b"", page),
        "files": {name: digest(data, "sha256") for name, data in sorted(files.items())},
    }
    files["capture.json"] = readable(record)
    facts = CaptureFacts(
        number=number,
        lead_id=lead_id,
        folder=f"data/03_evidence/{number}",
        record=record,
        text=text,
        screenshot_full=files.get("screenshot-full.png", b""),
        screenshot_view=files.get("screenshot-view.png", b""),
        dns=hosting.dns_json(item.hosting),
        tls=hosting.tls_json(item.hosting),
        registration=hosting.registration_json(item.hosting, item.raw),
        geoip=hosting.geoip_json(item.hosting),
    )
    dom = shown.dom.decode("utf-8", "replace") if shown else ""
    return Made(files, facts, read, parse(dom, shown.final_url).text if shown and dom else "")


def _shown(source: Source, page: PageVisit) -> RenderedPage | None:
    pages: Sequence[RenderedPage] = source.rendered.pages if source.rendered else ()
    return next((p for p in pages if p.client == page.client and p.requested_url == page.requested_url), None)


def _warc(source: Source, page: PageVisit, shown: RenderedPage | None) -> tuple[Records, list[str]]:
    """The records in the order of the visit, and the ids of the page's own responses."""
    item = source.item
    records = Records(f"{source.row.warc_sha256}:{page.client}:{page.requested_url}")
    told = {"software": SOFTWARE, "format": "WARC File Format 1.1", "isPartOf": str(item.site)}
    told["http-header-user-agent"] = user_agent(page)
    records.info(told, item.started_at)
    ids = [records.exchange(exchange) for exchange in page.exchanges]
    mine = {e.url for e in page.exchanges}
    for picture in item.pictures:
        if picture.page_url in mine:
            records.exchange(picture.exchange)
    if item.favicon is not None:
        records.exchange(item.favicon)
    if shown is not None:
        url = shown.final_url or shown.requested_url
        for name, data, kind in (
            (f"urn:screenshot:{url}", shown.whole, "image/png"),
            (f"urn:screenshot-view:{url}", shown.fold, "image/png"),
            (f"urn:dom:{url}", shown.dom, "text/html; charset=utf-8"),
        ):
            if data:
                records.resource(name, data, kind, shown.at)
    for name, data in sorted(item.raw.items()):
        records.resource(f"urn:lookalike:raw:{name}", data, "application/octet-stream", item.started_at)
    facts = {"url": page.requested_url, "client": page.client, "records": ids, "error": page.error}
    headers = [{"url": e.url, "request": e.request_headers, "response": e.response_headers} for e in page.exchanges]
    records.facts("urn:lookalike:capture", facts | {"headers": headers}, item.started_at)
    return records, ids


def _hops(page: PageVisit, ids: Sequence[str]) -> list[Json]:
    """Every exchange on the way; ``exchanges`` and ``hops`` run side by side."""
    found = []
    for at, exchange in enumerate(page.exchanges):
        hop = page.hops[at] if at < len(page.hops) else None
        told: Json = {"url": exchange.url, "status": exchange.status, "ip": exchange.ip, "at": utc(exchange.at)}
        told |= {"location": hop.location if hop else "", "via": hop.via if hop else "start", "warc_record_id": ids[at]}
        if why := (hop.error if hop else exchange.error):
            told["refused"] = why
        found.append(told)
    return found


def _body(answered: Exchange | None, plain: bytes, page: PageVisit) -> Any:
    if answered is None:
        return unknown(page.error or "没有收到应答")
    return {
        "bytes": len(answered.body),
        "sha256": digest(answered.body, "sha256"),
        "content_type": header(answered, "content-type"),
        "content_encoding": header(answered, "content-encoding"),
        "decoded_bytes": len(plain),
        "decoded_sha256": digest(plain, "sha256"),
        "charset": page.encoding,
        "charset_how": page.encoding_note,
    }
