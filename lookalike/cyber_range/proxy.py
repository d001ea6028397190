"""The forward proxy that is the range's web: absolute addresses, and CONNECT with TLS made on the fly."""

from __future__ import annotations

import contextlib
import logging
from asyncio import StreamReader, StreamWriter
from urllib.parse import urlsplit

from lookalike.cyber_range.authority import Authority
from lookalike.cyber_range.behaviours import keeps_alive, send
from lookalike.cyber_range.exchange import Answer, Request, html
from lookalike.cyber_range.log import RequestLog
from lookalike.cyber_range.names import plain
from lookalike.cyber_range.responder import Responder
from lookalike.cyber_range.wire import Gone, TlsWire, Wire

_log = logging.getLogger(__name__)
_LONGEST_HEAD = 64 * 1024
_LONGEST_BODY = 16 * 1024 * 1024
_CLIENT_HELLO = 0x16  # the record type of a TLS handshake (RFC 8446, 5.1)
_UNREACHABLE = html(502, "502 Bad Gateway", "502 Bad Gateway: no such host in this range")
_BROKEN = html(500, "500 Internal Server Error", "500 Internal Server Error: see the range's own messages")


class BadRequest(Exception):
    """The bytes are no request that a proxy can answer; the message says why."""


class Proxy:
    """Answers every connection; all state lies in responder, authority and log."""

    def __init__(self, responder: Responder, authority: Authority, log: RequestLog) -> None:
        self._responder, self._authority, self._log = responder, authority, log

    async def serve(self, reader: StreamReader, writer: StreamWriter) -> None:
        """One connection, request after request."""
        wire = Wire(reader, writer)
        try:
            with contextlib.suppress(Gone):
                await self._requests(wire, None)
        finally:
            await wire.close()

    async def _requests(self, wire: Wire, tunnel: tuple[str, int] | None) -> None:
        keep = True
        while keep:
            try:
                request = parse(await wire.until(b"\r\n\r\n", _LONGEST_HEAD), wire, tunnel)
                keep = await _skip_body(wire, request)
            except (BadRequest, ValueError) as error:
                text = f"400 Bad Request: {error}\n".encode()
                head = b"HTTP/1.1 400 Bad Request\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
                wire.write(head % len(text) + text)
                await wire.linger()
                return
            if request.method == "CONNECT":
                await self._tunnel(wire, request)
                return
            keep = await self._respond(wire, request) and keep

    async def _respond(self, wire: Wire, request: Request) -> bool:
        answer = self._answer(request)
        found = answer or _UNREACHABLE
        behaviour = found.behaviour if answer else "unreachable"
        status = 302 if behaviour == "loop" else found.status
        return await send(wire, request, found, lambda sent: self._log.http(request, status, sent, behaviour))

    def _answer(self, request: Request) -> Answer | None:
        try:
            if not self._responder.reachable(request.host, request.port):
                return None
            return self._responder.answer(request)
        except Exception:  # noqa: BLE001 - a template or a file that breaks must not end the other hosts
            _log.exception("no answer for %s", request.url)
            return _BROKEN

    async def _tunnel(self, wire: Wire, request: Request) -> None:
        target = (request.host, request.port)
        if not self._responder.reachable(*target):
            self._log.http(request, 502, 0, "unreachable", "connect")
            await send(wire, request, _UNREACHABLE, lambda _: None)
            return
        self._log.http(request, 200, 0, "ok", "connect")
        wire.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        if await wire.first_byte() != _CLIENT_HELLO:
            await self._requests(wire, target)
            return
        facts = self._responder.certificate(*target)
        if facts is None:
            wire.reset()
            return
        secure = TlsWire(wire, self._authority.context("{}:{}".format(*target), *facts))
        await secure.handshake()
        try:
            await self._requests(secure, target)
        finally:
            await secure.close()


def parse(head: bytes, wire: Wire, tunnel: tuple[str, int] | None = None) -> Request:
    """The request that a head holds; within a tunnel its host is the tunnel's. Raises BadRequest."""
    first, *lines = head.decode("latin-1").rstrip("\r\n").lstrip("\r\n").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise BadRequest("expected METHOD TARGET HTTP/1.1")
    method, target, version = words
    headers = {":version": version}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon:
            headers[name.strip().lower()] = value.strip()
    if tunnel is not None:
        scheme = "https" if wire.secure else "http"
        target = _path_of(target)
        return Request(method, scheme, *tunnel, target, headers, wire.client_port)
    if method == "CONNECT":
        return Request(method, "https", *_authority(f"//{target}", 443), "", headers, wire.client_port)
    scheme, mark, _ = target.partition("://")
    scheme = scheme.lower()
    if not mark or scheme not in {"http", "https"}:
        raise BadRequest("this is a proxy; ask for http://host/path, or CONNECT host:443")
    host, port = _authority(target, 443 if scheme == "https" else 80)
    return Request(method, scheme, host, port, _path_of(target), headers, wire.client_port)


def _authority(url: str, default: int) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = plain(_utf8(parts.hostname or "")), parts.port
    except ValueError as error:
        raise BadRequest(str(error)) from error
    if not host:
        raise BadRequest("the address has no host")
    return host, port or default


def _utf8(text: str) -> str:
    """Names that came as raw UTF-8; the head is read as Latin-1, which keeps every byte."""
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def _path_of(target: str) -> str:
    """Path and query of an absolute or a bare target."""
    scheme, mark, rest = target.partition("://")
    if mark and scheme.lower() in {"http", "https"}:
        start = min((at for at in map(rest.find, "/?#") if at >= 0), default=len(rest))
        target = rest[start:]
    return target if target.startswith("/") else f"/{target}"


async def _skip_body(wire: Wire, request: Request) -> bool:
    """Read the request's body away; False when its end cannot be told, so that the connection ends after the answer."""
    if "transfer-encoding" in request.headers:
        return False
    written = request.headers.get("content-length", "0")
    if not written.isdecimal() or len(written) > 12 or int(written) > _LONGEST_BODY:
        raise BadRequest("the body is too long, or its length is no number")
    if request.headers.get("expect", "").lower() == "100-continue":
        wire.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    await wire.skip(int(written))
    return keeps_alive(request)
