"""Asks name servers: the addresses that the guard checks, and the DNS facts of a suspect.

Decides nothing about addresses (``spiders.addresses`` does) and never uses the system's ``getaddrinfo``:
what is recorded is what our name server said.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver

from scoring.case import DnsFacts, Fact
from spiders.addresses import parse_literal
from spiders.hosting.dns_query import Answer, NameServer, Query
from spiders.hosting.joining import Joining
from spiders.refusal import sentence

State = Literal["ok", "nxdomain", "servfail", "refused", "timeout"]

HOST_TYPES = ("A", "AAAA", "CNAME", "TXT", "NS", "MX")
DOMAIN_TYPES = ("TXT", "NS", "MX")
SHORTEST_KEEP, LONGEST_KEEP, ERROR_KEEP = 30.0, 600.0, 20.0  # seconds
DEFAULT_PORT = 53


@dataclass(frozen=True, slots=True)
class Resolution:
    """The addresses of a host, IPv4 first; ``ok`` with none means that the name exists without an address."""

    state: State
    addresses: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    """The names that CNAME records led through, in order."""
    origin: str = ""
    detail: str = ""
    """Why it is not ``ok``, or which half (A or AAAA) is missing."""
    ttl: float = field(default=0.0, compare=False)


def parse_server(text: str) -> NameServer:
    """``9.9.9.9``, ``127.0.0.1:5353``, ``[::1]:53``; ``ValueError`` when it is no address."""
    host, port = text, str(DEFAULT_PORT)
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or port
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    address = parse_literal(host)
    if address is None or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"name server {text!r}: expected an address such as 9.9.9.9 or 127.0.0.1:5353")
    return NameServer(address, int(port))


def system_servers() -> tuple[NameServer, ...]:
    """The system's name servers; none when it has no configuration."""
    try:
        found = dns.resolver.Resolver(configure=True).nameservers
    except (dns.exception.DNSException, OSError):
        return ()
    return tuple(NameServer(str(server), DEFAULT_PORT) for server in found)


def _absolute(host: str) -> dns.name.Name | None:
    try:
        return dns.name.from_text(host.rstrip("."))
    except (dns.exception.DNSException, ValueError):
        return None


class Resolver:
    """Answers of the given name servers, kept for their time to live; safe to ask hundreds of hosts at once.

    ``nameservers`` as in ``Options.nameservers`` (empty: the system's), ``timeout`` in seconds for one answer.
    """

    def __init__(self, nameservers: Iterable[str] = (), timeout: float = 4.0) -> None:
        self.servers = tuple(parse_server(s) for s in nameservers) or system_servers()
        self._query = Query(self.servers, timeout)
        self._alone = {str(s): Query((s,), timeout) for s in self.servers} if len(self.servers) > 1 else {}
        self._answers: Joining[tuple[dns.name.Name, str], Answer] = Joining(_keep)

    @property
    def origin(self) -> str:
        """Who answers, as facts name it."""
        return "dns:" + ",".join(str(s) for s in self.servers)

    async def addresses(self, host: str) -> Resolution:
        """A and AAAA of ``host``, CNAMEs followed; an address is answered with itself. Never raises."""
        literal = parse_literal(host)
        if literal is not None:
            return Resolution("ok", (literal,))
        name = _absolute(host)
        if name is None:
            return Resolution("nxdomain", origin=self.origin, detail="域名写法无效")
        a, aaaa = await asyncio.gather(self._ask(name, "A"), self._ask(name, "AAAA"))
        found = a.values + aaaa.values
        failed = next((x for x in (a, aaaa) if x.error), None)
        state: State = "ok"
        if not found:
            if failed is not None:
                state = _state(failed.error)
            elif "NXDOMAIN" in {a.rcode, aaaa.rcode}:
                state = "nxdomain"
        detail = f"{failed.rdtype}: {failed.error}" if failed is not None else ""
        return Resolution(state, found, a.chain or aaaa.chain, self.origin, detail, min(a.ttl, aaaa.ttl))

    async def facts(self, host: str, domain: str) -> Fact[DnsFacts]:
        """All record types of ``host``; NS, MX and TXT of its registrable ``domain`` where the host has none.

        NXDOMAIN is an answer (``ok``, ``rcode`` says it). Time of observation is the caller's to add.
        """
        name = _absolute(host)
        if name is None:
            return Fact("refused", origin=self.origin, why=sentence("E_HOST", host))
        found = dict(zip(HOST_TYPES, await asyncio.gather(*(self._ask(name, t) for t in HOST_TYPES)), strict=True))
        above = _absolute(domain)
        if above is not None and above != name and not all(x.error for x in found.values()):
            wanted = [t for t in DOMAIN_TYPES if not found[t].values and not found[t].error]
            answers = await asyncio.gather(*(self._ask(above, t) for t in wanted))
            found |= {t: x for t, x in zip(wanted, answers, strict=True) if x.values or x.error}
        return self._fact(host, found, await self._apart(name))

    async def _apart(self, name: dns.name.Name) -> dict[str, tuple[str, ...]]:
        """What each name server says by itself, where those that answer do not agree."""
        answers = await asyncio.gather(*(query.ask(name, "A") for query in self._alone.values()))
        told = {s: a.values for s, a in zip(self._alone, answers, strict=True) if not a.error}
        return told if len(set(told.values())) > 1 else {}

    def _fact(self, host: str, found: dict[str, Answer], apart: dict[str, tuple[str, ...]]) -> Fact[DnsFacts]:
        errors = {t: x.error for t, x in found.items() if x.error}
        rcode = "NXDOMAIN" if "NXDOMAIN" in {found["A"].rcode, found["AAAA"].rcode} else "NOERROR"
        records = {t: x.values for t, x in found.items() if not x.error}
        if records:
            return Fact("ok", DnsFacts(records, rcode, errors, apart), origin=self.origin)
        error = next(iter(errors.values()))
        value = DnsFacts({}, error.upper(), errors)
        code = "E_TIMEOUT" if _state(error) == "timeout" else "E_DNS"
        state: Literal["refused", "failed"] = "refused" if _state(error) == "refused" else "failed"
        return Fact(state, value, origin=self.origin, why=sentence(code, f"{host} ({error})"))

    async def _ask(self, name: dns.name.Name, rdtype: str) -> Answer:
        return await self._answers.get((name, rdtype), lambda: self._query.ask(name, rdtype))


def _state(error: str) -> State:
    if error == "timeout":
        return "timeout"
    return "refused" if error == "REFUSED" else "servfail"


def _keep(answer: Answer) -> float:
    return ERROR_KEEP if answer.error else min(max(answer.ttl, SHORTEST_KEEP), LONGEST_KEEP)
