"""The words that rows of organs and the lexicon give to the reading of names. Decides which; reads nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.domains import is_ip, split
from scoring.name_spelled import Spelled, spelled_text
from scoring.spelling import spell, syllables
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from seeds.model import Lexicon, Platform

_LABEL_LEAST, _BELOW_LEAST = 3, 4
"""Letters of a domain's label, and of one below it."""
_ORGAN_SYLLABLES = 3
_TITLE_SYLLABLES, _TITLE_INITIALS = 3, 5
"""Syllables and initials from which a trade's or certificate's name counts as it is spelled."""
_INITIALS = {5: 0.4, 6: 0.5}
_MANY_INITIALS = 0.6
_HAN = re.compile(r"[\u4e00-\u9fff]{2,8}")
_PAPER_LEAST, _LONGER_LEAST = 5, 6
"""Letters of a trade's initials with its paper's, and with anything longer before or behind it."""
_PAPER = "z"
_PAPERS = ("czz", "zgz", "zyz", _PAPER)
"""操作证, 资格证, 作业证, 证."""
_BARE_TRADE = 3
"""Letters of a trade's initials that may stand between a beginning and an ending."""
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


def titles(lexicon: Lexicon) -> Iterator[tuple[Spelled, float]]:
    """Trades and certificates by their names in law, in pinyin and in initials, with their weights."""
    for group in ("topics", "products"):
        for term in lexicon.groups.get(group, ()):
            for one in spelled_text(term.text, "subject"):
                if one.short and one.syllables >= _TITLE_INITIALS:
                    yield one, _INITIALS.get(one.syllables, _MANY_INITIALS)
                elif not one.short and one.syllables >= _TITLE_SYLLABLES:
                    yield one, term.weight


def others_names(platforms: Iterable[Platform]) -> Iterator[tuple[Spelled, str]]:
    """Names of national rows beside the core, with the row; provincial ones are descriptions that nobody prints."""
    for platform in platforms:
        for name in (platform.name, *platform.aliases) if platform.group == "extra" else ():
            if name not in (platform.organ, *platform.organ_aliases):
                yield from ((one, platform.id) for one in spelled_text(name, "name") if not one.short)


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


def trade_papers(lexicon: Lexicon) -> Iterator[tuple[str, float, str]]:
    """Trades of the lexicon with what stands before and behind them, all by initials (``hgczz``, ``agrykhz``,
    ``jztzzy``), with their weights and the trade in full.
    """
    before, behind = parts(lexicon, "before"), _initials_of(lexicon, "behind")
    for trade, full in _trades(lexicon):
        for form, weight in _around(trade, behind):
            yield form, weight, full
        endings = ("", *behind) if not trade.endswith(_PAPER) else ("",)
        for text in before if len(trade) >= _BARE_TRADE else ():
            head = "".join(s[0] for s in syllables(text))
            for form, weight in _weighed((head + trade + end for end in endings), _LONGER_LEAST):
                yield form, weight, spell(text) + full


def _around(trade: str, behind: tuple[str, ...]) -> Iterator[tuple[str, float]]:
    """A trade's initials with its papers, and with what else stands behind it."""
    yield from _weighed((trade,), _LONGER_LEAST)
    if not trade.endswith(_PAPER):
        yield from _weighed((trade + paper for paper in _PAPERS), _PAPER_LEAST)
        yield from _weighed((trade + ending for ending in behind), _LONGER_LEAST)


def _trades(lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """The initials of every trade and its letters in full, each once."""
    terms = [*lexicon.groups.get("topics", ()), *lexicon.groups.get("products", ())]
    terms += [t for t in lexicon.groups.get("pinyin", ()) if t.cls == "topic"]
    for text in dict.fromkeys(t.text for t in terms if _HAN.fullmatch(t.text)):
        said = syllables(text)
        if len(said) == len(text):
            yield "".join(s[0] for s in said), "".join(said)


def _weighed(forms: Iterable[str], least: int) -> Iterator[tuple[str, float]]:
    return ((form, _INITIALS.get(len(form), _MANY_INITIALS)) for form in forms if len(form) >= least)


def _initials_of(lexicon: Lexicon, cls: str) -> tuple[str, ...]:
    """The initials of what stands before or behind a trade."""
    return tuple(dict.fromkeys("".join(s[0] for s in syllables(text)) for text in parts(lexicon, cls)))


def parts(lexicon: Lexicon, cls: str) -> tuple[str, ...]:
    """What names put round other words: ``before`` and ``behind`` a trade, or the ``dress`` of a label."""
    return tuple(t.text for t in lexicon.groups.get("name_parts", ()) if t.cls == cls)
