"""What inline scripts and comments give away: targets of redirects, counters, Chinese text shown later."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

import re2

from scoring.page_model import Redirect
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.page_urls import Base

_LITERAL = r"""(?:"[^"\n]*"|'[^'\n]*')"""
_PIECE = rf"(?:(?:atob|decodeURIComponent|decodeURI|unescape)\s*\(\s*{_LITERAL}\s*\)|{_LITERAL}|[A-Za-z_$][\w$]*)"
_GO = re2.compile(r"(location(?:\.href)?\s*=|location\.(?:replace|assign)\s*\()\s*" rf"({_PIECE}(?:\s*\+\s*{_PIECE})*)")
_LET = re2.compile(rf"([A-Za-z_$][\w$]*)\s*=\s*({_PIECE}(?:\s*\+\s*{_PIECE})*)\s*[;,\n]")
_SPLIT = re2.compile(_PIECE)
_CHINESE = re.compile(r"[\u4e00-\u9fff][^\"'`<>\\\n\r]{0,200}")
_ESCAPED = re.compile(r"(?:\\u[4-9][0-9a-fA-F]{3})(?:\\u[0-9a-fA-F]{4}|[0-9A-Za-z.:：]){1,120}")
_COUNTERS: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    ("hm.baidu", "baidu", re.compile(r"hm\.baidu\.com/hm?\.js\?([0-9a-f]{32})")),
    ("Hm_lvt_", "baidu", re.compile(r"Hm_lvt_([0-9a-f]{32})")),
    ("_setAccount", "baidu", re.compile(r"_setAccount['\"]\s?,\s?['\"]([0-9a-f]{32})")),
    ("cnzz.com", "cnzz", re.compile(r"cnzz\.com/(?:z_)?(?:stat|c|core)\.php\?[^\"' ]{0,60}?\bid=(\d{5,12})")),
    ("51.la", "51la", re.compile(r"users\.51\.la/(\d{5,12})\.js")),
    ("LA.init", "51la", re.compile(r"LA\.init\(\{\s?id:\s?['\"]([\w-]{6,40})")),
    ("UA-", "google", re.compile(r"(UA-(?<!\wUA-)\d{4,10}-\d{1,4})\b")),
    ("G-", "google", re.compile(r"(G-(?<=['\"=]G-)[A-Z0-9]{8,12})\b")),
    ("GTM-", "google", re.compile(r"(GTM-(?<!\wGTM-)[A-Z0-9]{5,9})\b")),
)
_SAVED = re.compile(
    r"<!--[^>]{0,200}?(?:saved from url=\(\d{1,6}\)|mirrored from )\s?([^\s>]{4,300})[^>]{0,300}-->", re.IGNORECASE
)
_PACKED = re.compile(r"atob\(\s{0,4}[\"']([A-Za-z0-9+/=]{40,20000})[\"']")
_HINTS = ("location", "\\u", "atob", *(hint for hint, _, _ in _COUNTERS))
_HINTED = Words(_HINTS)
_COPIED = Words(("aved from url", "irrored from"))
"""One of them stands wherever ``_SAVED`` fits."""
MAX_PACKED = 20
MAX_REDIRECTS = 20
MAX_CHINESE = 50_000


@dataclass(frozen=True, slots=True)
class ScriptFacts:
    """Read from scripts and comments."""

    redirects: tuple[Redirect, ...]
    analytics: tuple[str, ...]
    saved_from: tuple[str, ...]
    text: str


def read(
    inline: Sequence[str], sources: Sequence[str], html: str, base: Base, encoded: bytes | None = None
) -> ScriptFacts:
    """Facts of all inline scripts together; ``sources`` are script addresses, ``html`` is for comments.

    ``encoded``: ``html`` in UTF-8, where it is known.
    """
    code = "\n".join(inline)
    hints = _standing(code) if code else frozenset()
    linked = "\n".join((code, *sources))
    return ScriptFacts(
        tuple(_redirects(code, base)) if "location" in hints else (),
        tuple(dict.fromkeys(_counters(linked, _standing(linked) if sources else hints))),
        tuple(_saved_from(html, html.encode("utf-8", "replace") if encoded is None else encoded)),
        _chinese(code, hints),
    )


