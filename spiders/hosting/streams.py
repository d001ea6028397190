"""Bounded reading from a TCP peer that is not trusted: so many bytes, so many seconds, no more."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

CHUNK = 16 * 1024


@contextlib.asynccontextmanager
async def connected(address: str, port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection that is dropped, not lingered over, at the end. Raises ``OSError``."""
    reader, writer = await asyncio.open_connection(address, port, limit=CHUNK)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


async def read_bounded(reader: asyncio.StreamReader, limit: int) -> bytes:
    """All bytes up to the end of the stream, at most ``limit``; what came before a reset is kept."""
    body = bytearray()
    with contextlib.suppress(ConnectionError):
        while len(body) < limit:
            chunk = await reader.read(min(CHUNK, limit - len(body)))
            if not chunk:
                break
            body += chunk
    return bytes(body)


def split_server(text: str, default_port: int) -> tuple[str, int]:
    """``host``, ``host:port`` or ``[v6]:port``; ``ValueError`` for a port that is none."""
    host, port = text, ""
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not host or not (port or "1").isdecimal() or int(port or 1) > 65535:
        raise ValueError(f"{text!r}: expected host or host:port")
    return host, int(port) if port else default_port
