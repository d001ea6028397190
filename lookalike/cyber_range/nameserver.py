"""The range's name server: answers from [dns] facts over UDP and TCP (RFC 1035), or misbehaves as they say."""

from __future__ import annotations

import asyncio
import contextlib
from typing import cast

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.opcode
import dns.rcode
import dns.rdatatype

from lookalike.cyber_range.log import RequestLog
from lookalike.cyber_range.model import RECORD_TYPES, Dns
from lookalike.cyber_range.names import plain
from lookalike.cyber_range.records import records
from lookalike.cyber_range.registry import Registry

_ZONE_TYPES = {"NS", "MX", "TXT"}
_LONGEST_CHAIN = 8
_PLAIN_UDP = 512
_FAILED = {"servfail": dns.rcode.SERVFAIL, "refused": dns.rcode.REFUSED}


class NameServer:
    """Answers queries; the transports below carry them."""

    def __init__(self, registry: Registry, log: RequestLog) -> None:
        self._registry, self._log = registry, log

    def reply(self, wire: bytes, client_port: int, *, udp: bool) -> bytes | None:
        """The answer's bytes; None: nothing is answered."""
        try:
            query = dns.message.from_wire(wire)
        except (dns.exception.DNSException, ValueError):
            return None
        if query.flags & dns.flags.QR or not query.question:
            return None
        answer = dns.message.make_response(query, recursion_available=True)
        question = query.question[0]
        name = plain(question.name.to_text(omit_final_dot=True))
        kind = dns.rdatatype.to_text(question.rdtype)
        behaviour = self._fill(answer, question.name, name, kind) if query.opcode() == dns.opcode.QUERY else "refused"
        if behaviour in _FAILED:
            answer.set_rcode(_FAILED[behaviour])
        data = None if behaviour == "timeout" else _to_wire(answer, query, udp=udp)
        self._log.write(
            "dns",
            method=kind,
            url=f"dns:{name}?type={kind}",
            host=name,
            status="timeout" if data is None else dns.rcode.to_text(answer.rcode()),
            size=len(data or b""),
            behaviour=behaviour,
            client_port=client_port,
        )
        return data

    def _fill(self, answer: dns.message.Message, asked: dns.name.Name, name: str, kind: str) -> str:
        """Put the records into the answer; what goes wrong instead, or ``ok``."""
        facts = self._registry.dns(name)
        if facts is None:
            zone = self._registry.zone(name)
            if zone is None and not self._registry.stands_above(name):
                answer.set_rcode(dns.rcode.NXDOMAIN)
                return "ok"
            facts = _only_zone(zone) if zone else Dns()
        if facts.behaviour != "ok" or kind not in RECORD_TYPES:
            return facts.behaviour
        self._follow(answer, asked, facts, kind)
        return "ok"

    def _follow(self, answer: dns.message.Message, owner: dns.name.Name, facts: Dns, kind: str) -> None:
        """The records of that type, behind as many aliases as the range tells."""
        for _ in range(_LONGEST_CHAIN):
            alias = facts.records.get("CNAME", ())
            if not alias or kind == "CNAME" or (kind in _ZONE_TYPES and facts.records.get(kind)):
                break
            answer.answer.append(records(owner, "CNAME", alias, facts.ttl))
            owner = dns.name.from_text(alias[0])
            target = self._registry.dns(plain(alias[0]))
            if target is None:
                # the folder's own addresses are then those of the name it points to
                break
            facts = target
        found = facts.records.get(kind, ())
        if found:
            answer.answer.append(records(owner, kind, found, facts.ttl))


def _only_zone(facts: Dns) -> Dns:
    """What a host's facts say of its domain: name servers, mail and texts, no addresses."""
    kept = {kind: facts.records.get(kind, ()) for kind in _ZONE_TYPES}
    return Dns(kept, facts.ttl, facts.behaviour)


def _to_wire(answer: dns.message.Message, query: dns.message.Message, *, udp: bool) -> bytes:
    if not udp:
        return answer.to_wire()
    most = max(_PLAIN_UDP, min(query.payload, 4096)) if query.edns >= 0 else _PLAIN_UDP
    try:
        return answer.to_wire(max_size=most)
    except dns.exception.TooBig:
        cut = dns.message.make_response(query, recursion_available=True)
        cut.flags |= dns.flags.TC
        return cut.to_wire()


class UdpTransport(asyncio.DatagramProtocol):
    """One datagram a query."""

    def __init__(self, server: NameServer) -> None:
        self._server = server
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """Answer, or stay silent."""
        reply = self._server.reply(data, addr[1], udp=True)
        if reply is not None and self._transport is not None:
            self._transport.sendto(reply, addr)


async def serve_tcp(server: NameServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Queries one after the other, each behind its length in two bytes, until the client leaves."""
    port = writer.get_extra_info("peername")[1]
    with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            reply = server.reply(await reader.readexactly(length), port, udp=False)
            if reply is not None:
                writer.write(len(reply).to_bytes(2, "big") + reply)
                await writer.drain()
    writer.close()
