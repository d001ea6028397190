"""One DNS question with its retries: UDP, TCP where an answer is cut, the next server where one refuses."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import dns.asyncbackend
import dns.asyncquery
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rdtypes.txtbase
import dns.rrset

MAX_CHAIN = 8
MAX_VALUES = 64
MAX_TEXT = 1024
MAX_IN_FLIGHT = 200  # each question holds a socket; the usual limit is 1,024 files
NO_TTL = 60.0


@dataclass(frozen=True, slots=True)
class NameServer:
    """Address and port of one name server."""

    address: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.address}]" if ":" in self.address else self.address
        return host if self.port == 53 else f"{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came for one name and type; with ``error`` (``timeout``, ``SERVFAIL`` …) nothing is known."""

    rdtype: str
    values: tuple[str, ...] = ()
    rcode: str = "NOERROR"
    error: str = ""
    chain: tuple[str, ...] = ()
    ttl: float = NO_TTL


class Query:
    """Asks the servers in turn until one answers with data, *none*, or NXDOMAIN."""

    def __init__(self, servers: tuple[NameServer, ...], timeout: float) -> None:
        self._attempts = servers if len(servers) > 1 else servers * 2  # a lost datagram gets a second try
        self._share = timeout / max(len(self._attempts), 1)
        self._slots = asyncio.Semaphore(MAX_IN_FLIGHT)
        self._backend = dns.asyncbackend.get_backend("asyncio")

    async def ask(self, name: dns.name.Name, rdtype: str) -> Answer:
        """The answer; CNAMEs are followed for A and AAAA, since a name server need not do it. Never raises."""
        chain: list[str] = []
        seen = {name}
        ttl = float("inf")
        while True:
            response, error = await self._exchange(name, rdtype)
            if response is None:
                return Answer(rdtype, error=error, chain=tuple(chain))
            rrset, target, passed, least = _walk(response, name, rdtype)
            ttl = min(ttl, least)
            chain += passed
            rcode = dns.rcode.to_text(response.rcode())
            if len(chain) > MAX_CHAIN or (target != name and target in seen):
                return Answer(rdtype, error="CNAME 循环或过长", chain=tuple(chain[:MAX_CHAIN]))
            if rrset is not None or target == name or rcode == "NXDOMAIN":
                return Answer(rdtype, _values(rrset), rcode, "", tuple(chain), NO_TTL if ttl == float("inf") else ttl)
            seen.add(target)
            name = target

    async def _exchange(self, name: dns.name.Name, rdtype: str) -> tuple[dns.message.Message | None, str]:
        error = "没有可用的域名服务器"
        given_up: set[NameServer] = set()
        for server in self._attempts:
            if server in given_up:
                continue
            try:
                response = await self._once(server, name, rdtype)
            except (dns.exception.Timeout, TimeoutError):
                error = "timeout"
                continue
            except (dns.exception.DNSException, OSError, EOFError) as problem:
                error = f"unreachable: {type(problem).__name__}"
                continue
            rcode = response.rcode()
            if rcode in {dns.rcode.NOERROR, dns.rcode.NXDOMAIN}:
                return response, ""
            error = dns.rcode.to_text(rcode)
            given_up.add(server)
        return None, error

    async def _once(self, server: NameServer, name: dns.name.Name, rdtype: str) -> dns.message.Message:
        query = dns.message.make_query(name, rdtype, use_edns=0, payload=1232)
        async with self._slots, asyncio.timeout(self._share * 2):
            response, _ = await dns.asyncquery.udp_with_fallback(
                query,
                server.address,
                timeout=self._share,
                port=server.port,
                ignore_unexpected=True,
                ignore_errors=True,
                ignore_trailing=True,
                backend=self._backend,
            )
        return response


def _walk(
    response: dns.message.Message, name: dns.name.Name, rdtype: str
) -> tuple[dns.rrset.RRset | None, dns.name.Name, list[str], float]:
    """The wanted records, the name where the answer's own CNAMEs end, those names, the least time to live.

    NS, MX and TXT are only taken from the name itself: those of a CDN behind a CNAME are not the host's.
    """
    wanted = dns.rdatatype.from_text(rdtype)
    by_key = {(rrset.name, rrset.rdtype): rrset for rrset in response.answer}
    passed: list[str] = []
    ttl = float("inf")
    while True:
        rrset = by_key.get((name, wanted))
        if rrset is not None:
            return rrset, name, passed, min(ttl, float(rrset.ttl))
        alias = by_key.get((name, dns.rdatatype.CNAME))
        if alias is None or rdtype not in {"A", "AAAA"} or len(passed) > MAX_CHAIN:
            return None, name, passed, ttl
        ttl = min(ttl, float(alias.ttl))
        name = alias[0].target
        passed.append(_plain(name))


def _plain(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _values(rrset: dns.rrset.RRset | None) -> tuple[str, ...]:
    if rrset is None:
        return ()
    # Servers rotate their answers; sorted, two looks at an unchanged zone are equal.
    return tuple(sorted(_value(rdata) for rdata in list(rrset)[:MAX_VALUES]))


def _value(rdata: object) -> str:
    if isinstance(rdata, dns.rdtypes.txtbase.TXTBase):
        return b"".join(rdata.strings).decode("utf-8", "replace")[:MAX_TEXT]
    target = getattr(rdata, "target", None) or getattr(rdata, "exchange", None)
    if target is None:
        return str(rdata)
    preference = getattr(rdata, "preference", None)
    return _plain(target) if preference is None else f"{preference} {_plain(target)}"
