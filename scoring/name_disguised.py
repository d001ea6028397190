"""Sure words written with what looks like their letters: digits, pairs of letters, letters of another script.

``xuex1nwang``, ``xuexinvvang``: nobody writes so by chance, so one such word is enough. Says nothing of plain words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scoring.name_finding import NameFinding

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.name_word import Word

_SURE, _LEAST = 0.7, 8
"""Weight and letters of the words that are read so."""
_CLASSES = frozenset({"body", "alias", "label", "topic", "paper", "query"})
_PAIRS = (("w", "vv"), ("m", "rn"))
"""Letters that a pair of others looks like; pinyin has no other such pair."""
_STRENGTH = 0.6


def is_sure(word: Word) -> bool:
    """Whether a word is long and sure enough to be known in disguise."""
    return word.full and word.weight >= _SURE and len(word.text) >= _LEAST and word.cls in _CLASSES


def spelt(words: Iterable[Word]) -> dict[str, str]:
    """Spellings of sure words with a pair for every letter of one kind, with the word."""
    found: dict[str, str] = {}
    for word in words:
        for letter, pair in _PAIRS if is_sure(word) else ():
            if letter in word.text:
                found[word.text.replace(letter, pair)] = word.text
    return found


class Disguised:
    """Reads pairs of letters as the letter that they look like, in sure words alone."""

    def __init__(self, spellings: Mapping[str, str]) -> None:
        self._spellings = dict(spellings)
        longest = sorted(self._spellings, key=len, reverse=True)
        self._found = re.compile("|".join(map(re.escape, longest)) or r"(?!)")

    def plain(self, flat: str) -> str:
        """The name with the words that it spells with pairs."""
        if not any(pair in flat for _, pair in _PAIRS):
            return flat
        return self._found.sub(lambda m: self._spellings[m.group()], flat)

    @staticmethod
    def finding(read: Iterable[Word], shown: str) -> NameFinding | None:
        """The longest sure word that was read in a name and does not stand in it as it shows; None where none is."""
        joined = shown.replace("-", "")
        hidden = [word for word in read if is_sure(word) and word.text not in joined]
        if not hidden:
            return None
        word = max(hidden, key=lambda w: len(w.text)).text
        text = f"用形近的字母或数字写出“{word}”，是有意的伪装"
        return NameFinding("homoglyph", _STRENGTH, None, word, text)
