"""Addresses on a page, made absolute cheaply; a broken address stays as it is written."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urljoin, urlsplit, urlunsplit

MAX_URL = 2000
_PLAIN_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:-]+")
_SIMPLE = re.compile(r"[A-Za-z0-9_.~%/-]+")
_OTHER = ("javascript:", "data:", "mailto:", "tel:", "weixin:", "#")


class Base:
    """The address that relative addresses count from."""

    __slots__ = ("folder", "origin", "parents", "scheme", "url")

    def __init__(self, url: str) -> None:
        self.url = url
        scheme, found, rest = url.partition("://")
        self.scheme = scheme.lower() if found else ""
        self.origin = f"{scheme}://{rest.partition('/')[0].partition('?')[0].partition('#')[0]}" if found else ""
        path = rest.partition("?")[0].partition("#")[0]
        self.folder = f"{scheme}://{path.rpartition('/')[0] or path}/" if found else ""
        inside = self.folder[len(self.origin) + 1 : -1]
        odd = not _PLAIN_ORIGIN.fullmatch(self.origin) or (inside and not _SIMPLE.fullmatch(inside)) or _dotted(inside)
        self.parents: list[str] | None = None if odd else inside.split("/") if inside else []
        """The folders of the path; None where going up from them is for ``urljoin`` to work out."""

    def join(self, href: str) -> str:
        """``href`` as an absolute address; ``javascript:`` and ``data:`` are kept, cut short."""
        href = href.strip()[:MAX_URL]
        if href[:1] == "/":
            return f"{self.scheme or 'http'}:{href}" if href[:2] == "//" else self.origin + href
        if href[:4] == "http" and href.startswith(("http://", "https://")):
            return href
        if href.startswith(_OTHER):
            return href[:200]
        if href[:3] == "../" and self.parents is not None:
            rest = href.lstrip("./")
            ups, odd = divmod(len(href) - len(rest), 3)
            if not odd and href.startswith("../" * ups) and _SIMPLE.fullmatch(rest) and not _dotted(rest):
                return "/".join((self.origin, *self.parents[: max(0, len(self.parents) - ups)], rest))
        href = href.removeprefix("./")
        plain = self.folder and href and href[0] not in ".?" and ":" not in href
        return self.folder + href if plain else _joined(self.url, href)


def _dotted(path: str) -> bool:
    return "//" in path or "/." in path or path[:1] in (".", "/") or path[-1:] == "/"


def _joined(base: str, href: str) -> str:
    try:
        return urljoin(base, href)
    except ValueError:
        return href


@lru_cache(maxsize=8192)
def host_of(url: str) -> str:
    """Host of an http address in lower case, without port; empty when there is none."""
    _, found, rest = url.partition("://")
    if not found:
        return ""
    for mark in "/?#":
        rest = rest.partition(mark)[0]
    rest = rest.rpartition("@")[2].lower()
    if rest.startswith("["):
        return rest[1:].partition("]")[0]
    return rest.partition(":")[0].rstrip(".")


def port_of(url: str) -> int:
    """Port of an address; 80 and 443 are one and stand as 80, as does what cannot be read."""
    try:
        port = urlsplit(url).port
    except ValueError:
        port = None
    return 80 if port in (None, 443) else port or 80


def path_of(url: str) -> str:
    """Path of an address without query and fragment; empty for ``data:`` and the like."""
    _, found, rest = url.partition("://")
    if not found:
        return ""
    rest = rest.partition("?")[0].partition("#")[0]
    _, slash, path = rest.partition("/")
    return f"/{path}" if slash else ""


def as_asked(url: str) -> str:
    """One spelling of what a server is asked: host in lower case, a path at least, no fragment."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    return urlunsplit((parts.scheme, parts.netloc.lower(), parts.path or "/", parts.query, ""))
