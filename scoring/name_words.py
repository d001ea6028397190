"""The words that names are built of, and the reading of a run of letters as such words.

Decides where words stand; whether a name imitates is for ``scoring.names``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from scoring.syllables import LONGEST, SYLLABLES, segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Lexicon, Platform

WordClass = Literal["body", "gov", "topic", "query", ""]
"""``body``: an organ or agency; ``""``: places and filler, which say nothing but bound other words."""

_CLASSES: dict[str, WordClass] = {
    "organ": "body",
    "agency": "body",
    "gov": "gov",
    "topic": "topic",
    "query": "query",
}
_FILLER = ("www", "cn", "com", "org", "net", "china", "zhongguo", "quanguo", "guojia", "online", "web", "wap", "app")
_UNKNOWN = 25
_SYLLABLE = 10
_DISTINCTIVE = 6
"""Letters from which a word that is no pinyin (mohurd) stands by itself."""
_RUN_MAX = 63


@dataclass(frozen=True, slots=True)
class Word:
    """One word as names spell it; ``full`` ones are whole words, others initials or short labels."""

    text: str
    cls: WordClass
    weight: float = 1.0
    full: bool = True
    platform: str | None = None

    @property
    def worth(self) -> float:
        """How much the word says beside another class, in (0, 1]: two letters next to nothing."""
        if self.full:
            return self.weight
        return self.weight * {2: 0.3, 3: 0.5}.get(len(self.text), 0.7)


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    word: Word | None
    known: bool


class Vocabulary:
    """The words of platforms and lexicon, read once."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        self.words: dict[str, Word] = {text: Word(text, "") for text in _FILLER}
        for place in lexicon.words("places"):
            text = spell(place)
            self.words.setdefault(text, Word(text, ""))
        for platform in platforms:
            for keyword in platform.keywords:
                self._add_keyword(keyword, platform.id)
        for term in lexicon.groups.get("pinyin", ()):
            self._add_term(spell(term.text), _CLASSES.get(term.cls, "topic"), term.weight, initials=term.initials)
        self._longest = max(map(len, self.words), default=0)
        self.read = lru_cache(maxsize=65536)(self._read)

    def _add_keyword(self, keyword: str, platform: str) -> None:
        text = keyword.replace("-", "").lower()
        if len(text) < 2 or not text.isalpha():
            return
        cls: WordClass = "gov" if platform == "gov" else "body"
        full = len(text) >= _DISTINCTIVE
        self.words[text] = Word(text, cls, full=full, platform=None if platform == "gov" else platform)

    def _add_term(self, text: str, cls: WordClass, weight: float, *, initials: bool) -> None:
        if len(text) < 2 or not (text.isascii() and text.isalpha()):
            return
        known = self.words.get(text)
        full = not initials and (segment(text) is not None or len(text) >= _DISTINCTIVE)
        self.words[text] = Word(text, cls, weight, full, known.platform if known else None)

    @property
    def anchors(self) -> tuple[str, ...]:
        """Words of which a name has at least one before reading it is worth while."""
        return tuple(w.text for w in self.words.values() if w.cls and (w.full or len(w.text) > 2))

    def _read(self, run: str) -> tuple[Word, ...]:
        """The words in a run of letters. A pinyin word counts at syllable boundaries of the cheapest reading
        only; initials only where the run has no letters left over and words or ends are beside them.
        """
        whole = self.words.get(run)
        if whole is not None:
            return (whole,) if whole.cls else ()
        if len(run) > _RUN_MAX:
            return ()
        pieces = self._pieces(run)
        odd = sum(not p.known for p in pieces)
        found: list[Word] = []
        for at, piece in enumerate(pieces):
            word = piece.word
            if word is None or not word.cls:
                continue
            sides = [pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(pieces)]
            if (word.full and (odd <= 3 or len(word.text) >= 8)) or (not word.full and _bounded(sides, odd)):
                found.append(word)
        return tuple(found)

    def _pieces(self, run: str) -> list[_Piece]:
        size = len(run)
        best: list[tuple[int, int, Word | None, bool]] = [(0, 0, None, True)] * (size + 1)
        for start in range(size - 1, -1, -1):
            here: tuple[int, int, Word | None, bool] = (best[start + 1][0] + _UNKNOWN, 1, None, False)
            for length in range(1, min(max(self._longest, LONGEST), size - start) + 1):
                text = run[start : start + length]
                word = self.words.get(text)
                if word is not None:
                    cost = best[start + length][0] + _cost(word)
                elif length <= LONGEST and text in SYLLABLES:
                    cost = best[start + length][0] + _SYLLABLE
                else:
                    continue
                if cost < here[0]:
                    here = (cost, length, word, True)
            best[start] = here
        pieces: list[_Piece] = []
        at = 0
        while at < size:
            _, length, word, known = best[at]
            pieces.append(_Piece(at, at + length, word, known))
            at += length
        return pieces


def _bounded(sides: list[_Piece], odd: int) -> bool:
    if odd == 0:
        return all(p.word is not None for p in sides)
    return odd == 1 and any(p.word is not None and p.word.full and p.word.cls for p in sides)


@lru_cache(maxsize=4096)
def _cost(word: Word) -> int:
    """As many syllables as the word has, a shade less: among equal readings the one with words wins."""
    cut = segment(word.text) if word.full or not word.cls else None
    return (len(cut) if cut else (len(word.text) + 1) // 2) * _SYLLABLE - 1


@lru_cache(maxsize=4096)
def spell(text: str) -> str:
    """A word as names spell it: pinyin without tones for Han characters, letters in lower case."""
    if text.isascii():
        return "".join(c for c in text.lower() if c.isalnum())
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - its dictionary is large and loaded once

    return "".join(lazy_pinyin(text, style=Style.NORMAL)).lower().replace("ü", "v")
