"""``gov.cn`` where it is no suffix: glued, hyphenated, in the middle, or the end of a label under a Chinese suffix."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.name_finding import NameFinding

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.name_word import Word

_INSIDE = re.compile(r"(?:^|[.-])(?P<head>[a-z0-9-]*?)[gq]ov[.-]?cn(?:[.-]|$)")
_MISREAD = "-qov"
"""What reads as ``-gov`` in most faces; behind letters it is part of a word."""
_CN = frozenset({"cn", "com.cn", "net.cn", "org.cn"})
_COUNTRY = 2
_SOLD = frozenset(
    {"cn", "cc", "co", "io", "me", "tv", "pw", "ws", "la", "cm", "tk", "ml", "ga", "cf", "gq", "ai", "to"}
)
"""Country suffixes sold to anybody anywhere, and China's own."""


def gov_affix(flat: str, label: str, suffix: str) -> Iterable[NameFinding]:
    """``gov.cn`` glued, hyphenated or in the middle; ``gov`` as the end of a label under a Chinese suffix."""
    inside = _INSIDE.search(flat)
    if inside is not None:
        head = inside["head"]
        strength = 0.7 if head and not head.endswith("-") else 0.85
        matched = inside.group().strip(".-")
        text = f"域名里含“{matched}”，却不在 .gov.cn 之下"
    elif suffix in _CN and (label.endswith(("gov", _MISREAD)) or label == _MISREAD[1:]):
        strength, matched = 0.6, f"{label}.{suffix}"
        text = f"“{matched}”仿冒 .gov.cn 后缀"
    else:
        return
    yield NameFinding("gov_affix", strength, None, matched, text)


def national_team(read: Iterable[Word], suffix: str) -> bool:
    """Whether a name says no more than gov and cert under another country's suffix: its emergency response team."""
    country = suffix.rsplit(".", 1)[-1]
    foreign = len(country) == _COUNTRY and country not in _SOLD
    return foreign and {word.text for word in read} == {"gov", "cert"}
