"""One search for many literal phrases, letter case aside; linear in the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import re2

if TYPE_CHECKING:
    from collections.abc import Iterable


def any_of(phrases: Iterable[str]) -> Any:
    """A pattern that finds any of the phrases, the longest first; None for no phrases."""
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re2.compile("(?i)" + "|".join(map(re2.escape, ordered))) if ordered else None
