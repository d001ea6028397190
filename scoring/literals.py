"""One search for many literal phrases, letter case aside; linear in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable


def any_of(phrases: Iterable[str], *, encoded: bool = False) -> Any:
    """A pattern that finds any of the phrases, the longest first, in UTF-8 if ``encoded``; None for no phrases."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    pattern = "(?i)" + "|".join(map(re2.escape, ordered))
    return re2.compile(pattern.encode() if encoded else pattern) if ordered else None
