"""Which site a URL belongs to: host and port, on hosts that strangers share the top path too, among posts the page."""

from __future__ import annotations

import hashlib
import re
from contextlib import suppress
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from scoring.case import SiteKey
from scoring.domains import normalise_host
from seeds.model import SharedHosts

_WEB_PORTS = {"http": 80, "https": 443}
_MAX_SCOPE = 96
"""Characters of a path that stand in a key; a longer one is cut and told apart by its hash."""
_MAX_QUERY = 4096
"""Characters of a query string that are read."""
_NOBODY = SharedHosts()
_POST_IDS = frozenset(
    {
        *("__biz", "mid", "idx", "sn", "id", "t", "tid", "pid", "aid", "vid", "qid", "docid", "threadid", "postid"),
        "username",
    }
)
"""Query parameters that tell one post from another; the rest counts pages or tells where the reader came from."""


def site_key(url: str, shared: SharedHosts = _NOBODY) -> SiteKey:
    """The site of an http or https URL: one key for every spelling of host, port and path.

    Names under the private part of the public suffix list (``a.github.io``) are hosts of their own, so only the hosts
    in ``shared`` are divided, by top path or by post. Raises ValueError for another scheme, a missing or impossible
    host or port.
    """
    parts = urlsplit(url.strip())
    if parts.scheme not in _WEB_PORTS:
        raise ValueError(f"expected an http or https address, got {url[:80]!r}")
    host = normalise_host(parts.hostname or "")
    if "%" in host:
        raise ValueError("an IPv6 zone means nothing outside one machine")
    scope = ""
    if _listed(host, shared.posts) or (shared.post_paths and _is_post(parts, shared.post_paths)):
        scope = _post(parts)
    elif _listed(host, shared.hosts):
        scope = _scope(parts.path)
    return SiteKey(host, _port(parts), scope)


def link_key(url: str) -> SiteKey:
    """The site of one link of a redirector: host, port, and the whole path and query, which alone say where it leads.

    Raises ValueError as ``site_key`` does.
    """
    parts = urlsplit(url.strip())
    path = "/".join(s for s in parts.path.split("/") if s)
    query = parts.query[:_MAX_QUERY]
    whole = site_key(url)
    return SiteKey(whole.host, whole.port, _bounded(path + ("?" + query if query else "")))


def is_shared(host: str, shared: SharedHosts) -> bool:
    """Whether strangers share the host, by its own row or by the row (``.58.com``) of a name above it."""
    return _listed(host, shared.hosts) or _listed(host, shared.posts)


def _listed(host: str, rows: frozenset[str]) -> bool:
    labels = host.split(".")
    return host in rows or any("." + ".".join(labels[i:]) in rows for i in range(1, len(labels)))


def _is_post(parts: SplitResult, patterns: tuple[str, ...]) -> bool:
    """Whether path, or path and one parameter, have the form by which a forum numbers its posts."""
    path = parts.path[:_MAX_QUERY]
    by_path, by_query = _post_forms(patterns)
    if by_path.fullmatch(path):
        return True
    given = dict(parse_qsl(parts.query[:_MAX_QUERY]))
    return any(path.endswith(file) and given.get(name, "").isdecimal() for file, name in by_query)


@lru_cache(maxsize=8)
def _post_forms(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], tuple[tuple[str, str], ...]]:
    """One expression for the paths, linear as it only counts digits; file and parameter of the others."""
    paths = [re.escape(p).replace(r"\*", "[0-9]{1,20}") for p in patterns if "?" not in p]
    queries = [(file, name.removesuffix("=*")) for file, _, name in (p.partition("?") for p in patterns if "?" in p)]
    return re.compile("|".join(paths) if paths else r"(?!)"), tuple(queries)


def _port(parts: SplitResult) -> int:
    port = parts.port if parts.port is not None else _WEB_PORTS[parts.scheme]
    if port == 0:
        raise ValueError("expected a port from 1 to 65535, got 0")
    return 80 if port in _WEB_PORTS.values() else port


def _scope(path: str) -> str:
    return _bounded(next((s for s in path.split("/") if s), ""))


def _post(parts: SplitResult) -> str:
    """The path, and of the query what names the post: ``/p/12``, ``/s?__biz=…&mid=…``."""
    path = "/".join(s for s in parts.path.split("/") if s)
    named = sorted((k, v) for k, v in parse_qsl(parts.query[:_MAX_QUERY]) if k.lower() in _POST_IDS)
    return _bounded(path + ("?" + "&".join(f"{k}={v}" for k, v in named) if named else ""))


def _bounded(scope: str) -> str:
    with suppress(UnicodeDecodeError):  # bytes of another encoding: the spelling itself is the key
        scope = unquote(scope, errors="strict")
    if len(scope) > _MAX_SCOPE:
        scope = f"{scope[:_MAX_SCOPE]}~{hashlib.sha256(scope.encode('utf-8', 'replace')).hexdigest()[:16]}"
    return f"/{scope}" if scope else ""
