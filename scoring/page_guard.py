"""Whether a page is too costly for a tree parser, told by counting alone.

Depth and attributes are estimated from the source, in one linear pass, and only where the page has
enough tags for it to matter: 200,000 nested elements lose their text below level 2,048 in one parser
and take minutes in another; so do 100,000 attributes on one tag.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_TAGS = 150_000
DEPTH_MATTERS = 1000
MAX_DEPTH = 800
LONG_TAG = 8000
MAX_ATTRIBUTES = 600
MAX_UNCLOSED = 40
MAX_RECONSTRUCTED = 200_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)")
_LONG = re.compile(rf"<[a-zA-Z][^<>]{{{LONG_TAG},}}+")
_FORMATTING = re.compile(
    r"<(/?)(?:[bB](?:[iI][gG])?|[cC][oO][dD][eE]|[eE][mM]|[fF][oO][nN][tT]|[iIuU]|[nN][oO][bB][rR]"
    r"|[sS](?:[mM][aA][lL][lL]|[tT][rR](?:[iI][kK][eE]|[oO][nN][gG]))?|[tT][tT])\b"
)
"""b, big, code, em, font, i, nobr, s, small, strike, strong, tt, u."""
_LIKE_FORMATTING = re.compile(
    r"<[bBcCeEfFiInNsStTuU](?:(?<=[bBiIsSuU])(?![a-zA-Z0-9_])|(?<=[bB])[iI]|(?<=[sS])[mMtT]|(?<=[cCfFnN])[oO]"
    r"|(?<=[eE])[mM]|(?<=[tT])[tT])"
)
"""Their first letters: told in a third of the time."""
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup "
    "tr td th tbody thead tfoot html head body script style a "
)
_FLAT = frozenset(_FLAT_NAMES.split())
"""Void elements, and those that the parser closes by itself: they do not pile up."""
_NEVER_DEEP = (
    "</",
    "<a ",
    "<li>",
    "<li ",
    "<p>",
    "<img ",
    "<p ",
    "<script>",
    "<script ",
    "<td>",
    "<td ",
    "<br>",
    "<dd>",
)
"""Closing tags, and the commonest ways in which flat ones are written."""


def too_costly(html: str) -> str:
    """The limit that the page breaks, or an empty string."""
    opened = html.count("<")
    if opened > MAX_TAGS:
        return f"{opened} tags"
    for tag in _long_tags(html):
        words = tag.group().count("=") + len(tag.group().split())
        if words > MAX_ATTRIBUTES:
            return f"{words} attributes on one tag"
    if _most_formatting(html, opened) * opened > MAX_RECONSTRUCTED:
        unclosed = _unclosed_formatting(html)
        if unclosed > MAX_UNCLOSED and unclosed * opened > MAX_RECONSTRUCTED:
            return f"{unclosed} formatting elements left open"
    if opened > DEPTH_MATTERS and _may_be_deep(html, opened) and _deepest(html) > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH}"
    return ""


def _long_tags(html: str) -> Iterator[re.Match[str]]:
    """Tags of at least 8,000 characters: each holds a stretch without ``<`` that begins at a multiple of half of it."""
    half = LONG_TAG // 2
    last = -1
    for at in range(0, len(html) - half + 1, half):
        if html.find("<", at, at + half) < 0:
            start = html.rfind("<", max(0, last), at)
            found = _LONG.match(html, start) if start > last else None
            if found is not None:
                yield found
            last = max(start, last)


def _may_be_deep(html: str, opened: int) -> bool:
    """Whether enough tags open what does not close by itself."""
    for tag in _NEVER_DEEP:
        if opened <= MAX_DEPTH:
            return False
        opened -= html.count(tag)
    return opened > MAX_DEPTH


def _most_formatting(html: str, opened: int) -> int:
    """No more formatting elements are opened than this."""
    if opened * opened <= MAX_RECONSTRUCTED:
        return opened
    return len(_LIKE_FORMATTING.findall(html))


def _unclosed_formatting(html: str) -> int:
    """At least how many formatting elements stay open: each new block gets copies of all of them."""
    tags = _FORMATTING.findall(html)
    return len(tags) - 2 * tags.count("/")


def _deepest(html: str) -> int:
    depth = deepest = 0
    for close, name in _TAG.findall(html):
        if name.lower() in _FLAT:
            continue
        if close:
            depth -= depth > 0
        else:
            depth += 1
            if depth > MAX_DEPTH:
                return depth
            deepest = max(deepest, depth)
    return deepest
