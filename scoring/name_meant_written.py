"""What points at a platform in a name's Chinese characters. For naming, never for guilt."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.name_offices import BRANCH
from scoring.spelling import spell
from scoring.syllables import segment
from scoring.text import TermSet

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Lexicon, Platform

SPELLED = {"name": 2.0, "subject": 1.6, "organ": 0.8}
LOCAL = 2.4
"""The office of some place, whose name outweighs what it is said to issue."""
NOBODY = "gov"
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_OFFICES = ("局", "厅", "委")
_LEAST, _LONG = 3, 4
"""Characters of a name that points; letters beyond which a keyword is a word."""


class WrittenPointers:
    """Names, organs and trades in characters, by platform; built once from the seeds."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        self._terms = TermSet(_words(tuple(platforms), lexicon))

    def pointing(self, shown: str) -> Iterator[tuple[str, float]]:
        """Platforms with what is said of them, each kind once; a word inside a longer one says nothing."""
        found = self._terms.find(shown)
        outer = [
            m
            for m in found
            if not any(o.start <= m.start and m.end <= o.end and len(o.term) > len(m.term) for o in found)
        ]
        for group in sorted({m.group for m in outer}):
            kind, platform = group.split(" ", 1)
            yield platform, SPELLED.get(kind, BRANCH if kind == "branch" else LOCAL)


def _words(platforms: tuple[Platform, ...], lexicon: Lexicon) -> dict[str, tuple[str, ...]]:
    groups: dict[str, tuple[str, ...]] = {}
    for p in platforms:
        if p.group == "provincial":
            names = (p.organ, *p.organ_aliases)
            groups[f"branch {p.id}"] = tuple(dict.fromkeys((*names, *(n.replace("省", "", 1) for n in names))))
        elif p.group == "core" and p.id != NOBODY:
            groups[f"name {p.id}"] = tuple(n for n in (p.name, *p.aliases) if len(n) >= _LEAST)
            groups[f"organ {p.id}"] = tuple(n for n in (p.organ, *p.organ_aliases) if len(n) >= _LEAST)
            groups[f"subject {p.id}"] = tuple(dict.fromkeys((*p.subjects, *_trades(p, lexicon))))
        elif p.group == "core":
            local = (w for w in lexicon.words("organs") if w.endswith(_OFFICES))
            groups[f"local {NOBODY}"] = tuple(dict.fromkeys((*local, *p.organ_aliases)))
    return groups


def _trades(platform: Platform, lexicon: Lexicon) -> Iterator[str]:
    """Trades and certificates whose pinyin is one of a row's keywords, 证 aside (电工证: diangong)."""
    keywords = {keyword for keyword in platform.keywords if len(keyword) > _LONG and segment(keyword)}
    terms = [t for group in ("topics", "products", "pinyin") for t in lexicon.groups.get(group, ())]
    for text in dict.fromkeys(t.text for t in terms if _HAN.fullmatch(t.text)):
        if spell(text) in keywords or spell(text).removesuffix("zheng") in keywords:
            yield text
