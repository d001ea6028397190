"""Asks an authority for a time stamp over HTTP (RFC 3161, section 3.4): one POST, no redirect, a bounded answer."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlsplit

from lookalike.evidence.openssl import MOST
from lookalike.evidence.stamps import Refused

_SECONDS = 30
_KIND = "application/timestamp-reply"


def ask(url: str, query: bytes) -> bytes:
    """The reply as it came. Raises Refused when none came."""
    parts = urlsplit(url)
    secure = parts.scheme == "https"
    make = HTTPSConnection if secure else HTTPConnection
    connection = make(parts.hostname or "", parts.port or (443 if secure else 80), timeout=_SECONDS)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    try:
        connection.request("POST", path, query, {"Content-Type": "application/timestamp-query"})
        answer = connection.getresponse()
        body = answer.read(MOST + 1)
    except (OSError, HTTPException, ValueError) as error:
        raise Refused(f"{parts.hostname} 没有应答：{error}") from error
    finally:
        connection.close()
    if answer.status != 200:
        raise Refused(f"{parts.hostname} 回答 HTTP {answer.status}")
    kind = answer.headers.get_content_type()
    if kind != _KIND or len(body) > MOST:
        raise Refused(f"{parts.hostname} 的回答不是时间戳应答（{kind}）")
    return body
