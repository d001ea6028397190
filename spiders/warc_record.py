"""An answer as a record of the archive standard (WARC 1.1, ISO 28500), for visits and for packs alike."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from spiders.items import Exchange

_FRAMING = {
    "transfer-encoding": "X-Archive-Orig-Transfer-Encoding",
    "content-length": "X-Archive-Orig-Content-Length",
}


def response_record(writer: WARCWriter, target: str, exchange: Exchange, more: Mapping[str, str]) -> Any:
    """The record of an answer, with what the archive standard says of it beside ``more``; it is not written yet.

    The framing of the body is the record's own, so the original length and chunking are renamed.
    """
    extra = dict(more)
    if exchange.ip:
        extra["WARC-IP-Address"] = exchange.ip.split(",")[0]
    if exchange.truncated:
        extra["WARC-Truncated"] = exchange.truncated
    headers = [(_FRAMING.get(k.lower(), one_line(k)), one_line(v)) for k, v in exchange.response_headers]
    headers.append(("Content-Length", str(len(exchange.body))))
    status = one_line(f"{exchange.status} {exchange.reason}".strip())
    return writer.create_warc_record(
        target,
        "response",
        payload=BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=StatusAndHeaders(status, headers, protocol="HTTP/1.1"),
        warc_headers_dict=extra,
    )


def one_line(value: str) -> str:
    """One line of ASCII; a header never ends another one."""
    return value.replace("\r", " ").replace("\n", " ").encode("ascii", "backslashreplace").decode()


def plain_url(url: str) -> str:
    """The URL as a record may name it; the exact one stands beside it, in the visit's record or in capture.json."""
    return "".join(c if "!" <= c <= "~" else "".join(f"%{b:02X}" for b in c.encode("utf-8", "replace")) for c in url)
