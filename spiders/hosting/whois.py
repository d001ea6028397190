"""Asks WHOIS servers about a registrable domain, within bounds of bytes and seconds.

With ``options.whois`` that one server answers for every name; otherwise the registry's own, and then
once the registrar's that it refers to. Where a real server is connected to, the deny table holds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from scoring.case import Fact, FactState, RegistrationFacts
from spiders import clock
from spiders.addresses import AllowList
from spiders.hosting import registries, whois_text
from spiders.hosting.dns import Resolution
from spiders.hosting.streams import connected, read_bounded, split_server
from spiders.hosting.tunnel import authority
from spiders.options import Options
from spiders.refusal import Refused, sentence
from spiders.request_log import looking_up

MAX_ANSWER = 64 * 1024

Resolve = Callable[[str], Awaitable[Resolution]]
Answer = tuple[Fact[RegistrationFacts], bytes]


@dataclass(frozen=True, slots=True)
class WhoisClient:
    """One run's WHOIS; ``resolve`` gives the addresses of real servers (``Resolver.addresses``)."""

    options: Options
    resolve: Resolve

    async def lookup(self, domain: str) -> Answer:
        """What the registry says about ``domain`` (lower case, punycode), and its raw answer. Never raises."""
        fixed = self.options.whois
        try:
            async with asyncio.timeout(self.options.whois_timeout * (1 if fixed else 3)):
                return await (self._fixed(domain, fixed) if fixed else self._registry(domain))
        except TimeoutError:
            why = sentence("E_TIMEOUT", f"WHOIS {domain}")
        except Refused as refusal:
            why = str(refusal)
        except (OSError, ValueError) as problem:
            why = sentence("E_CONNECT", f"WHOIS {fixed or domain} ({type(problem).__name__})")
        return self._fact("failed", None, fixed, why), b""

    async def _fixed(self, domain: str, server: str) -> Answer:
        host, port = split_server(server, registries.PORT)
        raw = await self._ask(host, port, f"{domain}\r\n".encode("ascii", "ignore"), domain)
        read = await _read(domain, raw)
        return self._fact(read.state, read.facts, server, read.why), raw

    async def _registry(self, domain: str) -> Answer:
        tld = domain.rpartition(".")[2]
        server = registries.known_server(tld) or await self._server_of(tld)
        raw = await self._ask_public(server, domain)
        read = await _read(domain, raw)
        fact = self._fact(read.state, read.facts, server, read.why)
        thin = read.facts is not None and read.facts.registered and not read.facts.registrant
        if not thin or read.referral in {"", server}:
            return fact, raw
        return await self._registrar(domain, fact, raw, read.referral)

    async def _registrar(self, domain: str, fact: Fact[RegistrationFacts], raw: bytes, server: str) -> Answer:
        """A thin registry's answer with the registrant that its registrar names; the registry's dates stand."""
        try:
            second = await self._ask_public(server, domain)
        except (OSError, Refused):
            return fact, raw  # the registry has answered; the registrar is only a second voice
        said = (await _read(domain, second)).facts
        both = raw + b"\n% " + server.encode() + b"\n" + second
        if said is None or not said.registered or fact.value is None:
            return fact, both
        value = replace(fact.value, registrant=said.registrant, email=said.email, privacy=said.privacy)
        return replace(fact, value=value, origin=f"{fact.origin},{server}"), both

    async def _server_of(self, tld: str) -> str:
        try:
            answer = await self._ask_public(registries.IANA, tld)
        except (OSError, Refused):
            return registries.conventional_server(tld)
        return registries.server_in(whois_text.decode(answer)) or registries.conventional_server(tld)

    async def _ask_public(self, server: str, domain: str) -> bytes:
        """Ask a server that a table, IANA or a registry named: its address must be public."""
        found = await self.resolve(server)
        if not found.addresses:
            raise Refused("E_DNS", f"{server} ({found.state})")
        allow = AllowList(self.options.allow_networks)
        for address in found.addresses:
            reason = allow.refusal(address)
            if reason is not None:
                raise Refused("E_NET_PRIVATE", f"{server} 解析到内网/保留地址 {address}（{reason}）")
        return await self._ask(
            found.addresses[0], registries.PORT, registries.query_for(server, domain), domain, server
        )

    async def _ask(self, address: str, port: int, query: bytes, domain: str, server: str = "") -> bytes:
        url = f"whois://{authority(server or address, port)}/{domain}"
        with looking_up(self.options, f"whois:{domain}", "WHOIS", url, address) as entry:
            async with asyncio.timeout(self.options.whois_timeout), connected(address, port) as (reader, writer):
                writer.write(query)
                await writer.drain()
                raw = await read_bounded(reader, MAX_ANSWER)
            entry.size = len(raw)
        return raw

    def _fact(
        self, state: FactState, value: RegistrationFacts | None, server: str, why: str
    ) -> Fact[RegistrationFacts]:
        return Fact(state, value, clock.now(self.options), f"whois:{server}", why)


async def _read(domain: str, raw: bytes) -> whois_text.Read:
    # python-whois is slow on hostile text; in a thread it does not hold up the other visits.
    return await asyncio.to_thread(whois_text.parse, domain, raw)
