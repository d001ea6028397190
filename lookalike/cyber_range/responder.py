"""Who answers an HTTP request: registration data, a search engine, a host folder, or nobody."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from lookalike.cyber_range.engines import Engines
from lookalike.cyber_range.exchange import Answer, Request
from lookalike.cyber_range.model import Host, Range, Tls
from lookalike.cyber_range.pages import indexed_pages
from lookalike.cyber_range.registry import Registry
from lookalike.cyber_range.search import Index
from lookalike.cyber_range.sites import answer_host

RDAP_HOST = "rdap.org"
_RDAP_TYPE = ("Content-Type", "application/rdap+json")
_DEFAULT_PORTS = {80, 443}


class Responder:
    """All HTTP answers of a range; holds no connection."""

    def __init__(self, content: Range, registry: Registry) -> None:
        self._registry = registry
        self._engines = Engines(content.engines, Index(indexed_pages(content.hosts)), content.folder)
        self._own_tls = _valid_by_both_clocks(content.now)
        self._hosts: dict[tuple[str, int], Host] = {}
        for host in content.hosts:
            for name in host.all_names:
                for port in host.ports:
                    self._hosts.setdefault((name, port), host)

    def host(self, name: str, port: int) -> Host | None:
        """The folder that answers the name on that port."""
        return self._hosts.get((name, port))

    def reachable(self, name: str, port: int) -> bool:
        """Whether anything answers there; for 443 that needs a certificate."""
        host = self.host(name, port)
        return self._is_ours(name, port) or (host is not None and (port != 443 or host.tls is not None))

    def certificate(self, name: str, port: int) -> tuple[Tls, tuple[str, ...]] | None:
        """The [tls] facts and names for the address; None: it speaks no TLS."""
        host = self.host(name, port)
        if host is not None and host.tls is not None:
            return host.tls, host.all_names
        return (self._own_tls, (name,)) if self._is_ours(name, port) else None

    def answer(self, request: Request) -> Answer | None:
        """The answer; None when no such host can be reached."""
        host = self.host(request.host, request.port)
        if request.port in _DEFAULT_PORTS:
            if request.host == RDAP_HOST:
                return self._rdap(request)
            found = self._engines.answer(request)
            if found is not None:
                return found
        if host is None:
            return self._without_folder(request)
        own = answer_host(host, request)
        return (self._engines.rest(request) or own) if own.status == 404 else own

    def _is_ours(self, name: str, port: int) -> bool:
        return port in _DEFAULT_PORTS and (name == RDAP_HOST or name in self._engines.hosts)

    def _without_folder(self, request: Request) -> Answer | None:
        if not self._is_ours(request.host, request.port):
            return None
        return self._engines.rest(request) or Answer(404, (("Content-Type", "text/plain"),), b"Not Found\n")

    def _rdap(self, request: Request) -> Answer:
        kind, _, name = request.path.strip("/").partition("/")
        file = self._registry.rdap(name) if kind == "domain" and request.method in {"GET", "HEAD"} else None
        if file is not None:
            return Answer(200, (_RDAP_TYPE,), file.read_bytes())
        missing = {
            "rdapConformance": ["rdap_level_0"],
            "errorCode": 404,
            "title": "Not Found",
            "description": ["no registration data for this object"],
        }
        return Answer(404, (_RDAP_TYPE,), json.dumps(missing).encode())


def _valid_by_both_clocks(now: datetime) -> Tls:
    """For engines and RDAP, which clients may check by the real clock as well as by the range's."""
    real = datetime.now(UTC)
    return Tls(not_before=min(now, real) - timedelta(days=30), not_after=max(now, real) + timedelta(days=60))
