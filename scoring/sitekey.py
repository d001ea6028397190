"""Which site a URL belongs to: host and port, and on hosts that strangers share the top path too."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from urllib.parse import SplitResult, unquote, urlsplit

from scoring.case import SiteKey
from scoring.domains import normalise_host
from seeds.model import SharedHosts

_WEB_PORTS = {"http": 80, "https": 443}
_MAX_SCOPE = 96
"""Characters of a path segment that stand in a key; a longer one is cut and told apart by its hash."""
_NOBODY = SharedHosts()


def site_key(url: str, shared: SharedHosts = _NOBODY) -> SiteKey:
    """The site of an http or https URL: one key for every spelling of host, port and path.

    Names under the private part of the public suffix list (``a.github.io``) are hosts of their own, so only the hosts
    in ``shared`` are divided by path. Raises ValueError for another scheme, a missing or impossible host or port.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in _WEB_PORTS:
        raise ValueError(f"expected an http or https address, got {url[:80]!r}")
    host = normalise_host(parts.hostname or "")
    if "%" in host:
        raise ValueError("an IPv6 zone means nothing outside one machine")
    return SiteKey(host, _port(parts), _scope(parts.path) if is_shared(host, shared) else "")


def is_shared(host: str, shared: SharedHosts) -> bool:
    """Whether strangers share the host, by its own row or by the row (``.58.com``) of a name above it."""
    labels = host.split(".")
    return host in shared.hosts or any("." + ".".join(labels[i:]) in shared.hosts for i in range(1, len(labels)))


def _port(parts: SplitResult) -> int:
    port = parts.port if parts.port is not None else _WEB_PORTS[parts.scheme]
    if port == 0:
        raise ValueError("expected a port from 1 to 65535, got 0")
    return 80 if port in _WEB_PORTS.values() else port


def _scope(path: str) -> str:
    segment = next((s for s in path.split("/") if s), "")
    with suppress(UnicodeDecodeError):  # bytes of another encoding: the spelling itself is the key
        segment = unquote(segment, errors="strict")
    if len(segment) > _MAX_SCOPE:
        segment = f"{segment[:_MAX_SCOPE]}~{hashlib.sha256(segment.encode('utf-8', 'replace')).hexdigest()[:16]}"
    return f"/{segment}" if segment else ""
