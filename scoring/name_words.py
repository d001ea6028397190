"""The words that names are built of, and the reading of a run of letters as such words.

Decides where words stand; whether a name imitates is for ``scoring.names``.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import ahocorasick

from scoring.name_entries import OFFICES, organs_at_large, own_labels, place_initials
from scoring.name_spelled import Spelled, spelled
from scoring.spelling import spell
from scoring.syllables import LONGEST, SYLLABLES, segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Lexicon, Platform

WordClass = Literal["body", "label", "alias", "gov", "topic", "paper", "query", "suffix", ""]
"""``body``: an organ or agency in pinyin; ``label``: the Latin label of one; ``alias``: the Chinese name of a platform;
``topic``: a trade or what else a certificate is for; ``paper``: what it is called; ``suffix``: another suffix before
the suffix; ``""``: places and filler, which say nothing but bound other words.
"""

_CLASSES: dict[str, WordClass] = {
    "organ": "label",
    "agency": "body",
    "gov": "gov",
    "topic": "topic",
    "paper": "paper",
    "query": "query",
}
_FILLER = ("www", "cn", "com", "org", "net", "china", "zhongguo", "quanguo", "guojia", "online", "web", "wap", "app")
_KEYWORD_WEIGHTS = {2: 0.2, 3: 0.4, 4: 0.5, 5: 0.6}
"""By length, for a platform's own labels that the lexicon does not weigh."""
_SPELLED_WEIGHT = {"name": (0.8, 0.9), "organ": (0.8, 0.9), "subject": (0.6, 0.7)}
"""Of what a platform's row spells, for words of three syllables and for longer ones."""
_LONE_SYLLABLES, _LONE_INITIALS = 3, 6
"""Syllables and initials from which such a word needs no other word of the same platform beside it."""
_WEAK = 0.4
"""Of words that need company, and of initials."""
_SPELLED_CLASSES: dict[str, WordClass] = {"name": "alias", "organ": "body", "subject": "topic"}
_OFFICE_WEIGHT, _OFFICE_INITIALS = 0.8, 0.7
"""From which an organ's name beside a place is the office there."""
_OFFICE_THERE = 0.4
"""Least weight of an office's initials right behind a place: ``yantai-zjj`` is no 张家界."""
_UNKNOWN = 250
_SYLLABLE = 100
_DISTINCTIVE = 6
"""Letters from which a word that is no pinyin (mohurd) stands by itself."""
_RUN_MAX = 63


