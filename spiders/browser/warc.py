"""One WARC 1.1 file a rendered visit (ISO 28500): sources and pictures as ``resource`` records, then its own record.

The last record (``metadata``, ``urn:lookalike:rendered``) names the others, so that it reads back exactly as it was
made, and a file that was cut is known by its absence. The exchanges stand in the visit's own file.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import TypeAdapter
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.warcwriter import WARCWriter

from scoring.case import SiteKey
from spiders.items import RenderedPage, RenderedVisit
from spiders.warc import BrokenWarc, require_whole_members

RENDERED_URI = "urn:lookalike:rendered"
FORMAT = 1
_PARTS = {"dom": "text/html; charset=utf-8", "fold": "image/png", "whole": "image/png"}
_PAGE = TypeAdapter(RenderedPage)


def write_rendered(visit: RenderedVisit, stream: BinaryIO, software: str) -> None:
    """Write ``visit`` to ``stream``, one gzip member a record; whether it lasts is the caller's business."""
    writer = WARCWriter(stream, gzip=True, warc_version="1.1")
    facts = {"software": software, "format": "WARC File Format 1.1", "robots": "ignore", "browser": visit.browser}
    writer.write_record(writer.create_warcinfo_record(str(visit.site), facts))
    record = {
        "format": FORMAT,
        "site": [visit.site.host, visit.site.port, visit.site.scope],
        "url": visit.url,
        "started_at": visit.started_at.isoformat(),
        "browser": visit.browser,
        "pages": [_write_page(writer, number, page) for number, page in enumerate(visit.pages)],
    }
    data = json.dumps(record, ensure_ascii=True, sort_keys=True).encode()
    _write(writer, RENDERED_URI, "metadata", data, "application/json", visit.started_at)


def read_rendered(path: Path) -> RenderedVisit:
    """The visit that ``write_rendered`` wrote; ``BrokenWarc`` when the file was cut or altered."""
    parts: dict[str, bytes] = {}
    record: dict[str, Any] | None = None
    try:
        data = path.read_bytes()
        require_whole_members(data)
        for item in ArchiveIterator(BytesIO(data), check_digests="raise"):
            if item.rec_type == "resource":
                parts[item.rec_headers.get_header("WARC-Record-ID")] = item.raw_stream.read()
            elif item.rec_headers.get_header("WARC-Target-URI") == RENDERED_URI:
                record = json.loads(item.raw_stream.read())
    except (ArchiveLoadFailed, OSError, ValueError, EOFError, AttributeError, zlib.error) as error:
        raise BrokenWarc(f"{path}: {error}") from error
    if record is None:
        raise BrokenWarc(f"{path}: expected a record of a rendered visit at the end, found none; the file was cut")
    try:
        host, port, scope = record["site"]
        started_at = datetime.fromisoformat(record["started_at"])
        pages = list(_pages(record["pages"], parts))
        return RenderedVisit(SiteKey(host, port, scope), record["url"], started_at, record["browser"], pages)
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWarc(f"{path}: the record does not fit what it names ({error!r})") from error


def _write_page(writer: WARCWriter, number: int, page: RenderedPage) -> dict[str, Any]:
    told: dict[str, Any] = _PAGE.dump_python(page, mode="json", exclude=set(_PARTS))
    for part, kind in _PARTS.items():
        data: bytes = getattr(page, part)
        name = f"urn:lookalike:{part if part == 'dom' else f'screen:{part}'}:{number}"
        told[part] = _write(writer, name, "resource", data, kind, page.at) if data else ""
    return told


def _write(writer: WARCWriter, uri: str, kind: str, data: bytes, content_type: str, at: datetime) -> str:
    record = writer.create_warc_record(
        uri,
        kind,
        payload=BytesIO(data),
        length=len(data),
        warc_content_type=content_type,
        warc_headers_dict={"WARC-Date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")},
    )
    writer.write_record(record)
    return str(record.rec_headers.get_header("WARC-Record-ID"))


def _pages(told: list[dict[str, Any]], parts: dict[str, bytes]) -> Iterator[RenderedPage]:
    for facts in told:
        page = _PAGE.validate_python({k: v for k, v in facts.items() if k not in _PARTS})
        for part in _PARTS:
            setattr(page, part, parts[facts[part]] if facts[part] else b"")
        yield page
