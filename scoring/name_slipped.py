"""A word with one slip beside a sure word of another class: slips of typing, or of sounds that southerners do not part.

``renhsebu-zscx``, ``tezongzuoye-chaxun``. One slip in a lone word says nothing: another must stand there without.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import ahocorasick
from rapidfuzz.distance import OSA

from scoring.name_finding import NameFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_word import Word

_SURE, _LEAST = 0.7, 7
"""Weight and letters of words that slips are read of."""
_ANCHOR_LEAST, _LONG_ANCHOR, _SHORT = 6, 8, 6
"""Letters of the word beside it; from eight the slipped one may have six."""
_CLASSES = frozenset({"body", "topic", "paper", "query"})
_ABBREVIATED = frozenset({"zscx"})
_STRENGTH = 0.6
_ACCENT = re.compile(r"(?<=[zcs])h|(?<=n)g")
"""What southern speech leaves out: zh as z, ing as in."""
_PARTS = re.compile(r"[a-z]+")


def is_anchor(word: Word) -> bool:
    """Whether a word is sure enough to read its neighbour with a slip."""
    if word.text in _ABBREVIATED:
        return True
    return word.full and word.weight >= _SURE and word.cls in _CLASSES and len(word.text) >= _ANCHOR_LEAST


class Slipped:
    """The words that are read with a slip, by length and by accent."""

    def __init__(self, words: Iterable[Word], places: Iterable[str]) -> None:
        rows = [w for w in words if w.cls in _CLASSES or w.cls in ("label", "alias")]
        self._labels: dict[int, list[Word]] = defaultdict(list)
        """Bodies' own long labels (mohrss), which are no pinyin: one slip leaves them what they are."""
        self._places = frozenset(places)
        self._known = frozenset(w.text for w in rows)
        self._by_length: dict[int, list[Word]] = defaultdict(list)
        self._by_accent: dict[str, list[Word]] = defaultdict(list)
        self._anchors: Any = ahocorasick.Automaton()
        for word in rows:
            if is_anchor(word):
                self._anchors.add_word(word.text, word)
            if word.cls == "label":
                if word.full and word.weight >= _SURE:
                    self._labels[len(word.text)].append(word)
            elif word.full and word.weight >= _SURE and len(word.text) >= _SHORT:
                self._by_length[len(word.text)].append(word)
                self._by_accent[_ACCENT.sub("", word.text)].append(word)
        self._anchors.add_word("\0", None)  # an automaton without words cannot be searched
        self._anchors.make_automaton()

    def finding(self, front: str) -> NameFinding | None:
        """The slipped word and the sure one beside it, in one label; None where none are."""
        if next(self._anchors.iter(front), None) is None:
            return None
        for label in front.split("."):
            for anchor, rests in self._beside(label):
                for rest in rests:
                    word = self._meant(rest, anchor)
                    if word is not None:
                        text = f"域名里“{rest}”与“{word.text}”只差一处，旁边又有“{anchor.text}”"
                        platform = min(word.platforms | anchor.platforms, default=None)
                        return NameFinding("pinyin", _STRENGTH, platform, f"{rest}+{anchor.text}", text)
        return None

    def _beside(self, label: str) -> Iterator[tuple[Word, tuple[str, ...]]]:
        """Each sure word of a label with the letters before and behind it, without hyphens and places."""
        for last, anchor in self._anchors.iter(label):
            start, end = last + 1 - len(anchor.text), last + 1
            if anchor.text in _ABBREVIATED and end != len(label) and label[end].isalpha():
                continue
            yield anchor, tuple(rest for side in (label[:start], label[end:]) for rest in self._bare(side))

    def _bare(self, side: str) -> Iterator[str]:
        """All letters of a side, the part next to the sure word, and both without the place before them."""
        parts = _PARTS.findall(side.removeprefix("www"))
        for letters in dict.fromkeys(("".join(parts), *parts)):
            yield letters
            yield from (letters[size:] for size in range(4, len(letters) - _SHORT) if letters[:size] in self._places)

    def _label(self, rest: str) -> Word | None:
        """The body's own label that a rest is but for one slip."""
        sizes = range(len(rest) - 1, len(rest) + 2) if rest not in self._known else ()
        near = (word for size in sizes for word in self._labels.get(size, ()))
        return next((word for word in near if OSA.distance(rest, word.text, score_cutoff=1) == 1), None)

    def _meant(self, rest: str, anchor: Word) -> Word | None:
        label = self._label(rest)
        if label is not None:
            return label
        least = _SHORT if len(anchor.text) >= _LONG_ANCHOR else _LEAST
        if len(rest) < least - 1 or rest in self._known:
            return None
        for word in self._by_accent.get(_ACCENT.sub("", rest), ()):
            if len(word.text) >= least and word.cls != anchor.cls:
                return word
        for size in range(max(len(rest) - 1, least), len(rest) + 2):
            for word in self._by_length.get(size, ()):
                if word.cls != anchor.cls and OSA.distance(rest, word.text, score_cutoff=1) == 1:
                    return word
        return None
