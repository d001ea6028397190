"""Answers that browsers store as a file instead of showing them."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "zip": "application/zip",
}


def attachment(name: str, size: int, parts: Iterator[bytes], *, sha256: str = "") -> Response:
    """A file under this name (RFC 6266): names are ours, so the plain form needs no more than Latin letters."""
    kind = KINDS.get(name.rpartition(".")[2], "application/octet-stream")
    plain = "".join(letter if letter.isascii() and letter not in '"\\' else "_" for letter in name)
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}",
        "content-length": str(size),
    }
    if sha256:
        headers["x-content-sha256"] = sha256
    return StreamingResponse(parts, headers=headers, media_type=kind)
