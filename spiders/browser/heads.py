"""Heads of HTTP/1.1 messages as a proxy passes them on: read, checked and written anew. No sockets here."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

_OWN = frozenset(
    # RFC 9110, 7.6.1: what concerns one connection only. Upgrade is left out as well: a page is read, never a stream.
    {"connection", "keep-alive", "proxy-connection", "proxy-authorization", "proxy-authenticate", "te", "upgrade"}
)
_LONGEST_TARGET = 8192


class BadHead(ValueError):
    """The bytes are no head that is passed on."""


@dataclass(frozen=True, slots=True)
class RequestHead:
    """What a browser asks its proxy for."""

    method: str
    target: str
    """An absolute address, or ``host:port`` for CONNECT."""
    headers: tuple[tuple[str, str], ...]

    def onward(self, *, absolute: bool) -> bytes:
        """The request as it is sent on: to a further proxy with the whole address, to a server with path and query."""
        parts = urlsplit(self.target)
        path = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
        target = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{path}" if absolute else path
        return _written(f"{self.method} {target} HTTP/1.1", self.headers)


def parse_request(data: bytes) -> RequestHead:
    """Raises ``BadHead``."""
    first, headers = _lines(data)
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1.") or len(words[1]) > _LONGEST_TARGET:
        raise BadHead("expected METHOD TARGET HTTP/1.1")
    return RequestHead(words[0], words[1], headers)


def closing_response(data: bytes) -> bytes:
    """A response's head, changed so that the browser asks nothing more on this connection. Raises ``BadHead``."""
    first, headers = _lines(data)
    if not first.startswith("HTTP/"):
        raise BadHead("expected HTTP/1.1 STATUS")
    return _written(first, headers)


def status_of(data: bytes) -> int:
    """The status of a response's head; 0 where there is none."""
    words = data[:64].split(b" ")
    return int(words[1][:3]) if len(words) > 1 and data.startswith(b"HTTP/") and words[1][:3].isdigit() else 0


def host_and_port(authority: str) -> tuple[str, int]:
    """``host:port`` or ``[::1]:port`` of a CONNECT. Raises ``BadHead``."""
    host, colon, port = authority.rpartition(":")
    if not colon or not port.isdecimal() or len(port) > 5 or not host.strip("[]"):
        raise BadHead("expected host:port")
    return host.strip("[]"), int(port)


def _lines(data: bytes) -> tuple[str, tuple[tuple[str, str], ...]]:
    first, *rest = data.decode("latin-1").strip("\r\n").split("\r\n")
    pairs = (line.partition(":") for line in rest if ":" in line)
    return first, tuple((name.strip(), value.strip()) for name, _, value in pairs)


def _written(first: str, headers: tuple[tuple[str, str], ...]) -> bytes:
    kept = [f"{name}: {value}" for name, value in headers if name.lower() not in _OWN]
    return "\r\n".join([first, *kept, "Connection: close", "", ""]).encode("latin-1")
