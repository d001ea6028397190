"""All hosting facts of one site, asked in parallel; a registrable domain is asked about once a run.

Every fact carries when, from where, and why it is missing. Nothing here judges, and nothing raises.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Coroutine
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias, TypeVar

from scoring.case import DnsFacts, Fact, Hosting, NetworkFacts, RegistrationFacts, SiteKey, TlsFacts
from scoring.domains import registrable_domain
from spiders import clock
from spiders.addresses import AllowList, parse_literal
from spiders.hosting import rdap, tls, tls_chain
from spiders.hosting.dns import Resolution, Resolver
from spiders.hosting.http_get import HttpGet
from spiders.hosting.joining import Joining
from spiders.hosting.network import NetworkTable
from spiders.hosting.tunnel import authority
from spiders.hosting.whois import WhoisClient
from spiders.options import Options
from spiders.refusal import sentence
from spiders.request_log import code_in, looking_up

log = logging.getLogger(__name__)

REGISTRY_AT_ONCE = 4  # WHOIS servers block who asks more
TLS_AT_ONCE = 64
KEEP_ANSWER, KEEP_FAILURE = 6 * 3600.0, 600.0  # seconds; a registry that refused is not asked again at once
HTTPS = 443
BARE_ADDRESS = "主机是 IP 地址或单个词，没有可登记的域名"

T = TypeVar("T")
Answer: TypeAlias = tuple[Fact[T], bytes]
"""A fact and the raw bytes behind it."""
Registration: TypeAlias = Answer[RegistrationFacts]


def _keep(answer: Registration) -> float:
    return KEEP_ANSWER if answer[0].known else KEEP_FAILURE


@dataclass(frozen=True, slots=True)
class HostingTools:
    """What one run shares: name servers, the network table, clients, and answers by registrable domain."""

    resolver: Resolver
    networks: NetworkTable
    whois: WhoisClient
    fetch: rdap.Fetch
    whois_answers: Joining[str, Registration] = field(default_factory=lambda: Joining(_keep))
    rdap_answers: Joining[str, Registration] = field(default_factory=lambda: Joining(_keep))
    whois_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(REGISTRY_AT_ONCE))
    rdap_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(REGISTRY_AT_ONCE))
    tls_slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(TLS_AT_ONCE))

    @classmethod
    def for_options(cls, options: Options, resolver: Resolver, fetch: rdap.Fetch | None = None) -> HostingTools:
        """Tools as the settings say. Raises ``ValueError`` for a table or root certificates that cannot be read."""
        try:
            tls_chain.policy(options.ca_file)
        except (OSError, ValueError) as error:
            raise ValueError(f"{options.ca_file}: expected root certificates in PEM ({error}); mend ca_file") from error
        return cls(
            resolver,
            NetworkTable.load(options.networks),
            WhoisClient(options, resolver.addresses),
            fetch or HttpGet(options, resolver.addresses),
        )


async def gather(site: SiteKey, options: Options, tools: HostingTools) -> tuple[Hosting, dict[str, bytes]]:
    """The facts of ``site`` and the raw answers by name: ``whois.txt``, ``rdap.json``, ``cert.der``."""
    resolution = asyncio.ensure_future(tools.resolver.addresses(site.host))
    domain = domain_of(site.host)
    dns, whois, registry, networks, certificate = await asyncio.gather(
        _safe(_dns(site.host, domain, options, tools), options),
        _safe(_whois(domain, options, tools), options),
        _safe(_rdap(domain, options, tools), options),
        _safe(_networks(resolution, options, tools), options),
        _safe(_tls(site, resolution, options, tools), options),
    )
    raw = {"whois.txt": whois[1], "rdap.json": registry[1], "cert.der": certificate[1]}
    hosting = Hosting(dns=dns[0], whois=whois[0], rdap=registry[0], networks=networks[0], tls=certificate[0])
    return hosting, {name: body for name, body in raw.items() if body}


def domain_of(host: str) -> str:
    """The registrable domain, under a top-level domain that no list knows the last two labels; empty for an IP."""
    if parse_literal(host) is not None:
        return ""
    return registrable_domain(host) or (".".join(host.split(".")[-2:]) if "." in host else "")


async def _safe(answer: Coroutine[Any, Any, Answer[T]], options: Options) -> Answer[T]:
    """The answer, or a failed fact where the look-up itself is broken."""
    try:
        return await answer
    except Exception:  # the edge to three parsers of hostile bytes: one fact is lost, not the visit
        log.exception("a hosting look-up broke")
        return Fact("failed", None, clock.now(options), why="E_INTERNAL 查询程序出错，见日志"), b""


def _no_name(options: Options) -> tuple[Fact[Any], bytes]:
    return Fact("unknown", None, clock.now(options), why=BARE_ADDRESS), b""


async def _dns(host: str, domain: str, options: Options, tools: HostingTools) -> Answer[DnsFacts]:
    if not domain:
        return _no_name(options)
    with looking_up(options, f"dns:{host}", "DNS", f"dns:{host}") as entry:
        fact = await tools.resolver.facts(host, domain)
        entry.code = code_in(fact.why)
    return replace(fact, observed_at=clock.now(options)), b""


async def _whois(domain: str, options: Options, tools: HostingTools) -> Registration:
    async def ask() -> Registration:
        async with tools.whois_slots:
            return await tools.whois.lookup(domain)

    return await tools.whois_answers.get(domain, ask) if domain else _no_name(options)


async def _rdap(domain: str, options: Options, tools: HostingTools) -> Registration:
    async def ask() -> Registration:
        async with tools.rdap_slots:
            return await rdap.lookup(domain, options, tools.fetch)

    return await tools.rdap_answers.get(domain, ask) if domain else _no_name(options)


async def _networks(
    resolution: Awaitable[Resolution], options: Options, tools: HostingTools
) -> Answer[tuple[NetworkFacts, ...]]:
    found, now, origin = await resolution, clock.now(options), tools.networks.origin
    if not found.addresses:
        return Fact("unknown", None, now, origin, sentence("E_DNS", found.state)), b""
    facts = tuple(tools.networks.lookup(address) for address in found.addresses)
    if all(fact.asn is None for fact in facts):
        return Fact("unknown", None, now, origin, f"离线网络表中没有 {'、'.join(found.addresses[:4])}"), b""
    return Fact("ok", facts, now, origin), b""


async def _tls(
    site: SiteKey, resolution: Awaitable[Resolution], options: Options, tools: HostingTools
) -> Answer[TlsFacts]:
    port = HTTPS if site.port == 80 else site.port
    found, allow = await resolution, AllowList(options.allow_networks)
    for address in found.addresses:
        reason = allow.refusal(address)
        if reason is not None:
            why = sentence("E_NET_PRIVATE", f"{site.host} 解析到内网/保留地址 {address}（{reason}）")
            return Fact("refused", None, clock.now(options), why=why), b""
    if not found.addresses and not (options.proxy and options.proxy_resolves):
        return Fact("unknown", None, clock.now(options), why=sentence("E_DNS", f"{site.host} ({found.state})")), b""
    address = found.addresses[0] if found.addresses else ""
    async with tools.tls_slots:
        with looking_up(options, f"tls:{site}", "TLS", f"tls://{authority(site.host, port)}", address) as entry:
            answer = await tls.probe(site.host, port, options, address)
            entry.proxy, entry.code, entry.size = options.proxy, code_in(answer[0].why), len(answer[1])
    return answer
