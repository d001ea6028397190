"""Labels that are a whole name in letters: a platform's in pinyin or initials, or an office's behind its place.

One strong form, enough by itself: names that long come about by no chance. Reads no words in the middle of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.name_finding import NameFinding
from scoring.name_spelled import spelled
from scoring.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_words import Vocabulary
    from seeds.model import Platform

_SYLLABLES, _SYLLABLES_OF_ONE = 6, 5
"""Of a name that other words may build (人事考试…), and of one that says nothing else (四库一平台)."""
_COINED = 4
"""Of a core platform's uncut name that holds no known word (齐鲁安特): somebody coined it."""
_INITIALS, _ORGAN_INITIALS = 7, 8
_NAME, _OFFICE = 0.7, 0.6
_DRESSED = re.compile(r"(?:20[12][0-9]-?)?(?P<own>[a-z][a-z-]*?)-?(?P<tail>20[12][0-9]|wang|wangzhan|guanwang|online)?")
"""A label with what everybody puts beside one."""
_SURE_LABEL, _DRESS = 0.8, 0.6
_DESCRIBED = "provincial"
"""Rows whose names are descriptions that nobody prints."""
_LOCAL_LEAST = 4
"""Letters behind the place of a keyword (yantaiyingji)."""


class WholeNames:
    """The whole names of all rows, by their letters."""

    def __init__(self, platforms: Iterable[Platform], words: Vocabulary) -> None:
        rows = sorted((p for p in platforms if p.group != _DESCRIBED), key=lambda p: (p.group != "core", p.id))
        self._words = words
        found = [(one, p.id) for p in rows for one in spelled(p)]
        organs = {one.letters for one, _ in found if one.kind == "organ" and not one.short}
        names = (name for p in rows if p.group == "core" for name in (p.name, *p.aliases))
        coined = {spell(name) for name in names if len(name) == _COINED}
        self.letters: dict[str, str] = dict(_local_keywords(rows, words))
        """Letters to the platform; a name that is the organ's own is none: many write of 应急管理部."""
        for one, platform in found:
            if one.kind == "subject" or one.letters in organs:
                continue
            least = (_INITIALS if one.kind == "name" else _ORGAN_INITIALS) if one.short else self._least(one.letters)
            if one.letters in coined and not words.inside(one.letters):
                least = _COINED
            if one.syllables >= least and (one.short or one.kind == "name"):
                self.letters.setdefault(one.letters, platform)

    def _least(self, letters: str) -> int:
        told = {word.cls for word in self._words.inside(letters)} - {"alias", "query", "gov", "state"}
        return _SYLLABLES if told else _SYLLABLES_OF_ONE

    def finding(self, front: str) -> NameFinding | None:
        """The label before the suffix, or one below it, that is a whole name; None where none is."""
        for label in front.split("."):
            joined = label.replace("-", "").removeprefix("www")
            platform = self.letters.get(joined) or self._of_a_place(joined)
            if platform is not None:
                text = f"“{label}”就是官方平台或机构的全称（拼音或首字母）"
                return NameFinding("pinyin", _NAME, platform, label, text)
        return None

    def _of_a_place(self, joined: str) -> str | None:
        """The platform whose name stands behind a place, its rank or the state (``sd-jscyryglxt``)."""
        rests = (rest for rest in self._words.heads.rests(joined) if len(rest) >= _ORGAN_INITIALS)
        return next((self.letters[rest] for rest in rests if rest in self.letters), None)

    def dressed(self, front: str) -> NameFinding | None:
        """A body's own label with a year, 网 or ``online``, and nothing besides: ``chsi2024``, ``mohurd-online``."""
        for label in front.split("."):
            match = _DRESSED.fullmatch(label.removeprefix("www-"))
            own = self._words.own_label(match["own"].replace("-", "")) if match else None
            if match is None or own is None or own.text == label.replace("-", ""):
                continue
            if own.weight >= (_SURE_LABEL if match["tail"] == "online" else 0):
                return NameFinding("pinyin", _DRESS, None, label, f"“{label}”就是官方标签“{own.text}”加年份或“网”")
        return None

    def office(self, front: str) -> NameFinding | None:
        """A label that is a place and the office there, and nothing besides: ``hebeizhujianting``."""
        for label in front.split("."):
            office = self._words.office(label)
            if office is not None:
                return NameFinding(
                    "pinyin", _OFFICE, None, label, f"“{label}”就是地方机关的名称（地名加{office.text}）"
                )
        return None


def _local_keywords(platforms: Iterable[Platform], words: Vocabulary) -> Iterator[tuple[str, str]]:
    """Keywords that are a place and what its office is called there, with the row."""
    for platform in platforms:
        for keyword in platform.keywords:
            letters = keyword.replace("-", "").lower()
            if any(letters[:-size] in words.places for size in range(_LOCAL_LEAST, len(letters))):
                yield letters, platform.id
