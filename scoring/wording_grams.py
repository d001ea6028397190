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
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from scoring.contacts import contact_spans
from scoring.folding import fold
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CONTACTS = {"wechat": "\ue001", "qq": "\ue002", "phone": "\ue003", "email": "\ue004", "telegram": "\ue005"}
"""What stands for a contact: no invented number is learned."""
_NAME = "\ue006"
"""What stands for a name of letters and digits, or a long number."""
_END = "|"
_TOKEN = re.compile(r"[a-z0-9_-]*(?:[a-z][0-9]|[0-9_-][a-z]|[0-9]{5})[a-z0-9_-]*|[0-9]+|[a-z]+|[^a-z0-9]", re.DOTALL)
_LEAST_NAME = 5
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


class Piece(NamedTuple):
    """One character, number, word or contact; the span is of the folded text."""

    text: str
    start: int
    end: int


class _Unit(NamedTuple):
    sound: str
    written: str


@dataclass(frozen=True, slots=True)
class _Words:
    by_sound: dict[tuple[str, ...], tuple[str, str]]
    """Kind and spelling of what has two syllables and more."""
    single: dict[str, str]
    longest: int


def pieces_of(text: str, begin: int = 0, stop: int | None = None) -> list[Piece]:
    """A span of the folded text in pieces, contacts and names as one sign each, digits as noughts. Linear."""
    folded = fold(text).text
    stop = len(folded) if stop is None else stop
    found: list[Piece] = []
    at = begin
    for start, end, kind in contact_spans(text):
        if at <= start < stop:
            found += _plain(folded, at, start)
            found.append(Piece(CONTACTS[kind], start, end))
            at = end
    if at < stop:
        found += _plain(folded, at, stop)
    return found


def _plain(folded: str, start: int, end: int) -> Iterator[Piece]:
    for match in _TOKEN.finditer(folded, start, end):
        written = match.group()
        first, last = match.span()
        if len(written) == 1 and not written.isdigit():
            yield Piece(written, first, last)
        elif written.isdigit() and len(written) < _LEAST_NAME:
            yield Piece("0" * min(3, len(written)), first, last)
        elif written.isalpha():
            yield Piece(written, first, last)
        elif len(written) >= _LEAST_NAME:
            yield Piece(_NAME, first, last)
        else:
            yield from (Piece("0" if c.isdigit() else c, first + n, first + n + 1) for n, c in enumerate(written))


def grams(pieces: Sequence[Piece]) -> dict[str, set[str]]:
    """What is counted of some pieces, each once, by group: c, s, k and p (see ``docs/wording.md``)."""
    chars = "".join(piece.text for piece in pieces)
    units = list(_units(pieces))
    sounds = [unit.sound for unit in units]
    words = list(_words_in(units))
    kinds = [kind for kind, _ in words]
    return {
        "c": {chars[at : at + size] for size in (1, 2) for at in range(len(chars) - size + 1)},
        "s": {f"{a} {b}" for a, b in pairwise(sounds)},
        "k": _counted(kinds, sum(not plain for _, plain in words), len(units)) | _drawn(chars),
        "p": _company(kinds),
    }


def about_papers(pieces: Sequence[Piece]) -> bool:
    """Whether some pieces may be about papers of any kind. Sounds alone say so only where somebody can be reached: in
    any long text some words sound like others.
    """
    reached = any("\ue001" <= piece.text[0] <= _NAME for piece in pieces)
    kinds = {kind for kind, plain in _words_in(list(_units(pieces))) if plain or reached}
    if kinds & TOPICS or any(piece.text == "证" for piece in pieces):
        return True
    also = len(kinds & ALSO)
    if kinds & LOOSE or any(piece.text in _CHARS for piece in pieces):
        return reached or also > 0
    return also > 1 and (reached or bool(kinds & ASIDE))


def _units(pieces: Sequence[Piece]) -> Iterator[_Unit]:
    words, sounds = _words(), _sounds()
    for piece in pieces:
        text = piece.text
        first = text[0]
        if first in sounds:
            yield _Unit(sounds[first], text)
        elif first.isascii() and first.isalpha():
            cut = segment(text) if len(text) > 1 and text not in words.single else None
            yield from (_Unit(s, "") for s in cut) if cut else (_Unit(text, text),)
        elif first in "。!?\n":
            yield _Unit(_END, "?" if first == "?" else "")
        elif first == "0" or "\ue001" <= first <= _NAME or "一" <= first <= "鿿":
            yield _Unit(text, text)


def _words_in(units: Sequence[_Unit]) -> Iterator[tuple[str, bool]]:
    """The kinds of the words in their order, longest words first, and whether each is written as usual."""
    words = _words()
    at = 0
    while at < len(units):
        for size in range(min(words.longest, len(units) - at), 1, -1):
            known = words.by_sound.get(tuple(unit.sound for unit in units[at : at + size]))
            if known is not None:
                yield known[0], known[1] == "".join(unit.written for unit in units[at : at + size])
                at += size
                break
        else:
            unit = units[at]
            kind = words.single.get(unit.written) or _sign(unit.sound)
            if kind:
                yield kind, True
            at += 1


def _sign(sound: str) -> str:
    if sound == _END:
        return _END
    if "\ue001" <= sound[0] <= _NAME:
        return "C" + str(ord(sound[0]) - 0xE000)
    return f"N{len(sound)}" if sound[0] == "0" else ""


def _counted(kinds: Sequence[str], odd: int, size: int) -> set[str]:
    counts: dict[str, int] = {}
    for kind in kinds:
        counts[kind] = counts.get(kind, 0) + 1
    found = {f"{kind}{n}" for kind, count in counts.items() for n in (1, 2, 4) if count >= n}
    found |= {f"odd{n}" for n in (1, 2, 4) if odd >= n}
    return found | {f"size{n}" for n in LONGER if size > n}


def _drawn(chars: str) -> set[str]:
    """Pictures, letters within words: how a text is written."""
    pictures = sum(ord(c) >= 0x2190 and unicodedata.category(c) == "So" for c in chars)
    mixed = sum(1 for _ in _MIXED.finditer(chars))
    return {f"drawn{n}" for n in MANY if pictures >= n} | {f"mixed{n}" for n in MANY if mixed >= n}


def _company(kinds: Sequence[str]) -> set[str]:
    """Kinds that stand in one text, near each other, and three in a row."""
    distinct = sorted(set(kinds) - {_END})[:MOST_KINDS]
    found = {f"{a}&{b}" for a, b in combinations(distinct, 2)}
    for apart in range(1, NEAR + 1):
        found |= {f"{a}>{b}" for a, b in zip(kinds, kinds[apart:], strict=False)}
    return found | {f"{a}>{b}>{c}" for a, b, c in zip(kinds, kinds[1:], kinds[2:], strict=False)}


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
    return _Words(by_sound, single, max(map(len, by_sound)))
