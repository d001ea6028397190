"""The words that names are built of, from the rows of platforms and the lexicon.

Decides which there are and how much each says; where they stand in a name is for ``scoring.name_reading``.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.name_disguised import is_sure, spelt
from scoring.name_entries import organs_at_large, others_names, own_labels, titles, trade_papers
from scoring.name_places import full_places, heads
from scoring.name_reading import CERTIFICATE, Reader
from scoring.name_slipped import is_anchor
from scoring.name_spelled import Spelled, spelled
from scoring.name_word import Word, WordClass
from scoring.name_word_kinds import hyphened, is_office, is_own
from scoring.spelling import spell
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from seeds.model import Lexicon, Platform

_CLASSES: dict[str, WordClass] = {
    "organ": "label",
    "agency": "body",
    "gov": "gov",
    "topic": "topic",
    "paper": "paper",
    "query": "query",
}
_FILLER = (
    "www", "cn", "com", "org", "net", "china", "online", "web", "wap", "app", "xitong", "zhongxin", "zaixian",
    "wangzhan", "renyuan", "xinxi", "wangshang", "dianzi",
)  # fmt: skip
_STATE = ("guojia", "quanguo", "zhongguo")
"""What half of all companies call themselves: says something only of what is a certificate's query anyway."""
_STATE_WEIGHT = 0.2
_KEYWORD_WEIGHTS = {2: 0.2, 3: 0.4, 4: 0.5, 5: 0.6}
"""By length, for a platform's own labels that the lexicon does not weigh."""
_SPELLED_WEIGHT = {"name": (0.8, 0.9), "organ": (0.8, 0.9), "subject": (0.6, 0.7)}
"""Of what a platform's row spells, for words of three syllables and for longer ones."""
_LONE_SYLLABLES, _LONE_INITIALS = 3, 6
"""Syllables and initials from which such a word needs no other word of the same platform beside it."""
_WEAK = 0.4
"""Of words that need company, and of initials."""
_SPELLED_CLASSES: dict[str, WordClass] = {"name": "alias", "organ": "body", "subject": "topic"}
_DISTINCTIVE = 6
"""Letters from which a word that is no pinyin (mohurd) stands by itself."""
_ALONE = 5
"""Letters from which an office's initials behind a place or the state are its name (``gjyjglb``)."""
_RANKS = frozenset({"sheng", "shi", "xian", "qu", "zizhiqu"})


