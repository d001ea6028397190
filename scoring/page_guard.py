"""Whether a page is too costly for a tree parser, told by counting alone.

Depth and attributes are estimated from the source, in one linear pass, and only where the page has
enough tags for it to matter: 200,000 nested elements lose their text below level 2,048 in one parser
and take minutes in another; so do 100,000 attributes on one tag.
"""

from __future__ import annotations

import re

MAX_TAGS = 150_000
DEPTH_MATTERS = 1000
MAX_DEPTH = 800
LONG_TAG = 8000
MAX_ATTRIBUTES = 600
MAX_UNCLOSED = 40
MAX_RECONSTRUCTED = 200_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)")
_LONG = re.compile(rf"<[a-zA-Z][^<>]{{{LONG_TAG},}}+")
_FORMATTING = re.compile(r"<(/?)(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)\b")
_FLAT_NAMES = (
    "area base br col embed hr img input link meta param source track wbr p li dt dd option optgroup "
    "tr td th tbody thead tfoot html head body script style a "
)
_FLAT = frozenset(_FLAT_NAMES.split())
"""Void elements, and those that the parser closes by itself: they do not pile up."""


def too_costly(html: str) -> str:
    """The limit that the page breaks, or an empty string."""
    opened = html.count("<")
    if opened > MAX_TAGS:
        return f"{opened} tags"
    for tag in _LONG.finditer(html):
        words = tag.group().count("=") + len(tag.group().split())
        if words > MAX_ATTRIBUTES:
            return f"{words} attributes on one tag"
    unclosed = _unclosed_formatting(html)
    if unclosed > MAX_UNCLOSED and unclosed * opened > MAX_RECONSTRUCTED:
        return f"{unclosed} formatting elements left open"
    if opened > DEPTH_MATTERS and _deepest(html) > MAX_DEPTH:
        return f"nested deeper than {MAX_DEPTH}"
    return ""


def _unclosed_formatting(html: str) -> int:
    """At least how many formatting elements stay open: each new block gets copies of all of them."""
    tags = _FORMATTING.findall(html.lower())
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
