"""What stands on a page behind tags whose own style hides it. Whether that is meant is for ``hidden_text``.

A tag is looked at piece by piece, from what hides to where the tag begins: one pattern of all of it is a vast
automaton, which cost more than everything else that is read of a large page.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import re2

from scoring.marks import HIDES

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PLACES = 60
MAX_BLOCK = 3000
NEAR = 300
"""Characters between the parts of a tag."""
_BLANKS = "[\\t\\n\\f\\r ]*+"
_HIDES: Any = re2.compile(HIDES.encode())
_TAG = re.compile(r"<[^>]{0,500}>")
_OPENED = re.compile(r"<([a-z][a-z0-9]{0,9})(?![a-z0-9_])", re.IGNORECASE | re.ASCII)
_STYLE = re.compile(rf"style{_BLANKS}={_BLANKS}[\"']", re.IGNORECASE | re.ASCII)
_VALUE = re.compile(
    rf"[^\"'>]{{0,{NEAR}}}?(?:display{_BLANKS}:{_BLANKS}none|visibility{_BLANKS}:{_BLANKS}hidden"
    rf"|font-size{_BLANKS}:{_BLANKS}0(?:px|em|pt|%)?{_BLANKS}[;\"']|text-indent{_BLANKS}:{_BLANKS}-[0-9]{{3,}}+"
    rf"|opacity{_BLANKS}:{_BLANKS}0{_BLANKS}[;\"']|(?:left|top){_BLANKS}:{_BLANKS}-[0-9]{{3,}}+"
    rf"|height{_BLANKS}:{_BLANKS}0(?:px)?{_BLANKS};[^\"'>]{{0,100}}overflow{_BLANKS}:{_BLANKS}hidden)"
    rf"[^>]{{0,{NEAR}}}>",
    re.IGNORECASE | re.ASCII,
)


def hidden_blocks(encoded: bytes) -> Iterator[str]:
    """The texts behind the first tags of a source in UTF-8 that hide what they hold; at most ``MAX_PLACES``. Linear."""
    if b"style" not in encoded:
        return
    number = at = 0
    while number < MAX_PLACES and (found := _HIDES.search(encoded, at)) is not None:
        first, at = encoded.rfind(b">", 0, found.start()) + 1, encoded.find(b">", found.start()) + 1
        if not at:
            return
        name = _hiding(encoded[first:at].decode("utf-8", "replace"))
        if name:
            number += 1
            block = encoded[at : at + 4 * MAX_BLOCK].decode("utf-8", "ignore")[:MAX_BLOCK]
            end = block.find(f"</{name}")
            yield _TAG.sub(" ", block[:end] if end >= 0 else block)


def _hiding(stretch: str) -> str:
    """The name of the tag that ends a stretch without another ``>`` and hides by its style; empty for none."""
    styles = [found.start() for found in _STYLE.finditer(stretch) if _VALUE.match(stretch, found.end())]
    for opened in _OPENED.finditer(stretch) if styles else ():
        behind = bisect_left(styles, opened.end())
        if behind < len(styles) and styles[behind] - opened.end() <= NEAR:
            return opened.group(1)
    return ""
