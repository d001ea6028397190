"""Sends an answer the way its behaviour says: whole, slowly, cut, endless, or broken on purpose.

The last step before the wire. Every loop yields, so that a hostile host never slows the others.
"""

from __future__ import annotations

import asyncio
import gzip
import re
import zlib
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from http import HTTPStatus
from urllib.parse import parse_qsl

from lookalike.cyber_range.exchange import Answer, Request
from lookalike.cyber_range.wire import Wire

_MIB = 1024 * 1024
BOMB_BYTES = 256 * _MIB
"""What ``gzip_bomb`` unpacks to: far beyond any cap on a page."""
NESTED = 100_000
"""How deep ``deep_html`` nests; common parsers drop what lies below a few hundred to a few thousand."""
_ENDLESS = b"<p>lorem ipsum dolor sit amet</p>\n" * 960
_ENDLESS_PAUSE = 0.002
_MISSING = 4096
_BODYLESS = {204, 304}
_BODY_TAG = re.compile(rb"<body\b[^<>]*>", re.IGNORECASE)
# odd, but browsers and forgiving clients still show the page, which is why people use them
_BAD_HEADERS = (
    b"this line has no colon\r\n"
    b"X-Control: a\x00b\x0bc\r\n"
    b"X-Bytes: \xff\xfe\xb0\xb2\r\n"
    b" folded onto the line before\r\n"
    b"Set-Cookie: =;;;\xb2\r\n"
    b"Set-Cookie: a=" + b"b" * 5000 + b"; expires=never\r\n"
    b"X-Long: " + b"a" * 15_000 + b"\r\n"
)


async def send(wire: Wire, request: Request, answer: Answer, note: Callable[[int], None]) -> bool:
    """Send the answer; whether the connection can be used again. Raises Gone when the client leaves.

    ``note`` is told the number of body bytes, once: before the last byte of an answer that is sent in one go
    (so that whoever has the answer can read about it), and at the end of a slow one.
    """
    await _wait(wire, answer.delay_s)
    if answer.behaviour == "reset":
        note(0)
        wire.reset()
        return False
    answer = _spoilt(answer, request)
    without_body = request.method == "HEAD" or answer.status in _BODYLESS
    endless = answer.behaviour == "endless" and not without_body
    head, keep = _framed(answer, request, endless=endless)
    if not endless and (without_body or not answer.drip_bytes_per_s):
        body = b"" if without_body else answer.body
        note(len(body))
        wire.write(head + body)
        await wire.drain()
        return keep
    start = wire.sent + len(head)
    try:
        wire.write(head)
        await _slowly(wire, _forever(answer.body) if endless else _once(answer.body), answer.drip_bytes_per_s)
    finally:
        note(max(0, wire.sent - start))
    return keep


async def _wait(wire: Wire, seconds: float) -> None:
    """Keep the client waiting, as long as it does wait."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while (left := end - loop.time()) > 0 and not wire.closed:  # noqa: ASYNC110 - a stream tells that its client left only when asked
        await asyncio.sleep(min(left, 0.1))


def _framed(answer: Answer, request: Request, *, endless: bool) -> tuple[bytes, bool]:
    """The head with the length that the behaviour tells, and whether the connection can be used again."""
    unclear = endless or answer.behaviour == "bad_headers" or bool(answer.header("content-length"))
    cut = answer.behaviour == "truncate"
    keep = keeps_alive(request) and not unclear and not cut
    return _head(answer, None if unclear else len(answer.body) + _MISSING * cut, keep=keep), keep


def keeps_alive(request: Request) -> bool:
    """Whether the client wants to use the connection again."""
    wish = f"{request.headers.get('connection', '')},{request.headers.get('proxy-connection', '')}".lower()
    return "close" not in wish and ("keep-alive" in wish or request.headers.get(":version") != "HTTP/1.0")


def _head(answer: Answer, length: int | None, *, keep: bool) -> bytes:
    try:
        reason = HTTPStatus(answer.status).phrase
    except ValueError:
        reason = "Unknown"
    lines = [f"HTTP/1.1 {answer.status} {reason}"]
    lines += [f"{name}: {value}" for name, value in answer.headers]
    if length is not None and answer.status not in _BODYLESS:
        lines.append(f"Content-Length: {length}")
    lines.append(f"Connection: {'keep-alive' if keep else 'close'}")
    extra = _BAD_HEADERS if answer.behaviour == "bad_headers" else b""
    return "\r\n".join(lines).encode() + b"\r\n" + extra + b"\r\n"


def _spoilt(answer: Answer, request: Request) -> Answer:
    """The answer with what its behaviour changes in headers and body."""
    match answer.behaviour:
        case "gzip_bomb":
            return _with(answer, ("Content-Encoding", "gzip"), bomb())
        case "bad_gzip":
            packed = gzip.compress(answer.body or b"<p>\n" * 200, mtime=0)
            kept = packed[: max(12, len(packed) * 2 // 3)]
            return _with(answer, ("Content-Encoding", "gzip"), kept + b"\xff" * 64)
        case "deep_html":
            return _with(answer, None, _nested(answer.body))
        case "loop":
            turn = dict(parse_qsl(request.query)).get("turn", "")
            following = int(turn) + 1 if turn.isdecimal() and len(turn) < 9 else 1
            location = ("Location", f"{request.raw_path}?turn={following}")
            return Answer(302, (location,), b"", answer.delay_s, answer.drip_bytes_per_s, "loop")
        case _:
            return answer


def _with(answer: Answer, header: tuple[str, str] | None, body: bytes) -> Answer:
    headers = answer.headers + ((header,) if header else ())
    if not answer.header("content-type"):
        headers += (("Content-Type", "text/html; charset=utf-8"),)
    return Answer(answer.status, headers, body, answer.delay_s, answer.drip_bytes_per_s, answer.behaviour)


@lru_cache(maxsize=1)
def bomb() -> bytes:
    """A small gzip member that unpacks to ``BOMB_BYTES`` of white space: one packed block, many times over."""
    block = b" " * _MIB
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    packer.compress(b"")
    packed = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    count = BOMB_BYTES // _MIB
    checksum = 0
    for _ in range(count):
        checksum = zlib.crc32(block, checksum)
    head = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
    tail = b"\x03\x00" + checksum.to_bytes(4, "little") + BOMB_BYTES.to_bytes(4, "little")
    return head + packed * count + tail


def _nested(body: bytes) -> bytes:
    """The page with ``NESTED`` open elements before its content."""
    found = _BODY_TAG.search(body)
    at = found.end() if found else 0
    return body[:at] + b"<div>" * NESTED + body[at:]


async def _once(body: bytes) -> AsyncIterator[bytes]:
    yield body


async def _forever(start: bytes) -> AsyncIterator[bytes]:
    if start:
        yield start
    while True:
        yield _ENDLESS
        await asyncio.sleep(_ENDLESS_PAUSE)


async def _slowly(wire: Wire, parts: AsyncIterator[bytes], bytes_per_s: float) -> None:
    """Send the parts, at most ``bytes_per_s`` (0: as fast as they come)."""
    async for part in parts:
        if not bytes_per_s:
            wire.write(part)
            await wire.drain()
            continue
        step = max(1, int(bytes_per_s / 10))
        for at in range(0, len(part), step):
            if wire.closed:
                return
            wire.write(part[at : at + step])
            await wire.drain()
            await asyncio.sleep(len(part[at : at + step]) / bytes_per_s)
