"""One WARC 1.1 file a visit (ISO 28500): every exchange, the raw hosting answers, and the visit's own record.

The last record (``metadata``, ``urn:lookalike:visit``) names the others, so a visit reads back exactly as it
was made, and a file that was cut is known by its absence.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from scoring.case import Hop, Hosting, SiteKey
from spiders.items import Exchange, PageVisit, PictureVisit, VisitItem
from spiders.warc_record import plain_url, response_record

VISIT_URI = "urn:lookalike:visit"
RAW_URI = "urn:lookalike:raw:"
FORMAT = 1

_HOSTING = TypeAdapter(Hosting)
_HOPS = TypeAdapter(list[Hop])


class BrokenWarc(Exception):
    """A WARC file that does not hold a whole visit; the message names the file and what is missing."""


@dataclass(frozen=True, slots=True)
class _Ids:
    """Record ids of one exchange, by which the visit's own record names it."""

    response: str
    facts: dict[str, Any]


def write_visit(visit: VisitItem, stream: BinaryIO, software: str) -> None:
    """Write ``visit`` to ``stream``, one gzip member a record; whether it lasts is the caller's business."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    writer.write_record(
        writer.create_warcinfo_record(str(visit.site), {"software": software, "format": "WARC File Format 1.1"})
    )
    pages = [_write_page(writer, page) for page in visit.pages]
    favicon = _write_exchange(writer, visit.favicon) if visit.favicon else None
    pictures = [{"page_url": p.page_url, "exchange": _write_exchange(writer, p.exchange)} for p in visit.pictures]
    raw = {name: _write_raw(writer, name, data, visit.started_at) for name, data in visit.raw.items()}
    record = json.dumps(
        _visit_record(visit, pages, favicon, pictures, raw), ensure_ascii=False, sort_keys=True
    ).encode()
    writer.write_record(
        writer.create_warc_record(
            VISIT_URI,
            "metadata",
            payload=BytesIO(record),
            length=len(record),
            warc_content_type="application/json",
            warc_headers_dict={"WARC-Date": _date(visit.started_at)},
        )
    )


def read_visit(path: Path) -> VisitItem:
    """The visit that ``write_visit`` wrote; ``BrokenWarc`` when the file was cut or altered."""
    responses: dict[str, tuple[Any, bytes]] = {}
    raw: dict[str, bytes] = {}
    record: dict[str, Any] | None = None
    try:
        data = path.read_bytes()
        require_whole_members(data)
        with BytesIO(data) as stream:
            for item in ArchiveIterator(stream, check_digests="raise"):
                uri = item.rec_headers.get_header("WARC-Target-URI") or ""
                if item.rec_type == "response":
                    responses[item.rec_headers.get_header("WARC-Record-ID")] = (item, item.raw_stream.read())
                elif item.rec_type == "resource" and uri.startswith(RAW_URI):
                    raw[uri.removeprefix(RAW_URI)] = item.raw_stream.read()
                elif item.rec_type == "metadata" and uri == VISIT_URI:
                    record = json.loads(item.raw_stream.read())
    except (ArchiveLoadFailed, OSError, ValueError, EOFError, AttributeError, zlib.error) as error:
        # AttributeError: what the reader raises itself on a record that ends within its headers
        raise BrokenWarc(f"{path}: {error}") from error
    if record is None:
        raise BrokenWarc(f"{path}: expected a visit record at the end, found none; the file was cut")
    try:
        return _visit(record, responses, raw)
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWarc(f"{path}: the visit record does not fit its exchanges ({error!r})") from error


def require_whole_members(data: bytes) -> None:
    """The reader stops silently at a member that was cut (warcio #127), so the members are walked first."""
    while data:
        member = zlib.decompressobj(16 + zlib.MAX_WBITS)
        member.decompress(data)
        if not member.eof:
            raise EOFError("the last record is cut")
        data = member.unused_data


def _write_page(writer: WARCWriter, page: PageVisit) -> dict[str, Any]:
    return {
        "client": page.client,
        "requested_url": page.requested_url,
        "hops": _HOPS.dump_python(page.hops, mode="json"),
        "exchanges": [_write_exchange(writer, e) for e in page.exchanges],
        "encoding": page.encoding,
        "encoding_note": page.encoding_note,
        "body_sha256": page.body_sha256,
        "error": page.error,
    }


def _write_exchange(writer: WARCWriter, exchange: Exchange) -> dict[str, Any]:
    """Write request and response; return the facts that a WARC record has no field for."""
    facts: dict[str, Any] = {
        "url": exchange.url,
        "method": exchange.method,
        "at": exchange.at.isoformat(),
        "ip": exchange.ip,
        "status": exchange.status,
        "error": exchange.error,
        "truncated": exchange.truncated,
        "request_headers": exchange.request_headers,
        "response": None,
    }
    date = {"WARC-Date": _date(exchange.at)}
    target = plain_url(exchange.url)
    request = writer.create_warc_record(
        target,
        "request",
        http_headers=StatusAndHeaders(
            f"{exchange.method} {target} HTTP/1.1", exchange.request_headers, is_http_request=True
        ),
        warc_headers_dict=date,
    )
    if exchange.status is None:
        writer.write_record(request)
        return facts
    response = response_record(writer, target, exchange, date)
    writer.write_request_response_pair(request, response)
    facts["response"] = response.rec_headers.get_header("WARC-Record-ID")
    facts["response_headers"] = exchange.response_headers
    return facts


def _write_raw(writer: WARCWriter, name: str, data: bytes, at: datetime) -> str:
    record = writer.create_warc_record(
        RAW_URI + name,
        "resource",
        payload=BytesIO(data),
        length=len(data),
        warc_content_type="application/octet-stream",
        warc_headers_dict={"WARC-Date": _date(at)},
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Record-ID"))


def _visit_record(
    visit: VisitItem,
    pages: list[dict[str, Any]],
    favicon: dict[str, Any] | None,
    pictures: list[dict[str, Any]],
    raw: dict[str, str],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "site": [visit.site.host, visit.site.port, visit.site.scope],
        "url": visit.url,
        "started_at": visit.started_at.isoformat(),
        "outcome": visit.outcome,
        "why": visit.why,
        "counts": visit.counts,
        "pages": pages,
        "favicon": favicon,
        "pictures": pictures,
        "inline_pictures": visit.inline_pictures,
        "hosting": _HOSTING.dump_python(visit.hosting, mode="json"),
        "raw": raw,
    }


def _visit(record: dict[str, Any], responses: dict[str, tuple[Any, bytes]], raw: dict[str, bytes]) -> VisitItem:
    if missing := set(record["raw"]) - set(raw):
        raise ValueError(f"missing {sorted(missing)}")
    host, port, scope = record["site"]
    pages = [
        PageVisit(
            client=p["client"],
            requested_url=p["requested_url"],
            hops=_HOPS.validate_python(p["hops"]),
            exchanges=[_exchange(e, responses) for e in p["exchanges"]],
            encoding=p["encoding"],
            encoding_note=p["encoding_note"],
            body_sha256=p["body_sha256"],
            error=p["error"],
        )
        for p in record["pages"]
    ]
    return VisitItem(
        site=SiteKey(host, port, scope),
        url=record["url"],
        started_at=datetime.fromisoformat(record["started_at"]),
        pages=pages,
        favicon=_exchange(record["favicon"], responses) if record["favicon"] else None,
        pictures=[
            PictureVisit(_exchange(p["exchange"], responses), p["page_url"])
            for p in record.get("pictures", ())  # visits that were kept before pictures were fetched have none
        ],
        inline_pictures=record.get("inline_pictures", 0),
        hosting=_HOSTING.validate_python(record["hosting"]),
        raw={name: raw[name] for name in record["raw"]},
        outcome=record["outcome"],
        why=record["why"],
        counts=record["counts"],
    )


def _exchange(facts: dict[str, Any], responses: dict[str, tuple[Any, bytes]]) -> Exchange:
    exchange = Exchange(
        url=facts["url"],
        method=facts["method"],
        request_headers=[(k, v) for k, v in facts["request_headers"]],
        status=facts["status"],
        reason="",
        response_headers=[],
        body=b"",
        at=datetime.fromisoformat(facts["at"]),
        ip=facts["ip"],
        error=facts["error"],
        truncated=facts["truncated"],
    )
    if facts["response"] is None:
        return exchange
    _, body = responses[facts["response"]]
    return replace(exchange, body=body, response_headers=[(k, v) for k, v in facts["response_headers"]])


def _date(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
