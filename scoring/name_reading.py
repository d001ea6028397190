"""A run of letters read as words: the cheapest division into words, syllables and letters left over.

Decides where words stand and which of them count there; what they say, and whether a name imitates, is for others.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scoring.name_word import Word
from scoring.syllables import LONGEST, SYLLABLES, segment

if TYPE_CHECKING:
    from scoring.name_places import Heads

_OFFICE_THERE = 0.4
"""Least weight of an office's initials right behind a place: ``yantai-zjj`` is no 张家界."""
_UNKNOWN = 250
_SYLLABLE = 100
_RUN_MAX = 63
_COMMON = 0.7
"""Weight below which a word of an agency or a trade is one that other words begin with: 应急 in 应急灯."""
_ODD, _SURE = 3, 8
"""Letters left over beside which a whole word still counts, and letters from which it counts beside any."""
_LONG_WORD = 4
"""Syllables from which a sure word stands where it is spelled, though fewer syllables would do."""
_INITIALS = 4
"""Letters from which an organ's initials stand behind a town that nobody has listed: ``rizhao-yjglj``."""
CERTIFICATE = Word("zheng", "paper", 0.3)
"""证 behind another word: only beside an organ or a trade, for 正, 郑 and 政 are spelled so too."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One word, syllable or letter of a run."""

    text: str
    word: Word | None
    known: bool
    """Whether it is a word or a syllable."""


class Reader:
    """Reads runs with the words of a vocabulary, which it is handed and never changes."""

    def __init__(self, words: dict[str, Word], places: frozenset[str], heads: Heads) -> None:
        self._words = words
        self._places = places
        self._heads = heads
        self._longest, self._counted = LONGEST, 0

    def read(self, run: str) -> tuple[Word, ...]:
        """The words in a run of letters or of digits.

        A pinyin word counts at syllable boundaries of the cheapest reading only; initials only where the run
        has no letters left over and words or ends are beside them.
        """
        whole = self._words.get(run)
        if whole is not None:
            there = self._behind_place(run) if whole.paired else ()
            return there or ((whole,) if whole.cls else ())
        if len(run) > _RUN_MAX or run.isdigit():
            return ()
        pieces = self.pieces(run)
        found = self._words_of(pieces)
        behind = self._behind_place(run)
        if _said(behind) > _said(found):
            return behind
        for before, piece in itertools.pairwise(pieces):
            if before.word is not None and before.word.text in self._places and piece.word in found:
                found = tuple(_there(word) if word == piece.word else word for word in found)
        return found

    def _behind_place(self, run: str) -> tuple[Word, ...]:
        """The words behind a place and its rank, where the first of them are initials as well: ``fj-zjt``."""
        best: tuple[Word, ...] = ()
        for rest in self._heads.rests(run):
            pieces = self.pieces(rest)
            first = pieces[0].word if pieces else None
            if first is not None and _stands_behind_place(first):
                found = tuple(_there(word) if word == first else word for word in self._words_of(pieces))
                best = max(best, found, key=len)
        return best

    @staticmethod
    def _words_of(pieces: list[Piece]) -> tuple[Word, ...]:
        odd = sum(not p.known for p in pieces)
        found: list[Word] = []
        for at, piece in enumerate(pieces):
            word = piece.word
            if word is None:
                if piece.text == CERTIFICATE.text and at and _said_before(pieces, at):
                    found.append(CERTIFICATE)
                continue
            if not word.cls:
                continue
            sides = [pieces[i] for i in (at - 1, at + 1) if 0 <= i < len(pieces)]
            if word.full:
                if (odd <= _ODD or len(word.text) >= _SURE) and not _goes_on(word, pieces[at + 1 : at + 2]):
                    found.append(word)
            elif _bounded(sides, odd) or _behind_town(word, pieces, at, odd):
                found.append(word)
        return tuple(found)

    def pieces(self, run: str) -> list[Piece]:
        """The cheapest division: as few syllables and letters beside words as can be."""
        size, most = len(run), self._most()
        best: list[tuple[int, int, Word | None, bool]] = [(0, 0, None, True)] * (size + 1)
        for start in range(size - 1, -1, -1):
            here: tuple[int, int, Word | None, bool] = (best[start + 1][0] + _UNKNOWN, 1, None, False)
            for length in range(1, min(most, size - start) + 1):
                text = run[start : start + length]
                word = self._words.get(text)
                if word is not None:
                    cost = best[start + length][0] + _cost(word)
                elif length <= LONGEST and text in SYLLABLES:
                    cost = best[start + length][0] + _SYLLABLE
                else:
                    continue
                if cost < here[0]:
                    here = (cost, length, word, True)
            best[start] = here
        found: list[Piece] = []
        at = 0
        while at < size:
            _, length, word, known = best[at]
            found.append(Piece(run[at : at + length], word, known))
            at += length
        return found

    def _most(self) -> int:
        """Letters of the longest word or syllable, or a few more; words may still be added, one after the other."""
        new = len(self._words) - self._counted
        if new:
            self._counted += new
            added = itertools.islice(reversed(self._words), max(0, new))
            self._longest = max(self._longest, max(map(len, added), default=0))
        return self._longest