class Vocabulary:
    """The words of platforms and lexicon, read once."""

    def __init__(self, platforms: Iterable[Platform], lexicon: Lexicon) -> None:
        self.words: dict[str, Word] = {text: Word(text, "") for text in _FILLER}
        self.trades: dict[str, str] = {}
        """By a trade's initials with what stands round them, the trade in full."""
        self.words |= {text: Word(text, "state", _STATE_WEIGHT) for text in _STATE}
        self.places = full_places(lexicon)
        for text in self.places:
            self.words.setdefault(text, Word(text, ""))
        rows = tuple(platforms)
        for platform in rows:
            for keyword in platform.keywords:
                self._add_keyword(keyword, platform.id)
        terms = lexicon.groups.get("pinyin", ())
        for term in terms:
            self._add_term(spell(term.text), _CLASSES.get(term.cls, "topic"), term.weight, initials=term.initials)
        self.heads = heads(lexicon, self.places)
        self._reader = Reader(self.words, self.places, self.heads)
        self._drop_compounds(
            {k.replace("-", "").lower() for p in rows for k in p.keywords} - {spell(t.text) for t in terms}
        )
        places = tuple(lexicon.words("places"))
        rowed = [(one, p.id) for p in rows if p.group == "core" for one in spelled(p, places)]
        for one, pid in sorted(rowed, key=lambda r: (tuple(_SPELLED_CLASSES).index(r[0].kind), len(r[0].letters))):
            self._add_spelled(one, pid)
        self._add_others(rows, lexicon)
        self._offices = frozenset(word.text for word in self.words.values() if is_office(word))
        self._anchors = frozenset(word.text for word in self.words.values() if is_anchor(word))
        self._own = frozenset(word.text for word in self.words.values() if is_own(word))
        self._sure = frozenset(word.text for word in self.words.values() if is_sure(word))
        self.hyphened = hyphened(rows, self.words)
        """Words of rows, and sure ones, as they are written with hyphens, with what they say."""
        self.spelt = spelt(self.words.values())
        """Sure words as they are written with pairs of letters for one, with the word."""
        self._automaton = self._arranged()
        self.read = lru_cache(maxsize=4096)(self._read)

    def _read(self, run: str) -> tuple[Word, ...]:
        return self._reader.read(run)

    def _add_others(self, rows: Iterable[Platform], lexicon: Lexicon) -> None:
        """Organs and labels of hosts beside the core's, and organs that have no row."""
        for one, pid in organs_at_large(rows, lexicon):
            self._add_spelled(one, pid)
        for one, weight in titles(lexicon):
            if one.letters not in self.words and (one.short or not self._built(one.letters)):
                self.words[one.letters] = Word(one.letters, "topic", weight, not one.short)
        for letters, weight, trade in trade_papers(lexicon):
            if letters not in self.words:
                self.words[letters] = Word(letters, "topic", weight, full=False)
                self.trades[letters] = trade
        for one, pid in others_names(rows):
            self._add_spelled(one, pid)
        for own, pid in own_labels(rows):
            weight, full = _KEYWORD_WEIGHTS.get(len(own), 0.8), len(own) >= _DISTINCTIVE
            self.words.setdefault(own, Word(own, "label", weight, full, frozenset({pid})))

    def _arranged(self) -> Any:
        """An automaton over all words that say something: to each its text and class."""
        automaton: Any = ahocorasick.Automaton()
        for text, cls in self.classed.items():
            automaton.add_word(text, (text, cls))
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
                own_name = one.kind == "name" and known.cls in (("label",) if one.short else ("body", "label"))
                held = known.platforms | {platform}
                self.words[text] = known._replace(cls="alias" if own_name else known.cls, platforms=held - {""})
        elif not self._built(text, all_words=one.short):
            paired = one.syllables < (_LONE_INITIALS if one.short else _LONE_SYLLABLES)
            least, more = _SPELLED_WEIGHT[one.kind]
            weight = _WEAK if paired or one.short else least if one.syllables == _LONE_SYLLABLES else more
            self.words[text] = Word(
                text, _SPELLED_CLASSES[one.kind], weight, not one.short, frozenset({platform} - {""}), paired
            )

    def _built(self, text: str, *, all_words: bool = False) -> bool:
        """Whether the words that are there say the text already: all of it (of initials in two classes), or two classes
        in it.
        """
        words = [p.word for p in self._reader.pieces(text)]
        if all_words and (None in words or len({w.cls for w in words if w}) < 2):
            return False
        return None not in words or len({w.cls for w in words if w and w.cls not in ("", "state")}) > 1

    def _drop_compounds(self, keywords: set[str]) -> None:
        """A platform's label that is made of other words (memgov, cxmem) is read as these: two classes, not one."""
        for text in sorted(keywords & self.words.keys(), key=lambda k: (-len(k), k)):
            word = self.words.pop(text)
            pieces = self._reader.pieces(text)
            if len(pieces) < 2 or any(p.word is None for p in pieces):
                self.words[text] = word

    @property
    def classed(self) -> dict[str, WordClass]:
        """The words that say something, with what they say."""
        return {CERTIFICATE.text: CERTIFICATE.cls} | {word.text: word.cls for word in self.words.values() if word.cls}

    @property
    def anchors(self) -> frozenset[str]:
        """Words beside which another with a slip is taken for itself."""
        return self._anchors

    @property
    def enough(self) -> frozenset[str]:
        """The words that may make a hit with no word of another class in the name."""
        return self._offices | self._anchors | self._own | self._sure

    @property
    def offices(self) -> frozenset[str]:
        """The words that with a place before them are the name of the office there."""
        return self._offices

    def names_office(self, name: str) -> bool:
        """Whether an office's word or a body's own label stands anywhere in the name; cheap."""
        return any(text in self._offices or text in self._own for text, _ in self._found(name))

    def names_sure(self, name: str) -> bool:
        """Whether a word that is known in disguise as well stands anywhere in the name; cheap."""
        return any(text in self._sure for text, _ in self._found(name))

    def office(self, label: str) -> Word | None:
        """The office's word, or the body's own label, where the label is a place and that word, and no more."""
        joined = label.replace("-", "")
        for rest in self.heads.rests(joined):
            if len(rest) >= _ALONE and rest in self._offices and not self.words[rest].full:
                return self.words[rest]
        pieces = [p for p in self._reader.pieces(joined) if p.text not in _RANKS]
        if len(pieces) != 2 or pieces[0].word is None or pieces[1].word is None:
            return None
        first, second = pieces[0].word, pieces[1].word
        place, word = (second, first) if first.text in self._offices else (first, second)
        return word if place.text in self.places and word.text in self._offices else None

    def own_label(self, letters: str) -> Word | None:
        """The body's own label that these letters are, where it is no other word."""
        word = self.words.get(letters)
        return word if word is not None and letters in self._own else None

    def inside(self, letters: str) -> frozenset[Word]:
        """The words that stand anywhere in a run of letters, itself aside."""
        return frozenset(self.words[text] for text, _ in self._found(letters) if text in self.words and text != letters)

    def _found(self, name: str) -> Iterable[tuple[str, str]]:
        return (value for _, value in self._automaton.iter(name))

    def classes(self, name: str) -> int:
        """How many classes have a word anywhere in the name: an upper bound for what ``read`` can find, cheaply."""
        return len({cls for _, cls in self._found(name)})
