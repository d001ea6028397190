"""Which pictures of a page are worth a request: codes to scan, contacts, cards, emblems; on a bare page the big ones.

Reads the source by bounded patterns, without a parse; nothing is fetched here.
"""

from __future__ import annotations

import base64
import binascii
import re
import tomllib
from collections.abc import Container
from dataclasses import dataclass
from importlib.resources import files
from typing import Any
from urllib.parse import unquote_to_bytes, urldefrag, urljoin, urlsplit

import re2

from scoring.domains import is_gov_label

MAX_SOURCE = 2_000_000
"""Characters of a page that are looked through."""
MAX_TAGS = 300
MAX_URL = 2048
MAX_INLINE = 1_500_000
"""Characters of a picture that stands in the page itself."""
NEAR = 120
"""Characters of source on each side of a picture whose words count as its caption."""
LITTLE_TEXT = 200
"""Characters of visible text below which a page speaks by its pictures."""
BIG = 120
"""Pixels of a declared side from which a picture is big."""

_IMG = re2.compile(r"(?i)<img\b[^>]+>")
_ATTRIBUTE = re2.compile(r"(?is)([a-z][a-z0-9_-]{1,20})\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_SOURCES = ("data-src", "data-original", "data-lazy-src", "src")
_TOKEN = re.compile(r"[a-z]+")
_TABLE = tomllib.loads(files("spiders.pictures").joinpath("telling.toml").read_text(encoding="utf-8"))
_WORTH = {"code": 3, "contact": 2, "card": 2, "emblem": 1}
_WORDS = {word: worth for kind, worth in _WORTH.items() for word in _TABLE["words"][kind]}
_SAYS: Any = re2.compile("|".join(map(re2.escape, _TABLE["beside"]["words"])))
_NEVER: Any = re2.compile("|".join(map(re2.escape, _TABLE["never"]["parts"])))
_COUNTERS = tuple(_TABLE["never"]["hosts"])


@dataclass(frozen=True, slots=True)
class Candidate:
    """A picture that may tell something: absolute address, or the bytes that stand in the page."""

    url: str
    """For a picture in the page itself ``data:`` and its place among the page's pictures."""
    worth: int
    """3 for a code to scan, 2 for contacts and cards, 1 for emblems; 0 for what is only big."""
    data: bytes | None = None


def telling(html: str, base: str, limit: int, elsewhere: Container[str] = ()) -> list[Candidate]:
    """The pictures worth looking at, best first, at most ``limit``; of a page with little text also the big ones.

    Pictures that lie ``elsewhere``, on the hosts of others, are left out.
    """
    if limit <= 0:
        return []
    source = html[:MAX_SOURCE]
    if "<img" not in source and "<IMG" not in source:
        return []
    bare = little_text(source)
    found: dict[str, Candidate] = {}
    for place, match in enumerate(_IMG.finditer(source)):
        if place >= MAX_TAGS:
            break
        candidate = _candidate(source, match.start(), match.end(), base, place, bare=bare)
        if candidate is not None and candidate.data is None and _host(candidate.url) in elsewhere:
            continue
        if candidate is not None and (candidate.url not in found or found[candidate.url].worth < candidate.worth):
            found[candidate.url] = candidate
    return sorted(found.values(), key=lambda c: -c.worth)[:limit]


def little_text(html: str) -> bool:
    """Whether a page shows fewer than 200 characters of text; looks only as far as that takes."""
    shown, silent = 0, ""
    for part in html[:MAX_SOURCE].split("<"):
        name = part[:8].lower()
        if silent:
            silent = "" if name.startswith(silent) else silent
        elif name.startswith(("script", "style", "title")):
            silent = "/" + name[:5].strip(" >")
        elif (at := part.find(">")) >= 0 or not part.startswith("!"):
            shown += len("".join(part[at + 1 :].split()))
        if shown >= LITTLE_TEXT:
            return False
    return True


def _candidate(source: str, start: int, end: int, base: str, place: int, *, bare: bool) -> Candidate | None:
    said = {name.lower(): a or b or c for name, a, b, c in _ATTRIBUTE.findall(source[start:end])}
    address = next((said[name].strip() for name in _SOURCES if said.get(name, "").strip()), "")
    named = " ".join(said.get(key, "") for key in ("alt", "title", "class", "id"))
    inline = address[:5].lower() == "data:"
    tail = "" if inline else address[:MAX_URL]
    if not address or _NEVER.search(f"{tail} {named}".lower()) or (not inline and _foreign(base, tail)):
        return None
    near = f"{source[max(0, start - NEAR) : start]} {named} {source[end : end + NEAR]}"
    worth = max(_by_name(f"{_path(tail)} {named}"), 2 if _SAYS.search(near) else 0)
    if not worth and not (bare and _is_big(said)):
        return None
    if inline:
        data = inline_bytes(address)
        return Candidate(f"data:{place}", worth, data) if data else None
    try:
        url = urldefrag(urljoin(base, tail)).url
    except ValueError:
        return None
    return Candidate(url, worth) if url.startswith(("http://", "https://")) else None


def _by_name(name: str) -> int:
    return max((_WORDS.get(token, 0) for token in _TOKEN.findall(name.lower())), default=0)


def _path(address: str) -> str:
    """The path of an address, the empty text where it cannot be split."""
    try:
        return urlsplit(address).path
    except ValueError:
        return ""


def _is_big(said: dict[str, str]) -> bool:
    """Declared big, or not declared at all."""
    sides = [int(digits) for key in ("width", "height") for digits in re.findall(r"^\s*(\d{1,5})", said.get(key, ""))]
    return not sides or max(sides) >= BIG


def _foreign(base: str, address: str) -> bool:
    """Whether the picture lies with a counter, an advertising network, or an authority: asking there tells nothing."""
    try:
        host, own = _host(urljoin(base, address)), _host(base)
    except ValueError:
        return True
    if host == own:
        return False
    return is_gov_label(host) or any(host == known or host.endswith(f".{known}") for known in _COUNTERS)


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""


def inline_bytes(address: str) -> bytes | None:
    """The bytes of a ``data:image/…`` address; None when it is none, too long, or broken."""
    head, comma, body = address[:MAX_INLINE].partition(",")
    if not comma or len(address) > MAX_INLINE or not head.lower().startswith("data:image/"):
        return None
    try:
        raw = unquote_to_bytes(body)
        return base64.b64decode(raw, validate=False) if head.lower().endswith(";base64") else raw
    except (binascii.Error, ValueError):
        return None
