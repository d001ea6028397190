"""Takes sellers' contacts out of sentences for offices that need none: they are persons' data, and callers' bait."""

from __future__ import annotations

import re
from collections.abc import Iterable

from scoring.contacts import contacts

MASK = "（联系方式略）"


def masked(text: str, known: Iterable[str]) -> str:
    """The text without the ``known`` values, in any case, and without whatever reads as a contact by itself."""
    values = {v for v in known if len(v) >= 4} | {c.quote for c in contacts(text) if c.quote}
    if not values:
        return text
    longest = sorted(values, key=lambda v: (-len(v), v))
    return re.sub("|".join(map(re.escape, longest)), MASK, text, flags=re.IGNORECASE)
