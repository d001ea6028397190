"""Hosts that misbehave, in raw asyncio on loopback: each says exactly the bytes that its test wants said."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

NETWORK = "127.0.1.0/24"
"""Where hostile sites live, each at an address of its own; tests let the guard through to exactly these."""
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n"


@dataclass
class Ask:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    count: int
    """1 for the first request to this site."""


Say = Callable[[Ask, asyncio.StreamWriter], Awaitable[None]]


def answer(body: bytes | str, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """A whole, honest answer."""
    data = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(data)}", *headers]
    return "\r\n".join([*lines, "Connection: close"]).encode() + b"\r\n\r\n" + data


def says(data: bytes) -> Say:
    """The same bytes to everybody."""

    async def say(_ask: Ask, wire: asyncio.StreamWriter) -> None:
        wire.write(data)
        await wire.drain()

    return say


def drips(start: bytes, piece: bytes, pause: float) -> Say:
    """``start`` at once, then ``piece`` after every ``pause`` seconds, for ever."""

    async def say(_ask: Ask, wire: asyncio.StreamWriter) -> None:
        wire.write(start)
        while True:
            await wire.drain()
            await asyncio.sleep(pause)
            wire.write(piece)

    return say


@dataclass
class Site:
    """A listening host; ``asks`` are what it was asked."""

    url: str
    asks: list[Ask] = field(default_factory=list)


class HostileWeb:
    """Sites, name servers and a canary in a thread of their own."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True, name="hostile web")
        self._tasks: set[asyncio.Task[None]] = set()
        self._closing: list[Callable[[], None]] = []
        self._sites = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def site(self, say: Say, host: str = "", path: str = "/") -> Site:
        """A host at an address of its own that answers every request by ``say``; the connection ends with it."""
        found = Site("")
        self._sites += 1
        host = host or f"127.0.1.{self._sites}"

        async def on_client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.current_task()
            assert task is not None
            self._tasks.add(task)
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
                pairs = (line.partition(":") for line in head[1:] if line)
                ask = Ask(head[0].split()[1], {n.lower(): v.strip() for n, _, v in pairs}, len(found.asks) + 1)
                found.asks.append(ask)
                await say(ask, writer)
            writer.close()
            self._tasks.discard(task)

        async def start() -> int:
            server = await asyncio.start_server(on_client, host, 0)
            self._closing.append(server.close)
            return int(server.sockets[0].getsockname()[1])

        shown = f"[{host}]" if ":" in host else host
        found.url = f"http://{shown}:{self._run(start())}{path}"
        return found

    def names(self, zone: Callable[[str, int], list[str]] | Mapping[str, list[str]]) -> str:
        """A name server: ``zone(name, how often it was asked for A)`` gives its addresses. Returns host:port."""
        asked: dict[str, int] = {}

        def addresses(name: str) -> list[str]:
            asked[name] = asked.get(name, 0) + 1
            return zone(name, asked[name]) if callable(zone) else list(zone.get(name, ()))

        async def start() -> int:
            transport, _ = await self._loop.create_datagram_endpoint(lambda: _Names(addresses), ("127.0.0.1", 0))
            self._closing.append(transport.close)
            return int(transport.get_extra_info("sockname")[1])

        return f"127.0.0.1:{self._run(start())}"

    def _run(self, what: Awaitable[int] | Awaitable[None]) -> int:
        async def wrapped() -> int:
            return await what or 0

        return asyncio.run_coroutine_threadsafe(wrapped(), self._loop).result(20)

    async def _end(self) -> None:
        for close in self._closing:
            close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)


class _Names(asyncio.DatagramProtocol):
    def __init__(self, addresses: Callable[[str], list[str]]) -> None:
        self._addresses = addresses

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        query = dns.message.from_wire(data)
        question = query.question[0]
        response = dns.message.make_response(query)
        if question.rdtype == dns.rdatatype.A:
            found = self._addresses(str(question.name).rstrip(".").lower())
            if found:
                response.answer.append(dns.rrset.from_text(question.name, 0, "IN", "A", *found))
            else:
                response.set_rcode(dns.rcode.NXDOMAIN)
        self._transport.sendto(response.to_wire(), addr)


class Canary:
    """Listens where nobody may go, on TCP and UDP; ``touched`` is how often somebody came."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._tcp = socket.create_server((host, 0), family=family)
        self.port = int(self._tcp.getsockname()[1])
        self._udp = socket.socket(family, socket.SOCK_DGRAM)
        self._udp.bind((host, self.port))
        for sock in (self._tcp, self._udp):
            sock.setblocking(False)

    @property
    def touched(self) -> int:
        count = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                self._tcp.accept()[0].close()
                count += 1
        with contextlib.suppress(BlockingIOError):
            while True:
                self._udp.recvfrom(100)
                count += 1
        return count

    def close(self) -> None:
        self._tcp.close()
        self._udp.close()


@contextlib.contextmanager
def canary(host: str = "127.0.0.1") -> Iterator[Canary]:
    found = Canary(host)
    try:
        yield found
    finally:
        found.close()
