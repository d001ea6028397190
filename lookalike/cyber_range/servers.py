"""The listening sockets of a range: proxy, name server (UDP and TCP), WHOIS. All on loopback, all on one loop."""

from __future__ import annotations

import asyncio
import functools
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Self

from lookalike.cyber_range.authority import Authority
from lookalike.cyber_range.log import RequestLog
from lookalike.cyber_range.model import Range
from lookalike.cyber_range.nameserver import NameServer, UdpTransport, serve_tcp
from lookalike.cyber_range.networks import write_networks
from lookalike.cyber_range.proxy import Proxy
from lookalike.cyber_range.registry import Registry
from lookalike.cyber_range.responder import Responder
from lookalike.cyber_range.settings import Places, environment
from lookalike.cyber_range.whois import WhoisServer

LOOPBACK = "127.0.0.1"
_BACKLOG = 1024
_TRIES = 50

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Servers:
    """An async context: within it the range answers. ``home`` takes what it writes, but for the log."""

    def __init__(self, content: Range, home: Path, log: Path) -> None:
        self._content, self._home = content, home
        self.log = log.resolve()
        self.env: dict[str, str] = {}
        self._listening: list[asyncio.Server] = []
        self._datagrams: asyncio.DatagramTransport | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        content = self._content
        self._log = RequestLog(self.log)
        registry = Registry(content.hosts)
        authority = Authority(self._home, content.now)
        networks = self._home / "networks.tsv"
        write_networks(content.hosts, networks)
        names = NameServer(registry, self._log)
        proxy = await self._listen(Proxy(Responder(content, registry), authority, self._log).serve)
        whois = await self._listen(WhoisServer(registry, self._log).serve)
        nameserver = await self._listen_names(names)
        places = Places(proxy, nameserver, whois, networks, authority.root_file, self.log)
        self.env = environment(content, places)
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in self._listening:
            server.close()
        if self._datagrams is not None:
            self._datagrams.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        await asyncio.sleep(0)  # lets the transports close their sockets
        self._log.close()

    async def _listen(self, serve: Serve, port: int = 0) -> int:
        server = await asyncio.start_server(functools.partial(self._accept, serve), LOOPBACK, port, backlog=_BACKLOG)
        self._listening.append(server)
        return int(server.sockets[0].getsockname()[1])

    def _accept(self, serve: Serve, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _listen_names(self, names: NameServer) -> int:
        """One port for UDP and TCP alike; tries others while somebody has the port in one of them."""
        loop = asyncio.get_running_loop()
        for attempt in range(_TRIES):
            transport, _ = await loop.create_datagram_endpoint(
                lambda: UdpTransport(names), (LOOPBACK, 0), family=socket.AF_INET
            )
            port = int(transport.get_extra_info("sockname")[1])
            try:
                await self._listen(functools.partial(serve_tcp, names), port)
            except OSError:
                transport.close()
                if attempt == _TRIES - 1:
                    raise
            else:
                self._datagrams = transport
                return port
        raise AssertionError("unreachable: the last attempt raises")
