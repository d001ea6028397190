"""Names in characters: a platform's name, an organ's own name, or words of two classes. Decides nothing of letters."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from scoring.name_classes import CLASS_NAMES
from scoring.name_finding import NameFinding
from scoring.name_spelled import cuts
from scoring.text import TermSet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.name_word import Word
    from scoring.text import Match
    from seeds.model import Lexicon, Platform

_GROUPS = {"organs": "body", "gov_markers": "gov", "topics": "topic", "products": "topic", "query": "query"}
"""Groups of the lexicon to the class that their words prove."""
_CLASS_OF = _GROUPS | {"papers": "paper"}
_NAME_LEAST, _CUT_LEAST, _ORGAN_LEAST = 3, 6, 3
"""Characters of a platform's name, of a name without what everybody leaves out, and of an organ's."""
_NAMED, _ORGAN, _TWO = 0.8, 0.6, 0.7
_SUBJECT, _LONG_SUBJECT, _LONG = 0.25, 0.4, 4
"""Of what a row's certificates are for (电梯, 学历): everybody speaks of it; of one with four characters few do."""
_SPELLED = 0.5
"""Share of the weight that words have in letters."""
_STEM, _STEM_LEAST = 0.25, 2
"""Of an organ's name without 部, 厅, 局, right behind a place (烟台应急)."""
_TITLE, _FULL_TITLE = 0.55, 0.9
"""A label that is a certificate's full name in law; the weight from which it is one."""
_PAPER_ENDS = ("证", "证书")
_LAST = "部厅局委"
_PAPER = 0.5
"""Share of a paper's weight in characters, where it is read in the middle of other words too."""
_TRADE = 0.6
"""Weight from which a trade beside its paper is enough."""
_HIT = 0.5
_RANKS = frozenset("省市县区州盟")


