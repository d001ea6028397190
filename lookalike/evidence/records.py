"""One capture as a WARC of its own (1.1, ISO 28500): exchanges, pictures, what a browser saw, raw look-ups, facts.

Made anew from what is stored, with SHA-256 digests and record ids that follow from the content: the same stored visit
always gives the same bytes.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.utils import Digester
from warcio.warcwriter import WARCWriter

from lookalike.evidence.canonical import canonical
from spiders.items import Exchange
from spiders.warc_record import one_line, plain_url, response_record

_SPACE = uuid.UUID("5d2c1a4e-6b0f-5e77-9d0a-0f3a4a6c2b11")


class _Writer(WARCWriter):  # type: ignore[misc]  # untyped library
    @staticmethod
    def _create_digester() -> Any:
        return Digester("sha256")


@dataclass(slots=True)
class Records:
    """A WARC that is being written; ``name`` makes its record ids."""

    name: str
    out: BytesIO = field(default_factory=BytesIO)
    count: int = 0
    dates: dict[str, datetime] = field(default_factory=dict)
    """By URL the time of its response."""

    def info(self, facts: Mapping[str, str], at: datetime) -> None:
        """The record that says what wrote the file."""
        writer = self._writer()
        record = writer.create_warcinfo_record("capture.warc.gz", dict(facts))
        record.rec_headers.replace_header("WARC-Date", warc_date(at))
        self._write(writer, record)

    def exchange(self, exchange: Exchange) -> str:
        """Request and, where one came, response; returns the id of the response, else of the request."""
        writer, target = self._writer(), plain_url(exchange.url)
        date = {"WARC-Date": warc_date(exchange.at)}
        line = f"{_token(exchange.method)} {target} HTTP/1.1"
        sent = [(one_line(k), one_line(v)) for k, v in exchange.request_headers]
        request = writer.create_warc_record(
            target,
            "request",
            http_headers=StatusAndHeaders(line, sent, is_http_request=True),
            warc_headers_dict=date | {"WARC-Record-ID": self._id()},
        )
        if exchange.status is None:
            return self._write(writer, request)
        extra = date | {"WARC-Record-ID": self._id("response")}
        response = response_record(writer, target, exchange, extra)
        request.rec_headers.add_header("WARC-Concurrent-To", extra["WARC-Record-ID"])
        self.dates.setdefault(exchange.url, exchange.at)
        told = self._write(writer, response)
        self._write(writer, request)
        return told

    def resource(self, uri: str, data: bytes, content_type: str, at: datetime, kind: str = "resource") -> str:
        """A picture, a source, a raw answer, or with ``kind`` ``metadata`` a record of facts."""
        writer = self._writer()
        record = writer.create_warc_record(
            plain_url(uri),
            kind,
            payload=BytesIO(data),
            length=len(data),
            warc_content_type=content_type,
            warc_headers_dict={"WARC-Date": warc_date(at), "WARC-Record-ID": self._id()},
        )
        return self._write(writer, record)

    def facts(self, uri: str, facts: Mapping[str, Any], at: datetime) -> str:
        """A metadata record in canonical JSON (RFC 8785)."""
        return self.resource(uri, canonical(facts), "application/json", at, "metadata")

    def _writer(self) -> _Writer:
        return _Writer(self.out, gzip=True, warc_version="1.1")

    def _id(self, part: str = "") -> str:
        return f"<urn:uuid:{uuid.uuid5(_SPACE, f'{self.name}:{self.count}:{part}')}>"

    def _write(self, writer: _Writer, record: Any) -> str:
        if record.rec_type == "warcinfo":
            record.rec_headers.replace_header("WARC-Record-ID", self._id())
        writer.write_record(record)
        self.count += 1
        return str(record.rec_headers.get_header("WARC-Record-ID")).strip("<>")


def warc_date(at: datetime) -> str:
    """An instant as WARC 1.1 writes it, to the second, UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _token(method: str) -> str:
    return method if method.isascii() and method.isalpha() else "GET"
