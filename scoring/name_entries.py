"""The words that rows of organs and the lexicon give to the reading of names. Decides which; reads nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.domains import is_ip, split
from scoring.name_spelled import Spelled, spelled_text
from scoring.spelling import syllables
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Lexicon, Platform

_LABEL_LEAST, _BELOW_LEAST = 3, 4
"""Letters of a domain's label, and of one below it."""
_ORGAN_SYLLABLES = 3
OFFICES = ("ju", "ting", "bu", "weiyuanhui", "zhujianwei")
"""How an office's name ends in pinyin."""


def organs_at_large(platforms: Iterable[Platform], lexicon: Lexicon) -> Iterator[tuple[Spelled, str]]:
    """Organs of rows beside the core, with the row, and those of the lexicon, with none; in full pinyin."""
    for platform in platforms:
        for organ in (platform.organ, *platform.organ_aliases) if platform.group == "extra" else ():
            yield from ((one, platform.id) for one in spelled_text(organ, "organ") if not one.short)
    for text in lexicon.words("organs"):
        for one in spelled_text(text, "organ"):
            if not one.short and one.syllables >= _ORGAN_SYLLABLES:
                yield one, ""


def own_labels(platforms: Iterable[Platform]) -> Iterator[tuple[str, str]]:
    """Labels of hosts beside the core's that are no pinyin (``miit``, ``cnca``), with the row."""
    for platform in platforms:
        for address in platform.addresses:
            if platform.group == "core" or is_ip(address.host):
                continue
            sub, label, _ = split(address.host)
            for own in (*(part for part in sub.split(".") if len(part) >= _BELOW_LEAST), label):
                if len(own) >= _LABEL_LEAST and own.isalpha() and own != "www" and segment(own) is None:
                    yield own, platform.id


def place_initials(lexicon: Lexicon) -> frozenset[str]:
    """``fj`` for 福建: what stands before an office's own initials."""
    return frozenset("".join(s[0] for s in syllables(place)) for place in lexicon.words("places"))