def _stands_behind_place(word: Word) -> bool:
    """Whether initials are an office's, or long enough to be a trade's."""
    long = word.cls == "topic" and len(word.text) >= _INITIALS
    return not word.full and not word.paired and (word.cls == "body" or long)


def _said_before(pieces: list[Piece], at: int) -> bool:
    """Whether 证 can stand here: behind another word, at the end or before a word."""
    behind = pieces[at + 1 : at + 2]
    return pieces[at - 1].known and all(p.word is not None for p in behind)


def _goes_on(word: Word, behind: list[Piece]) -> bool:
    """Whether a common word is the beginning of another that nobody has listed: yingji-deng, tezhong-gang."""
    if word.weight >= _COMMON or word.cls not in ("body", "topic") or not behind:
        return False
    return behind[0].word is None and behind[0].text != CERTIFICATE.text


def _behind_town(word: Word, pieces: list[Piece], at: int, odd: int) -> bool:
    """Whether an organ's initials stand behind two or three syllables that begin the run, and nothing odd is in it."""
    if odd or word.cls != "body" or word.paired or len(word.text) < _INITIALS or at not in (2, 3):
        return False
    return all(p.word is None for p in pieces[:at]) and all(p.word is not None for p in pieces[at:])


def _bounded(sides: list[Piece], odd: int) -> bool:
    if odd == 0:
        return all(p.word is not None for p in sides)
    return odd == 1 and any(
        p.word is not None and p.word.full and p.word.cls and p.word.weight >= _COMMON for p in sides
    )


def _there(word: Word) -> Word:
    """An office behind a place."""
    if word.cls != "body":
        return word
    return word._replace(weight=word.weight if word.full else max(word.weight, _OFFICE_THERE), there=True)


def _said(words: tuple[Word, ...]) -> int:
    """How many words say something with no other of their platform beside them."""
    return sum(not word.paired for word in words)


@lru_cache(maxsize=8192)
def _cost(word: Word) -> int:
    """As many syllables as the word has, a shade less: among equal readings the fewest and longest words win, places
    and sure words before common ones (henan-jiancai, not hen-anjian-cai). Sure words of four syllables come about by no
    chance: they are worth one more (jianzhu-anguanrenyuan, not jian-zhuan-guan-renyuan).
    """
    cut = segment(word.text) if word.full or not word.cls else None
    shade = 3 if not word.cls or word.weight >= _COMMON else 2
    sure = cut is not None and len(cut) >= _LONG_WORD and word.cls and word.weight >= _COMMON
    syllables = (len(cut) if cut else (len(word.text) + 1) // 2) - bool(sure)
    return syllables * _SYLLABLE - shade * len(word.text) + 1
