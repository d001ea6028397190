"""Whose address a link holds: an outsider's, the engine's redirector, or the engine's own other pages."""

from __future__ import annotations

import base64
import binascii
from typing import Literal
from urllib.parse import parse_qs, urljoin, urlsplit

import re2

from spiders.pages.layout import Layout

Kind = Literal["outside", "redirector", "perhaps", "internal", ""]
"""``perhaps``: another path of the host that was searched: worth asking, but it may be a page of its own.
``""``: no address that can be visited."""

_SEARCHING = frozenset({"s", "search", "ns", "web"})
"""Path segments of search pages."""
_AS_BROWSERS = str.maketrans({"\t": None, "\r": None, "\n": None, " ": "%20"})
LONGEST = 8192


def absolute(base: str, link: str) -> str:
    """``link`` against ``base``; ``""`` where it is not an http(s) address with a host."""
    if not link or len(link) > LONGEST:
        return ""
    try:
        url = urljoin(base, link.strip().translate(_AS_BROWSERS))
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a broken port
    except ValueError:
        return ""
    return url if parts.scheme in {"http", "https"} and parts.hostname else ""


def kind_of(url: str, page_url: str, layout: Layout) -> Kind:
    """Where ``url`` leads, seen from the results page at ``page_url``; total."""
    try:
        parts, page = urlsplit(url), urlsplit(page_url)
        host = (parts.hostname or "").rstrip(".")
        same = bool(host) and parts.netloc.lower() == page.netloc.lower()
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not host:
        return ""
    if not same and not _below(host, layout.domains):
        return "outside"
    if leads_on(url, layout.redirectors):
        return "redirector"
    strangers = bool(layout.posts and re2.fullmatch(layout.posts, parts.path))
    searches = not _SEARCHING.isdisjoint(parts.path.lower().split("/")) or parts.path in {"", "/"}
    if same and not strangers:
        bare = searches or parts.path == page.path or parts.path in layout.search_paths
        return "internal" if bare else "perhaps"
    return "outside" if strangers or (_below(host, layout.authors) and not searches) else "internal"


def leads_on(url: str, patterns: tuple[str, ...]) -> bool:
    """Whether ``url`` begins like one of ``/path`` or ``host/path``."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return any(_fits(pattern, host, parts.path) for pattern in patterns)


def packed_target(url: str) -> str:
    """The address that Bing packs into ``u=a1…`` (base64url), or that a parameter shows in clear; else ``""``."""
    try:
        query = parse_qs(urlsplit(url).query, max_num_fields=50)
    except ValueError:
        return ""
    for value in query.get("u", []):
        if value.startswith("a1"):
            return absolute("", _base64url(value[2:]))
    for name in ("u", "url", "target", "to"):
        for value in query.get(name, []):
            if value.startswith(("http://", "https://")):
                return absolute("", value)
    return ""


def _base64url(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode("utf-8")
    except (binascii.Error, UnicodeError, ValueError):
        return ""


def _fits(pattern: str, host: str, path: str) -> bool:
    wanted, slash, prefix = pattern.partition("/")
    if wanted and host != wanted:
        return False
    start = slash + prefix
    return path == start or path.startswith(start if start.endswith("/") else (start + "/", start + "?", start + ";"))


def _below(host: str, domains: tuple[str, ...]) -> bool:
    return any(host == domain or host.endswith("." + domain) for domain in domains)
