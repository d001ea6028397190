"""What may be fetched: every request and every redirect passes here, by scheme, port and resolved address.

Names are resolved by us; one bad address in the answer refuses the whole name; what connects uses
the address that was checked (``spiders.resolver``). A range is let through by its proxy address only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urlsplit

from spiders.addresses import AllowList, parse_literal
from spiders.hosting.dns import Resolution, Resolver
from spiders.options import Options, SettingError
from spiders.refusal import Refused

SCHEMES = frozenset({"http", "https"})
SERVICE_PORTS = frozenset(
    # What answers there is not a website: WHATWG Fetch "bad port" list above 1023, and common data services.
    {1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5672}
    | {5900, 5984, 6000, 6379, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9200, 9300, 10080, 11211, 27017}
)
OWN_NETWORKS = AllowList(("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "fc00::/7", "::1/128"))
"""Where a service of the operator's own may stand; never link-local, where clouds keep their secrets."""
LOW_PORTS = frozenset(range(80, 91)) | {443} | frozenset(range(800, 900))


@dataclass(frozen=True, slots=True)
class Passed:
    """A URL that may be fetched, and the addresses that were checked (empty: left to the exit proxy)."""

    host: str
    addresses: tuple[str, ...]
    dns: str = "ok"
    inside: bool = False
    """A service of the operator's own in a private network: asked directly, never through the exit proxy."""


def port_allowed(port: int, extra: tuple[int, ...] = ()) -> bool:
    """Whether a website may live on this port; genuine platforms in this field use odd ones up to 65535."""
    if port in extra or port in LOW_PORTS:
        return True
    return port >= 1024 and port not in SERVICE_PORTS


class Guard:
    """Checks URLs against scheme, port and address rules; shared by all spiders of a process."""

    def __init__(self, options: Options, addresses: Callable[[str], Awaitable[Resolution]]) -> None:
        self._options = options
        self._addresses = addresses
        self._allow = AllowList(options.allow_networks)
        self.exits: set[str] = set()
        """Hosts of exit proxies that the operator named, in the settings or for a source; never chosen by a page."""
        self.add_exit(options.proxy)
        self.own_hosts: set[str] = set()
        """Hosts of own services that a request of ours has asked for; only what connects may believe it."""

    def add_exit(self, proxy: str) -> None:
        """Let ``http://host:port`` be connected to as an exit proxy; nothing when it is empty."""
        if proxy and (host := urlsplit(proxy).hostname):
            self.exits.add(host)

    async def check(self, url: str, *, own: bool = False) -> Passed:
        """Pass or raise ``Refused`` with the code and the reason.

        ``own``: the address stands in the operator's settings, as that of an interface; no page chose it.
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError as error:
            raise Refused("E_HOST", f"{url[:100]} ({error})") from error
        if parts.scheme not in SCHEMES:
            raise Refused("E_SCHEME", parts.scheme or url[:60])
        if not host or len(host) > 253:
            raise Refused("E_HOST", url[:100])
        if not port_allowed(port or (443 if parts.scheme == "https" else 80), self._options.ports):
            raise Refused("E_PORT", str(port))
        if own:
            self.own_hosts.add(host)
        return await self.check_host(host, own=own)

    async def check_host(self, host: str, *, own: bool = False) -> Passed:
        """Resolve and check every address; ``Refused`` when any is not public."""
        literal = parse_literal(host)
        if literal is not None:
            return Passed(host, (literal,), inside=self._refuse_inside(host, literal, own))
        found = await self._addresses(host)
        inside = [self._refuse_inside(host, address, own) for address in found.addresses]
        if not found.addresses:
            if self.exits and self._options.proxy_resolves:
                return Passed(host, (), found.state)
            raise Refused("E_DNS", f"{host} ({found.state})")
        return Passed(host, tuple(found.addresses), inside=any(inside))

    def _refuse_inside(self, host: str, address: str, own: bool) -> bool:
        """Whether it is inside and an own service; ``Refused`` where it is inside and none."""
        reason = self._allow.refusal(address)
        if reason is None:
            return False
        if not own or OWN_NETWORKS.refusal(address) is not None:
            raise Refused("E_NET_PRIVATE", f"{host} 解析到内网/保留地址 {address}（{reason}）")
        return True


@lru_cache(maxsize=4)
def resolver_for(options: Options) -> Resolver:
    """The process's one resolver for these options, so that what was checked is what is used."""
    try:
        return Resolver(options.nameservers, options.dns_timeout)
    except ValueError as error:
        raise SettingError(f"LOOKALIKE_NAMESERVERS: {error}") from error


@lru_cache(maxsize=4)
def guard_for(options: Options) -> Guard:
    """The process's one guard for these options."""
    return Guard(options, resolver_for(options).addresses)
