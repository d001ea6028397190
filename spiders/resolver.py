"""Twisted's resolver, guarded: a direct connection goes only to an address that the guard has checked."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING

from twisted.internet.defer import Deferred
from twisted.internet.error import DNSLookupError
from twisted.internet.interfaces import IResolverSimple
from zope.interface import implementer

from spiders.guard import Guard, guard_for
from spiders.refusal import Refused

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from twisted.internet.base import ReactorBase


@implementer(IResolverSimple)
class GuardedResolver:
    """Scrapy's ``DNS_RESOLVER``: Twisted sends literals through it too, and connects to what it answers."""

    def __init__(self, reactor: ReactorBase, guard: Guard) -> None:
        self._reactor = reactor
        self._guard = guard

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: ReactorBase) -> GuardedResolver:
        return cls(reactor, guard_for(crawler.settings["LOOKALIKE_OPTIONS"]))

    def install_on_reactor(self) -> None:
        """Replace the reactor's resolver."""
        self._reactor.installResolver(self)  # type: ignore[arg-type] # zope declares it at run time

    def getHostByName(self, name: str, timeout: Sequence[int] = ()) -> Deferred[str]:  # noqa: N802, ARG002 - Twisted's interface
        return Deferred.fromFuture(asyncio.ensure_future(self._address(name)))

    async def _address(self, name: str) -> str:
        if name in self._guard.exits:
            return name  # the operator's own exit, given in the settings, never by a site
        try:
            passed = await self._guard.check_host(name, own=name in self._guard.own_hosts)
        except Refused as refusal:
            raise DNSLookupError(str(refusal)) from refusal
        # TCP4 endpoints cannot use IPv6; a name that has only that is reported, not silently skipped.
        ipv4 = [a for a in passed.addresses if ":" not in a]
        if not ipv4:
            raise DNSLookupError(f"{name}: no IPv4 address")
        return ipv4[0]
