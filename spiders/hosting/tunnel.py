"""A TCP connection to a host: by its checked address, or by CONNECT through the exit proxy."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

from spiders.hosting.streams import connected

PROXY_PORT = 8080

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class ProxyAnswer(OSError):
    """The exit proxy did not open the tunnel; ``status`` is what it answered."""

    def __init__(self, status: int) -> None:
        super().__init__(f"exit proxy answered {status}")
        self.status = status


def proxy_address(proxy: str) -> tuple[str, int]:
    """Host and port of ``http://host:port``; ``ValueError`` for anything else."""
    parts = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    if not parts.hostname or parts.scheme not in {"", "http"}:
        raise ValueError(f"proxy {proxy!r}: expected http://host:port")
    return parts.hostname, parts.port or PROXY_PORT


def authority(host: str, port: int) -> str:
    """``host:port`` as HTTP writes it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


@contextlib.asynccontextmanager
async def tunnel(host: str, port: int, address: str, proxy: str) -> AsyncIterator[Streams]:
    """Streams to ``host``; ``address`` is used where there is no ``proxy``. Raises ``OSError``, ``ProxyAnswer``."""
    if not proxy:
        async with connected(address, port) as streams:
            yield streams
        return
    async with connected(*proxy_address(proxy)) as (reader, writer):
        target = authority(host, port)
        writer.write(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode("ascii", "ignore"))
        await writer.drain()
        status = await read_status(reader)
        if status != 200:
            raise ProxyAnswer(status)
        yield reader, writer


async def read_status(reader: asyncio.StreamReader) -> int:
    """The status of an HTTP head that is read to its end and otherwise thrown away."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
        return int(head.split(None, 2)[1])
    except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError, IndexError) as error:
        raise ConnectionError("no HTTP head") from error
