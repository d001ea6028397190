"""The only way out for a page in the browser: a proxy on loopback that asks the guard about every request.

Plain HTTP is GET only; tunnels carry TLS only, so that no other protocol leaves through CONNECT. What connects uses
the address that was checked, or the exit proxy. One request a connection; each page has a proxy of its own.
"""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Coroutine, Iterable
from contextlib import suppress
from typing import Any, Protocol
from urllib.parse import urlsplit

from spiders.browser.heads import BadHead, RequestHead, closing_response, host_and_port, parse_request, status_of
from spiders.browser.traffic import Traffic
from spiders.guard import Passed
from spiders.refusal import Refused

HEAD = 65536
FIRST_BYTES, CONNECTING, ANSWER = 15.0, 10.0, 20.0
"""Seconds for a request's head, a connection, an answer's head."""
CLOSING = 2.0
CHUNK = 65536
CLIENT_HELLO = 0x16
"""The record type of a TLS handshake (RFC 8446, 5.1)."""
TRIED = 3
"""Addresses of one name that are tried."""
_BROKEN = (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, BadHead)


class Checks(Protocol):
    """What the proxy needs of the guard."""

    async def check(self, url: str) -> Passed:
        """Pass or raise ``Refused``."""
        ...


class Nowhere:
    """A guard that passes nothing: for what the browser wants for itself, such as updates."""

    async def check(self, url: str) -> Passed:
        """Refuses."""
        raise Refused("E_HOST", f"{url[:100]}（浏览器自身的请求）")


class GuardProxy:
    """One listening socket on loopback; ``traffic`` is its account. ``close`` ends every connection."""

    def __init__(self, guard: Checks, exit_proxy: str, traffic: Traffic) -> None:
        self._guard = guard
        parts = urlsplit(exit_proxy)
        self._exit = (parts.hostname, parts.port) if exit_proxy else None
        self.traffic = traffic
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    async def start(self) -> str:
        """Listen; the proxy's address as ``http://127.0.0.1:port``."""
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, limit=HEAD)
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        """Stop listening and end what is under way."""
        if self._server is not None:
            self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _accept(self, reader: StreamReader, writer: StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._running.add(task)
        target = ""
        try:
            head = parse_request(await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), FIRST_BYTES))
            target = head.target
            await self._pass(head, reader, writer)
        except Refused as refusal:
            self.traffic.refuse(target, refusal)
            _answer(writer, "403 Refused")
        except _BROKEN:
            _answer(writer, "502 Bad Gateway")
        except asyncio.CancelledError:
            pass  # the page is done: ``close`` waits for this task, which has only to end
        finally:
            self._running.discard(task)
            await _closed(writer)

    async def _pass(self, head: RequestHead, reader: StreamReader, writer: StreamWriter) -> None:
        self.traffic.connect()
        if head.method == "CONNECT":
            await self._tunnel(head.target, reader, writer)
        elif head.method == "GET":
            await self._get(head.target, head.onward(absolute=self._exit is not None), reader, writer)
        else:
            raise Refused("E_METHOD", f"{head.method} {head.target}")

    async def _get(self, url: str, request: bytes, reader: StreamReader, writer: StreamWriter) -> None:
        passed = await self._guard.check(url)
        above, below = await self._connect(passed, urlsplit(url).port or 80)
        try:
            below.write(request)
            self.traffic.count(sent=len(request))
            head = await asyncio.wait_for(_final_head(above), ANSWER)
            writer.write(closing_response(head))
            # Whatever the browser sends after its one request ends the connection.
            await _first([self._pump(above, writer, up=False), reader.read(1)])
        finally:
            await _closed(below)

    async def _tunnel(self, authority: str, reader: StreamReader, writer: StreamWriter) -> None:
        host, port = host_and_port(authority)
        passed = await self._guard.check(f"https://{f'[{host}]' if ':' in host else host}:{port}/")
        above, below = await self._connect(passed, port)
        try:
            if self._exit is not None:
                await _through_exit(above, below, authority)
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            hello = await asyncio.wait_for(reader.read(CHUNK), FIRST_BYTES)
            if hello[:1] != bytes([CLIENT_HELLO]):
                if hello:
                    self.traffic.refuse(authority, Refused("E_METHOD", f"{authority} 隧道内不是 TLS"))
                return
            below.write(hello)
            self.traffic.count(sent=len(hello))
            await _first([self._pump(reader, below, up=True), self._pump(above, writer, up=False)])
        finally:
            await _closed(below)

    async def _connect(self, passed: Passed, port: int) -> tuple[StreamReader, StreamWriter]:
        if self._exit is not None:
            return await asyncio.wait_for(asyncio.open_connection(*self._exit, limit=HEAD), CONNECTING)
        for address in passed.addresses[:TRIED]:
            with suppress(OSError, TimeoutError):
                return await asyncio.wait_for(asyncio.open_connection(address, port, limit=HEAD), CONNECTING)
        raise ConnectionError(passed.host)

    async def _pump(self, source: StreamReader, sink: StreamWriter, *, up: bool) -> None:
        while data := await source.read(CHUNK):
            if not self.traffic.count(**{"sent" if up else "received": len(data)}):
                self.traffic.refuse("", Refused("E_BUDGET", "流量"))
                return
            sink.write(data)
            await sink.drain()


async def _first(work: Iterable[Coroutine[Any, Any, object]]) -> None:
    """Run together until one ends; its error is raised, the others are cancelled."""
    tasks = [asyncio.create_task(part) for part in work]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _final_head(above: StreamReader) -> bytes:
    """The head of the answer, after what only says that one is coming (1xx)."""
    while True:
        head = await above.readuntil(b"\r\n\r\n")
        if status_of(head) // 100 != 1:
            return head


async def _through_exit(above: StreamReader, below: StreamWriter, authority: str) -> None:
    below.write(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode("latin-1"))
    head = await asyncio.wait_for(above.readuntil(b"\r\n\r\n"), ANSWER)
    if status_of(head) // 100 != 2:
        raise ConnectionError(f"exit proxy: {status_of(head)}")


def _answer(writer: StreamWriter, status: str) -> None:
    with suppress(RuntimeError, OSError):
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode())


async def _closed(writer: StreamWriter) -> None:
    with suppress(OSError, RuntimeError, TimeoutError):
        writer.close()
        await asyncio.wait_for(writer.wait_closed(), CLOSING)