@dataclass(frozen=True, slots=True)
class Word:
    """One word as names spell it; ``full`` ones are whole words, others initials or short labels."""

    text: str
    cls: WordClass
    weight: float = 1.0
    """In (0, 1]: how sure the word is to mean this."""
    full: bool = True
    platforms: frozenset[str] = frozenset()
    paired: bool = False
    """Whether the word is too common to count except beside another word of one of its platforms."""


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
        self._places = frozenset(spell(place) for place in lexicon.words("places"))
        self._place_initials = place_initials(lexicon)
        rows = tuple(platforms)
        for platform in rows:
            for keyword in platform.keywords:
                self._add_keyword(keyword, platform.id)
        terms = lexicon.groups.get("pinyin", ())
        for term in terms:
            self._add_term(spell(term.text), _CLASSES.get(term.cls, "topic"), term.weight, initials=term.initials)
        self._longest = max(map(len, self.words), default=0)
        self._drop_compounds(
            {k.replace("-", "").lower() for p in rows for k in p.keywords} - {spell(t.text) for t in terms}
        )
        places = tuple(lexicon.words("places"))
        rowed = [(one, p.id) for p in rows if p.group == "core" for one in spelled(p, places)]
        for one, pid in sorted(rowed, key=lambda r: (tuple(_SPELLED_CLASSES).index(r[0].kind), len(r[0].letters))):
            self._add_spelled(one, pid)
        self._add_others(rows, lexicon)
        self._offices = frozenset(word.text for word in self.words.values() if _is_office(word))
        self.hyphened = _hyphened(rows, self.words)
        """Words of rows as they are written with hyphens, with what they say."""
        self._automaton = self._arranged()
        self.read = lru_cache(maxsize=65536)(self._read)

    def _add_others(self, rows: Iterable[Platform], lexicon: Lexicon) -> None:
        """Organs and labels of hosts beside the core's, and organs that have no row."""
        for one, pid in organs_at_large(rows, lexicon):
            self._add_spelled(one, pid)
        for own, pid in own_labels(rows):
            weight, full = _KEYWORD_WEIGHTS.get(len(own), 0.8), len(own) >= _DISTINCTIVE
            self.words.setdefault(own, Word(own, "label", weight, full, frozenset({pid})))

    def _arranged(self) -> Any:
        """An automaton over all words that say something: to each its text and class."""
        automaton: Any = ahocorasick.Automaton()
        for word in self.words.values():
            if word.cls:
                automaton.add_word(word.text, (word.text, word.cls))
        for text, cls in self.hyphened.items():
            automaton.add_word(text, (text.replace("-", ""), cls))
        automaton.add_word("\0", ("", ""))  # an automaton without words cannot be searched
        automaton.make_automaton()
        return automaton

    def _add_keyword(self, keyword: str, platform: str) -> None:
        text = keyword.replace("-", "").lower()
        if len(text) < 2 or not text.isalpha():
            return
        cls: WordClass = "gov" if platform == "gov" else "label" if segment(text) is None else "body"
        full = len(text) >= _DISTINCTIVE
        weight = _KEYWORD_WEIGHTS.get(len(text), 0.8)
        known = self.words.get(text)
        held = known.platforms if known else frozenset()
        self.words[text] = Word(text, cls, weight, full, held | {platform} - {"gov"})

    def _add_term(self, text: str, cls: WordClass, weight: float, *, initials: bool) -> None:
        if len(text) < 2 or not (text.isascii() and (text.isalpha() or text.isdigit())):
            return
        known = self.words.get(text)
        full = not initials and text.isalpha() and (segment(text) is not None or len(text) >= _DISTINCTIVE)
        self.words[text] = Word(text, cls, weight, full, known.platforms if known else frozenset())

    def _add_spelled(self, one: Spelled, platform: str) -> None:
        """What a row spells, unless it is built of other words: then these are read, two classes and not one.

        A word that is there keeps its weight, but a platform's whole name in pinyin is that before anything else.
        """
        text, known = one.letters, self.words.get(one.letters)
        if known is not None:
            if known.cls:
                own_name = one.kind == "name" and known.cls in ("body", "label")
                held = known.platforms | {platform}
                self.words[text] = replace(known, cls="alias" if own_name else known.cls, platforms=held - {""})
        elif one.short or not self._built(text):
            paired = one.syllables < (_LONE_INITIALS if one.short else _LONE_SYLLABLES)
            least, more = _SPELLED_WEIGHT[one.kind]
            weight = _WEAK if paired or one.short else least if one.syllables == _LONE_SYLLABLES else more
            self.words[text] = Word(
                text, _SPELLED_CLASSES[one.kind], weight, not one.short, frozenset({platform} - {""}), paired
            )
            self._longest = max(self._longest, len(text))

    def _built(self, text: str) -> bool:
        """Whether the words that are there say the text already: all of it, or two classes in it."""
        words = [p.word for p in self._pieces(text)]
        return None not in words or len({w.cls for w in words if w and w.cls}) > 1

    def _drop_compounds(self, keywords: set[str]) -> None:
        """A platform's label that is made of other words (memgov, cxmem) is read as these: two classes, not one."""
        for text in sorted(keywords & self.words.keys(), key=lambda k: (-len(k), k)):
            word = self.words.pop(text)
            pieces = self._pieces(text)
            if len(pieces) < 2 or any(p.word is None for p in pieces):
                self.words[text] = word

    @property
    def classed(self) -> dict[str, WordClass]:
        """The words that say something, with what they say."""
        return {word.text: word.cls for word in self.words.values() if word.cls}

    @property
    def offices(self) -> frozenset[str]:
        """The words that with a place before them are the name of the office there."""
        return self._offices

    def names_office(self, name: str) -> bool:
        """Whether an office's word stands anywhere in the name; cheap."""
        return any(text in self._offices for text, _ in self._found(name))

    def office(self, label: str) -> Word | None:
        """The office's word where the label is a place and that word, with or without hyphens, and no more."""
        pieces = self._pieces(label.replace("-", ""))
        if len(pieces) != 2 or pieces[0].word is None or pieces[0].word.text not in self._places:
            return None
        word = pieces[1].word
        return word if word is not None and word.text in self._offices else None

    def inside(self, letters: str) -> frozenset[Word]:
        """The words that stand anywhere in a run of letters, itself aside."""
        return frozenset(self.words[text] for text, _ in self._found(letters) if text != letters)

    def _found(self, name: str) -> Iterable[tuple[str, str]]:
        return (value for _, value in self._automaton.iter(name))

    def classes(self, name: str) -> int:
        """How many classes have a word anywhere in the name: an upper bound for what ``read`` can find, cheaply."""
        return len({cls for _, cls in self._found(name)})

    def _read(self, run: str) -> tuple[Word, ...]:
        """The words in a run of letters or of digits.

        A pinyin word counts at syllable boundaries of the cheapest reading only; initials only where the run
        has no letters left over and words or ends are beside them.
        """
        whole = self.words.get(run)
        if whole is not None:
            return (whole,) if whole.cls else ()
        if len(run) > _RUN_MAX or run.isdigit():
            return ()
        pieces = self._pieces(run)
        found = self._words_of(pieces)
        for before, piece in itertools.pairwise(pieces):
            if before.word is not None and before.word.text in self._places and piece.word in found:
                found = tuple(_there(word) if word == piece.word else word for word in found)
        return found or self._behind_place(run)

    def _behind_place(self, run: str) -> tuple[Word, ...]:
        """The words behind a place's initials, where the first of them are initials as well: ``fj-zjt``."""
        for size in (2, 3):
            if run[:size] in self._place_initials:
                pieces = self._pieces(run[size:])
                first = pieces[0].word if pieces else None
                if first is not None and first.cls == "body" and not first.full:
                    return tuple(_there(word) if word == first else word for word in self._words_of(pieces))
        return ()

    @staticmethod
    def _words_of(pieces: list[_Piece]) -> tuple[Word, ...]:
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


def _hyphened(rows: Iterable[Platform], words: dict[str, Word]) -> dict[str, WordClass]:
    written = {k.lower(): k.replace("-", "").lower() for p in rows for k in p.keywords if "-" in k}
    return {text: words[letters].cls for text, letters in written.items() if letters in words}


def _there(word: Word) -> Word:
    """An office's initials behind a place."""
    return replace(word, weight=max(word.weight, _OFFICE_THERE)) if word.cls == "body" and not word.full else word


def _is_office(word: Word) -> bool:
    if word.cls != "body":
        return False
    if word.full:
        return word.weight >= _OFFICE_WEIGHT and word.text.endswith(OFFICES)
    return word.weight >= _OFFICE_INITIALS


@lru_cache(maxsize=4096)
def _cost(word: Word) -> int:
    """As many syllables as the word has, a shade less: among equal readings the fewest and longest words win."""
    cut = segment(word.text) if word.full or not word.cls else None
    return (len(cut) if cut else (len(word.text) + 1) // 2) * _SYLLABLE - 2 * len(word.text) + 1
