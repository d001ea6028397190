"""Small servers on loopback that behave well and badly, in raw asyncio."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest


class DnsServer(asyncio.DatagramProtocol):
    """Answers from ``zone``: ``(name, type) -> [values]``; ``bad`` names a behaviour by name."""

    def __init__(self, zone, bad=None):
        self.zone = zone
        self.bad = bad or {}
        self.asked = Counter()
        self.port = 0

    async def __aenter__(self):
        loop = asyncio.get_running_loop()
        self._tcp = await asyncio.start_server(self._on_tcp, "127.0.0.1", 0)
        self.port = self._tcp.sockets[0].getsockname()[1]
        self._udp, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=("127.0.0.1", self.port))
        return self

    async def __aexit__(self, *_):
        self._udp.close()
        self._tcp.close()

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    def answer(self, wire, udp):
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name, rdtype = str(question.name).rstrip(".").lower(), dns.rdatatype.to_text(question.rdtype)
        self.asked[name, rdtype, "udp" if udp else "tcp"] += 1
        behaviour = self.bad.get((name, rdtype)) or self.bad.get(name)
        response = dns.message.make_response(query)
        if behaviour == "timeout":
            return None
        if behaviour == "garbage":
            return b"\xff" * 20
        if behaviour == "other_id":
            response.id ^= 1
        if behaviour in {"SERVFAIL", "REFUSED"}:
            response.set_rcode(dns.rcode.from_text(behaviour))
            return response.to_wire()
        if behaviour == "truncated" and udp:
            response.flags |= dns.flags.TC
            return response.to_wire()
        self._fill(response, question.name, name, rdtype)
        return response.to_wire()

    def _fill(self, response, owner, name, rdtype):
        values = self.zone.get((name, rdtype))
        alias = self.zone.get((name, "CNAME"))
        if values:
            response.answer.append(dns.rrset.from_text(owner, 300, "IN", rdtype, *values))
        elif alias:
            response.answer.append(dns.rrset.from_text(owner, 300, "IN", "CNAME", *alias))
        elif not any(known == name for known, _ in self.zone):
            response.set_rcode(dns.rcode.NXDOMAIN)

    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        wire = self.answer(data, udp=True)
        if wire is not None:
            self.transport.sendto(wire, addr)

    async def _on_tcp(self, reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            size = int.from_bytes(await reader.readexactly(2))
            wire = self.answer(await reader.readexactly(size), udp=False)
            if wire is not None:
                writer.write(len(wire).to_bytes(2) + wire)
                await writer.drain()
        writer.close()


class TextServer:
    """A TCP server that notes what it is sent and answers by a coroutine ``reply(request, writer)``."""

    def __init__(self, reply, first_line=True, ssl=None):
        self._reply = reply
        self._ssl = ssl
        self._first_line = first_line
        self.requests = []
        self._tasks = set()
        self.open = 0
        self.most_open = 0

    async def __aenter__(self):
        self._server = await asyncio.start_server(self._on_client, "127.0.0.1", 0, ssl=self._ssl)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_):
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    @property
    def address(self):
        return f"127.0.0.1:{self.port}"

    async def _on_client(self, reader, writer):
        self._tasks.add(asyncio.current_task())
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        with contextlib.suppress(
            ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError
        ):
            request = await (reader.readuntil(b"\n") if self._first_line else reader.readuntil(b"\r\n\r\n"))
            self.requests.append(request)
            await self._reply(request, writer)
        self.open -= 1
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        writer.close()


@pytest.fixture
def dns_server():
    return DnsServer


@pytest.fixture
def text_server():
    return TextServer