class Written:
    """What names in characters are held against, built once from the seeds."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        rows = tuple(platforms)
        self._places = frozenset((*lexicon.words("places"), *lexicon.words("towns")))
        self._place_sizes = sorted({len(place) for place in self._places}, reverse=True)
        names = {p.id: tuple(dict.fromkeys(_names(p))) for p in rows}
        self._names = TermSet(names)
        organs = (n for p in rows for n in (p.organ, *p.organ_aliases) if len(n) >= _ORGAN_LEAST)
        self._organs = frozenset((*organs, *lexicon.words("organs")))
        words = {group: lexicon.words(group) for group in _GROUPS}
        words["organs"] = tuple(dict.fromkeys((*words["organs"], *sorted(self._organs))))
        spelled = [t for t in lexicon.groups.get("pinyin", ()) if not t.text.isascii()]
        self._latin = {
            t.text: t.weight for t in lexicon.groups.get("pinyin", ()) if t.cls == "query" and t.text.isascii()
        }
        papers = {t.text: t.weight for t in spelled if t.cls == "paper"}
        words["papers"] = tuple(papers)
        trades = {t.text: t.weight for t in spelled if t.cls in ("topic", "agency")}
        subjects = [s for p in rows if p.group == "core" for s in p.subjects]
        words["topics"] = tuple(dict.fromkeys((*words["topics"], *subjects, *trades)))
        self._words = TermSet(words)
        self._weights = {("topics", trade): weight * _SPELLED for trade, weight in trades.items()}
        self._weights |= {("topics", s): _LONG_SUBJECT if len(s) >= _LONG else _SUBJECT for s in subjects}
        self._weights |= {("papers", paper): weight * _PAPER for paper, weight in papers.items()}
        self._weights |= {(group, t.text): t.weight for group in _GROUPS for t in lexicon.groups.get(group, ())}
        self._stems = frozenset(_stems(self._organs))
        self._titles = frozenset(
            t.text for group in ("topics", "products") for t in lexicon.groups.get(group, ()) if t.weight >= _FULL_TITLE
        )
        self.terms = tuple(
            dict.fromkeys(
                (*(n for ns in names.values() for n in ns), *(w for ws in words.values() for w in ws), *self._stems)
            )
        )
        """Of which a name in characters must hold some to be a hit."""

    def classes(self, shown: str) -> frozenset[str]:
        """The classes of all words in a name."""
        if shown.isascii():
            return frozenset()
        return frozenset((*self._in(shown), *(("body",) if self._stem(shown) else ())))

    def _in(self, shown: str) -> dict[str, Match]:
        """The last word of each class; a paper in the middle of another word (证书查询) is none."""
        found = self._words.find(shown)
        return {
            _CLASS_OF[m.group]: m
            for m in found
            if m.group != "papers" or not any(o is not m and o.start <= m.start and m.end <= o.end for o in found)
        }

    def could(self, shown: str) -> bool:
        """Whether a name holds what could make it a hit; never False where ``finding`` finds something."""
        if self._names.find(shown) or self.classes(shown):
            return True
        return self._organ(shown) is not None or not self._titles.isdisjoint(shown.split("."))

    def finding(self, shown: str, latin: Iterable[Word] = ()) -> NameFinding | None:
        """What a name in characters shows, together with the words in letters beside them; or None."""
        if shown.isascii():
            return None
        named = next(iter(self._names.find(shown)), None)
        if named is not None:
            text = f"中文域名直接用官方平台名称“{named.term}”"
            return NameFinding("u_label", _NAMED, named.group, named.quote, text)
        organ = self._organ(shown)
        if organ is not None:
            return NameFinding("u_label", _ORGAN, None, organ, f"中文域名就是机构名称“{organ}”")
        title = next((label for label in shown.split(".") if label in self._titles), None)
        if title is not None:
            return NameFinding("u_label", _TITLE, None, title, f"中文域名就是证书的法定名称“{title}”")
        return self._two_classes(self._in(shown), self._stem(shown), self._query(shown), latin)

    def _query(self, shown: str) -> str:
        """The query word that is a Latin label of its own (``cx``), where another is a paper in characters."""
        labels = shown.split(".")
        if not any(label.endswith(_PAPER_ENDS) for label in labels):
            return ""
        return max((label for label in labels if label in self._latin), key=lambda w: self._latin[w], default="")

    def _two_classes(
        self, words: dict[str, Match], stem: str | None, query: str, latin: Iterable[Word]
    ) -> NameFinding | None:
        terms = {cls: (match.term, self._weight(match)) for cls, match in words.items()}
        if query:
            terms.setdefault("query", (query, self._latin[query]))
        if stem is not None:
            terms.setdefault("body", (stem, _STEM))
        for word in latin if terms else ():
            if not word.paired:
                terms.setdefault(word.cls, (word.text, word.weight))
        if len(terms) < 2 or (terms.keys() == {"topic", "paper"} and terms["topic"][1] < _TRADE):
            return None
        strength = min(_TWO, 1 - math.prod(1 - weight for _, weight in terms.values()))
        if strength < _HIT:
            return None
        said = "、".join(f"{CLASS_NAMES[c]}“{term}”" for c, (term, _) in terms.items())
        matched = "+".join(term for term, _ in terms.values())
        return NameFinding("u_label", round(strength, 3), None, matched, f"中文域名里同时出现{said}")

    def _weight(self, word: Match) -> float:
        return self._weights.get((word.group, word.term), _ORGAN)

    def _place(self, label: str) -> str:
        """The longest place that a label begins with, or nothing."""
        return next((label[:size] for size in self._place_sizes if label[:size] in self._places), "")

    def _stem(self, shown: str) -> str | None:
        """An organ without its rank, right behind the place that a label begins with (烟台应急…); longest first."""
        for label in shown.split("."):
            place = self._place(label)
            behind = label.removeprefix(place)
            behind = behind[1:] if behind[:1] in _RANKS else behind
            for size in range(min(len(behind), 8), _STEM_LEAST - 1, -1) if place else ():
                if behind[:size] in self._stems:
                    return place + behind[:size]
        return None

    def _organ(self, shown: str) -> str | None:
        """The label that is an organ's own name, whole, with or without the place before it."""
        for label in shown.split("."):
            if len(label) < _ORGAN_LEAST or label.isascii():
                continue
            place = self._place(label)
            behind = label.removeprefix(place)
            if not self._organs.isdisjoint((label, behind, behind[1:] if place and behind[:1] in _RANKS else label)):
                return label
        return None


def _stems(organs: Iterable[str]) -> Iterable[str]:
    """What offices of all ranks share: 应急, 住建, 市场监管."""
    for organ in organs:
        stem = organ[:-1].removesuffix("总") if organ[-1:] in _LAST else ""
        if len(stem) >= _STEM_LEAST:
            yield stem


def _names(platform: Platform) -> Iterable[str]:
    """A row's names, and what is left of them where everybody leaves the same out."""
    for name in (platform.name, *platform.aliases):
        if len(name) >= _NAME_LEAST:
            yield name
        yield from (cut for cut in cuts(name, "name") if len(cut) >= _CUT_LEAST)
