"""Which host folder speaks for a name in WHOIS, RDAP and DNS, where facts are asked of the registrable domain."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from lookalike.cyber_range.model import Dns, Host, Whois
from lookalike.cyber_range.names import ancestors, plain, registrable

T = TypeVar("T")


class Registry:
    """Look-ups by name. A folder of the name itself goes before one below it, short names before long ones."""

    def __init__(self, hosts: tuple[Host, ...]) -> None:
        ordered = sorted(hosts, key=lambda host: (host.host.count("."), host.host, host.port or 0))
        self._by_name: dict[str, list[Host]] = {}
        self._by_domain: dict[str, list[Host]] = {}
        self._above: set[str] = set()
        for host in ordered:
            for name in host.all_names:
                self._by_name.setdefault(name, []).append(host)
                self._by_domain.setdefault(registrable(name), []).append(host)
                self._above.update(ancestors(name))

    def whois(self, name: str) -> Whois | None:
        """What WHOIS tells of the domain that ``name`` is registered under."""
        return self._of_domain(name, lambda host: host.whois)

    def rdap(self, name: str) -> Path | None:
        """The RDAP answer for the domain that ``name`` is registered under."""
        return self._of_domain(name, lambda host: host.rdap)

    def dns(self, name: str) -> Dns | None:
        """The [dns] facts of the name itself; None: no folder tells any."""
        return next((host.dns for host in self._by_name.get(name, ()) if host.dns), None)

    def zone(self, name: str) -> Dns | None:
        """For a registrable domain without facts of its own: those of a host below it."""
        if registrable(name) != name:
            return None
        return next((host.dns for host in self._by_domain.get(name, ()) if host.dns), None)

    def stands_above(self, name: str) -> bool:
        """Whether a host of the range lies below the name: it exists then, even if it holds nothing."""
        return name in self._above

    def _of_domain(self, name: str, fact: Callable[[Host], T | None]) -> T | None:
        domain = registrable(plain(name))
        hosts = self._by_name.get(domain, []) + self._by_domain.get(domain, [])
        return next((found for host in hosts if (found := fact(host)) is not None), None)
