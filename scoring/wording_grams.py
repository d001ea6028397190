"""What the wording model counts in a text: its characters, syllables and kinds of words, and how they are written.

Reads only; weights are in ``scoring.wording``. Syllables let other characters of the same sound meet, kinds of words
other words of the same use.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import chain, combinations, pairwise
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from scoring.syllables import segment
from scoring.wording_pieces import NAME, REACHED

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.wording_pieces import Piece

_END = "|"
_SIGN = re.compile("[\u2190-\u4dff\ua000-\U0010ffff]")
"""What may be a picture: no letter of the common alphabets, no ideograph."""
_MIXED = re.compile(r"[一-鿿][a-z]{1,6}[一-鿿]")
NEAR = 3
"""How far apart two kinds of words are still told in their order."""
MOST_KINDS = 40
"""Distinct kinds that are paired; there are hardly more."""
LONGER = (10, 20, 40, 80)
MANY = (1, 3)
TOPICS = frozenset({"initials", "other_paper", "renew", "trade"})
"""Kinds of which one stands where papers are talked about."""
LOOSE = frozenset({"exam", "paper"})
"""Kinds, and below characters, that stand there too, and in much else."""
_CHARS = frozenset("正考试本卡")
ASIDE = frozenset({"check_site", "forge", "insider", "proxy"})
ALSO = ASIDE | {"direct", "no_fee", "seen", "spare", "verify_first"}
"""What is said of papers. Without a name of one, two of these stand, one of them of the first or beside a contact."""


class Counted(NamedTuple):
    """What stands in some pieces."""

    chars: set[str]
    """Characters, and two of them in a row."""
    sounds: set[tuple[str, ...]]
    """Two syllables in a row."""
    kinds: set[str]
    """Kinds of words by how often they stand, and how the text is written."""
    beside: set[tuple[str, ...]]
    """Two kinds that stand anywhere."""
    order: set[tuple[str, ...]]
    """Two kinds near each other, and three in a row."""


class _Unit(NamedTuple):
    sound: str
    written: str
    alone: str
    """The kind that it is of where no longer word begins in it; empty for none."""


@dataclass(frozen=True, slots=True)
class _Words:
    by_sound: dict[tuple[str, ...], tuple[str, str]]
    """Kind and spelling of what has two syllables and more."""
    single: dict[str, str]
    sizes: dict[str, dict[str, tuple[int, ...]]]
    """By the first two syllables, how many the words have that begin so, most first."""


class Heard(NamedTuple):
    """How some pieces sound, and the kinds of their words, each with whether it is written as usual."""

    units: list[_Unit]
    words: list[tuple[str, bool]]


def heard_of(pieces: Sequence[Piece]) -> Heard:
    """What both questions below are answered from."""
    units = _units(pieces)
    return Heard(units, list(_words_in(units)))


def counted(pieces: Sequence[Piece], heard: Heard | None = None) -> Counted:
    """What is counted of some pieces, each once (see ``docs/wording.md``); ``heard``: of the same, known."""
    chars = "".join([piece.text for piece in pieces])
    units, words = heard or heard_of(pieces)
    sounds = [unit.sound for unit in units]
    kinds = [kind for kind, _ in words]
    return Counted(
        {*chars, *map(add, chars, chars[1:])},
        set(pairwise(sounds)),
        _numbered(kinds, sum(not plain for _, plain in words), len(units)) | _drawn(chars),
        set(combinations(sorted(set(kinds) - {_END})[:MOST_KINDS], 2)),
        {
            *chain.from_iterable(zip(kinds, kinds[apart:], strict=False) for apart in range(1, NEAR + 1)),
            *zip(kinds, kinds[1:], kinds[2:], strict=False),
        },
    )


def grams(pieces: Sequence[Piece]) -> dict[str, set[str]]:
    """The same written out, by group: c, s, k and p, as weights are kept."""
    found = counted(pieces)
    return {
        "c": found.chars,
        "s": {" ".join(pair) for pair in found.sounds},
        "k": found.kinds,
        "p": {"&".join(pair) for pair in found.beside} | {">".join(row) for row in found.order},
    }


def about_papers(pieces: Sequence[Piece], heard: Heard | None = None) -> bool:
    """Whether some pieces may be about papers of any kind. Sounds alone say so only where somebody can be reached: in
    any long text some words sound like others. ``heard``: of the same, where it is known.
    """
    texts = {piece.text for piece in pieces}
    if "证" in texts:
        return True
    reached = any(REACHED <= text[0] <= NAME for text in texts)
    kinds = {kind for kind, plain in (heard or heard_of(pieces)).words if plain or reached}
    if kinds & TOPICS:
        return True
    also = len(kinds & ALSO)
    if kinds & LOOSE or texts & _CHARS:
        return reached or also > 0
    return also > 1 and (reached or bool(kinds & ASIDE))


class _Units(dict[str, tuple[_Unit, ...]]):
    """What is heard of a piece, worked out once for each single character."""

    def __missing__(self, text: str) -> tuple[_Unit, ...]:
        units = tuple(_Unit(sound, written, _alone(sound, written)) for sound, written in _heard(text))
        if len(text) == 1:
            self[text] = units
        return units


_heard_of = _Units()


def _units(pieces: Sequence[Piece]) -> list[_Unit]:
    return list(chain.from_iterable([_heard_of[piece.text] for piece in pieces]))


def _heard(text: str) -> Iterator[tuple[str, str]]:
    """Sound and spelling of each syllable of a piece."""
    words, sounds = _words(), _sounds()
    first = text[0]
    if first in sounds:
        yield sounds[first], text
    elif first.isascii() and first.isalpha():
        cut = segment(text) if len(text) > 1 and text not in words.single else None
        yield from ((s, "") for s in cut) if cut else ((text, text),)
    elif first in "。!?\n":
        yield _END, "?" if first == "?" else ""
    elif first == "0" or REACHED <= first <= NAME or "一" <= first <= "鿿":
        yield text, text


def _alone(sound: str, written: str) -> str:
    return _words().single.get(written) or _sign(sound)


def _words_in(units: Sequence[_Unit]) -> Iterator[tuple[str, bool]]:
    """The kinds of the words in their order, longest words first, and whether each is written as usual."""
    words = _words()
    sounds = [unit.sound for unit in units]
    after = [*sounds[1:], ""]
    at = 0
    while at < len(sounds):
        begun = words.sizes.get(sounds[at])
        for size in begun.get(after[at], ()) if begun else ():
            known = words.by_sound.get(tuple(sounds[at : at + size]))
            if known is not None:
                yield known[0], known[1] == "".join([unit.written for unit in units[at : at + size]])
                at += size
                break
        else:
            if kind := units[at].alone:
                yield kind, True
            at += 1


def _sign(sound: str) -> str:
    if sound == _END:
        return _END
    if REACHED <= sound[0] <= NAME:
        return "C" + str(ord(sound[0]) - 0xE000)
    return f"N{len(sound)}" if sound[0] == "0" else ""


def _numbered(kinds: Sequence[str], odd: int, size: int) -> set[str]:
    """Each kind as often as it stands, how many words are written oddly, and how long the text is."""
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    found = {f"{kind}1" for kind in counts}
    found |= {f"{kind}{n}" for kind, count in counts.items() if count > 1 for n in (2, 4) if count >= n}
    found |= {f"odd{n}" for n in (1, 2, 4) if odd >= n}
    return found | {f"size{n}" for n in LONGER if size > n}


def _drawn(chars: str) -> set[str]:
    """Pictures, letters within words: how a text is written."""
    pictures = sum(unicodedata.category(char) == "So" for char in _SIGN.findall(chars))
    mixed = sum(1 for _ in _MIXED.finditer(chars))
    return {f"drawn{n}" for n in MANY if pictures >= n} | {f"mixed{n}" for n in MANY if mixed >= n}


@lru_cache(maxsize=1)
def _sounds() -> dict[str, str]:
    """The usual syllable of each ideograph, without its tone."""
    rows = files("scoring").joinpath("wording_sounds.txt").read_text(encoding="utf-8").splitlines()
    return {char: sound for sound, chars in (row.split(" ") for row in rows) for char in chars}


@lru_cache(maxsize=1)
def _words() -> _Words:
    data = tomllib.loads(files("scoring").joinpath("wording_classes.toml").read_text(encoding="utf-8"))
    by_sound: dict[tuple[str, ...], tuple[str, str]] = {}
    single: dict[str, str] = {}
    sounds = _sounds()
    for kind, words in data["class"].items():
        for word in words.split():
            parts = tuple(sounds.get(c, c) for c in (word if not word.isascii() else [word]))
            if len(parts) == 1:
                single.setdefault(word, kind)
            else:
                by_sound.setdefault(parts, (kind, word))
    sizes: dict[str, dict[str, tuple[int, ...]]] = {}
    for first, second, *rest in by_sound:
        known = sizes.setdefault(first, {})
        known[second] = tuple(sorted({2 + len(rest), *known.get(second, ())}, reverse=True))
    return _Words(by_sound, single, sizes)