def _standing(code: str) -> frozenset[str]:
    """Which of ``_HINTS`` stand in a script."""
    return frozenset([_HINTS[at] for at in _HINTED.standing(code.encode("utf-8", "replace"))])


def _saved_from(html: str, encoded: bytes) -> Iterator[str]:
    if _COPIED.standing(encoded):
        yield from (m.group(1) for m in list(_SAVED.finditer(html[:200_000]))[:5])


def _counters(code: str, hints: frozenset[str]) -> Iterator[str]:
    for hint, vendor, pattern in _COUNTERS:
        if hint in hints:
            yield from (f"{vendor}:{found}" for found in pattern.findall(code)[:10])


def _redirects(code: str, base: Base) -> Iterator[Redirect]:
    going = _GO.findall(code)[:200]
    known = _known(code) if _assigned(code, {name for _, e in going for name in _names(e)}) else {}
    seen: set[str] = set()
    for how, expression in going:
        target = _evaluate(expression, known)
        if not target.startswith(("http://", "https://", "//", "/")) or target in seen:
            continue
        seen.add(target)
        yield Redirect(base.join(target), how.split("=")[0].split("(")[0].strip())
        if len(seen) >= MAX_REDIRECTS:
            return


def _names(expression: str) -> Iterator[str]:
    """The names of which a concatenation is made."""
    if expression[0] not in "\"'" or "+" in expression:
        for piece in _SPLIT.findall(expression)[:21]:
            if piece[0] not in "\"'" and "(" not in piece:
                yield piece.strip()


def _assigned(code: str, names: set[str]) -> bool:
    """Whether any of the names may get a value that could be known; many names are not worth asking about."""
    return len(names) > MAX_REDIRECTS or any(re.search(rf"{re.escape(name)}\s*=", code) for name in sorted(names))


def _known(code: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for name, expression in _LET.findall(code[:200_000])[:500]:
        value = _evaluate(expression, known)
        if value:
            known[name] = value
    return known


def _evaluate(expression: str, known: dict[str, str]) -> str:
    """Value of a concatenation of literals and known names; what follows an unknown name is left out."""
    value = ""
    for piece in _SPLIT.findall(expression)[:21]:
        part = _piece(piece, known)
        if part is None:
            break
        value += part
    return value[:2000]


def _piece(piece: str, known: dict[str, str]) -> str | None:
    if piece[0] in "\"'":
        return piece[1:-1].replace("\\/", "/")
    name, call, rest = piece.partition("(")
    if not call:
        return known.get(name.strip())
    literal = rest.strip(" )\t\r\n")[1:-1]
    if name.strip() != "atob":
        return unquote(literal)
    try:
        return base64.b64decode(literal + "=" * (-len(literal) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None


def _unpacked(packed: str) -> list[str]:
    """The Chinese runs of a document that a script holds in base64."""
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4)).decode("utf-8", "ignore")
    except (binascii.Error, ValueError):
        return []
    return [run for run in _CHINESE.findall(text)[:2000] if run]


def _chinese(code: str, hints: frozenset[str]) -> str:
    found: list[str] = []
    if not code.isascii():
        found += _CHINESE.findall(code[:400_000])[:2000]
    if "\\u" in hints:
        escaped = _ESCAPED.findall(code[:400_000])[:2000]
        found += [re.sub(r"\\u([0-9a-fA-F]{4})", lambda m: chr(int(m.group(1), 16)), e) for e in escaped]
    if "atob" in hints:
        found += [run for packed in _PACKED.findall(code[:400_000])[:MAX_PACKED] for run in _unpacked(packed)]
    text = "\n".join(found)[:MAX_CHINESE]
    return text.encode("utf-8", "replace").decode("utf-8", "replace")
