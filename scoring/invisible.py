"""Signs of no width that pages put between letters against searches: gone for matching, kept in every quote's page."""

from __future__ import annotations

import re
from typing import Any

import re2

INVISIBLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
)
"""As a class of a regular expression."""
_INVISIBLE = re.compile(f"[{INVISIBLE}]+")
LONG = 300
"""Characters from which a search in bytes is worth its start."""
_ANY: Any = re2.compile(f"[{INVISIBLE}]".encode())


def visible(text: str) -> str:
    """The text without signs that nobody sees; the text itself where there are none."""
    if text.isascii() or (len(text) > LONG and _ANY.search(text.encode("utf-8", "replace")) is None):
        return text
    return _INVISIBLE.sub("", text)
