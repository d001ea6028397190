"""Labels that are a whole name in letters: a platform's in pinyin or initials, or an office's behind its place.

One strong form, enough by itself: names that long come about by no chance. Reads no words in the middle of others.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.name_finding import NameFinding
from scoring.name_spelled import spelled
from scoring.spelling import spell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_word import Word
    from scoring.name_words import Vocabulary
    from seeds.model import Platform

_SYLLABLES, _SYLLABLES_OF_ONE = 6, 5
"""Of a name that other words may build (人事考试…), and of one that says nothing else (四库一平台)."""
_COINED = 4
"""Of a core platform's uncut name that holds no known word (齐鲁安特): somebody coined it."""
_INITIALS, _ORGAN_INITIALS = 7, 8
_MINISTRY = 5
"""Of an organ's name in full pinyin."""
_NAME, _OFFICE = 0.7, 0.6
_YEAR = re.compile(r"^20[12][0-9]|20[12][0-9]$")
_DRESS, _MOST_DRESS = 0.6, 2
_OLD_SUFFIXES = frozenset({"com", "net", "org", "edu", "gov", "int", "mil", "arpa", "aero", "coop", "museum"})
_SURE_LABEL = 0.7
_USUAL = frozenset({"cn", "com.cn", "net.cn", "org.cn", "com", "net"})
_FREE_FOR_ALL = "cc"
"""The one country's suffix that is as good as a new one to crews."""
_COUNTRY = 2
_DESCRIBED = "provincial"
"""Rows whose names are descriptions that nobody prints."""
_LOCAL_LEAST = 4
"""Letters behind the place of a keyword (yantaiyingji)."""


class WholeNames:
    """The whole names of all rows, by their letters."""

    def __init__(self, platforms: Iterable[Platform], words: Vocabulary, dress: Iterable[str] = ()) -> None:
        """``dress``: what everybody puts beside a label."""
        self._dress = tuple(sorted(dress))
        rows = sorted((p for p in platforms if p.group != _DESCRIBED), key=lambda p: (p.group != "core", p.id))
        self._words = words
        found = [(one, p.id) for p in rows for one in spelled(p)]
        organs = {one.letters for one, _ in found if one.kind == "organ" and not one.short}
        names = (name for p in rows if p.group == "core" for name in (p.name, *p.aliases))
        core = {p.id for p in rows if p.group == "core"}
        coined = {spell(name) for name in names if len(name) == _COINED}
        self.letters: dict[str, str] = dict(_local_keywords(rows, words))
        """Letters to the platform; a name that is the organ's own is none: many write of 应急管理部."""
        self._ministries: dict[str, str] = {}
        for one, platform in found:
            if one.kind == "organ" and not one.short and one.syllables >= _MINISTRY and platform in core:
                self._ministries.setdefault(one.letters, platform)
            if one.kind == "subject" or one.letters in organs:
                continue
            least = (_INITIALS if one.kind == "name" else _ORGAN_INITIALS) if one.short else self._least(one.letters)
            if one.letters in coined and not words.inside(one.letters):
                least = _COINED
            if one.syllables >= least and (one.short or one.kind == "name"):
                self.letters.setdefault(one.letters, platform)

        self._inside: Any = ahocorasick.Automaton()
        for letters in (*self.letters, "\0"):  # an automaton without words cannot be searched
            self._inside.add_word(letters, letters)
        self._inside.make_automaton()

    def _least(self, letters: str) -> int:
        told = {word.cls for word in self._words.inside(letters)} - {"alias", "query", "gov", "state"}
        return _SYLLABLES if told else _SYLLABLES_OF_ONE

    def finding(self, front: str) -> NameFinding | None:
        """The label before the suffix, or one below it, that is a whole name; None where none is."""
        for label in front.split("."):
            joined = label.replace("-", "").removeprefix("www")
            platform = self.letters.get(joined) or self._of_a_place(joined) or self._worn(label)
            if platform is not None:
                text = f"“{label}”就是官方平台或机构的全称（拼音或首字母）"
                return NameFinding("pinyin", _NAME, platform, label, text)
        return None

    def _worn(self, label: str) -> str | None:
        """The platform whose name the label is, with what everybody puts beside one (``qiluante-login``)."""
        if next(self._inside.iter(label.replace("-", "")), None) is None:
            return None
        names = (self.letters.get(rest.replace("-", "")) for rest in self._bare(label))
        return next((platform for platform in names if platform), None)

    def _of_a_place(self, joined: str) -> str | None:
        """The platform whose name stands behind a place, its rank or the state (``sd-jscyryglxt``)."""
        rests = (rest for rest in self._words.heads.rests(joined) if len(rest) >= _ORGAN_INITIALS)
        return next((self.letters[rest] for rest in rests if rest in self.letters), None)

    def dressed(self, front: str, suffix: str) -> NameFinding | None:
        """A body's own label with what everybody puts beside one, and nothing besides: ``chsi2024``, ``login-mohurd``;
        or by itself, as a ministry's whole name, under a suffix that anybody takes: ``chsi.vip``.
        """
        for label in front.split("."):
            own = next((o for rest in self._bare(label) if (o := self._words.own_label(rest.replace("-", "")))), None)
            if own is not None and own.text != label.replace("-", "") and self._worn_there(own, suffix):
                text = f"“{label}”就是官方标签“{own.text}”加年份、“网”、login 之类的附加词"
                return NameFinding("pinyin", _DRESS, min(own.platforms, default=None), label, text)
        own = self._words.own_label(front.replace("-", ""))
        if not _anybodys(suffix) or (own is None and front not in self._ministries):
            return None
        text = f"官方标签“{own.text}”换了后缀 .{suffix}" if own else f"“{front}”就是国家机关的全称（拼音）"
        return NameFinding("pinyin", _DRESS, self._ministries.get(front), f"{front}.{suffix}", text)

    @staticmethod
    def _worn_there(own: Word, suffix: str) -> bool:
        """Whether a label is worn there: one that others have too (cnse, cpta) not below a host of strangers."""
        return own.weight >= _SURE_LABEL or suffix in _USUAL or _anybodys(suffix)

    def _bare(self, label: str) -> Iterator[str]:
        """A label without a year, and without up to two words that everybody puts beside one."""
        left = [label, _YEAR.sub("", label).strip("-")]
        for _ in range(_MOST_DRESS):
            left += [rest for one in left for rest in self._peeled(one)]
        return iter(dict.fromkeys(rest for rest in left if rest and rest != label))

    def _peeled(self, label: str) -> Iterator[str]:
        for word in self._dress:
            for rest in (label.removeprefix(word), label.removesuffix(word)):
                if rest != label and (len(word) > 1 or rest.startswith("-") or rest.endswith("-")):
                    yield rest.strip("-")

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


def _anybodys(suffix: str) -> bool:
    """Whether a suffix is one that anybody takes, and whoever owns a name elsewhere does not."""
    return suffix == _FREE_FOR_ALL or ("." not in suffix and len(suffix) > _COUNTRY and suffix not in _OLD_SUFFIXES)
