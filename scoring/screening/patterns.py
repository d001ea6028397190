"""What a name must hold to be a hit at all, taken from the platforms and the lexicon.

Every condition is necessary for a finding of ``scoring.names``; none is sufficient. Lone digits stand as the
letters that they imitate (``fold``), in the patterns as in the names that are read.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ahocorasick

from scoring.names import TRANSLATED
from scoring.skeleton import skeleton

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.names import NameIndex

CLASSES = {cls: 1 << at for at, cls in enumerate(("body", "label", "alias", "gov", "topic", "query"))} | {
    "paper": 1 << 13,
    "state": 1 << 14,
}
"""The bit of a word's class."""
WORN_SUFFIX = 1 << 6
"""Another suffix before the suffix: together with one class."""
DIRECT = 1 << 7
"""Enough by itself: a worn label, a misprinted host, ``gov.cn`` in the wrong place."""
SEPARATOR, END = "$", "\n"
"""In a pattern: a dot, a hyphen or an end of the name; the name's last end alone."""
LEET = {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "8": "b"}
LONG_LABEL = 9
"""Letters from which two slips are looked for, below one."""
_LONE = re.compile(r"(?<![0-9])[0134578](?![0-9])")
_MOST_DIGITS = 6
_BEGINNING = 14
"""Letters of a long word or name that are looked for: few others begin so, and the tables stay small."""
CANON = str.maketrans("0134578iq", "oleastblg")
SPELT = {"m": "rn", "w": "vv", "d": "cl"}
"""Letters that a pair of others looks like."""
_GOV = tuple(g + end for g in ("gov", "qov") for end in ("cn", "$cn", "$com$cn", "$net$cn", "$org$cn"))


@dataclass(frozen=True, slots=True)
class Near:
    """A label or a whole host, without separators, that slips or (with no ``slips``) look-alikes are looked for of."""

    letters: str
    slips: int
    whole: bool
    alphabet: frozenset[str]
    """Characters that do not count as a slip: its own, or those of its look-alikes."""
    sizes: range
    """How many letters a name that is near has."""


@dataclass(frozen=True, slots=True)
class Patterns:
    """Everything that the pass looks for."""

    tokens: dict[str, int]
    """Text with ``SEPARATOR`` and ``END`` to the bits that it sets."""
    squeezed: frozenset[str]
    """Texts looked for in the name without its separators."""
    near: tuple[Near, ...]
    www: bool
    """Whether a label that begins with www could be a slip by these letters themselves."""


def fold(text: str) -> str:
    """Lone digits as the letters that they imitate."""
    return _LONE.sub(lambda m: LEET[m.group()], text)


def patterns(index: NameIndex) -> Patterns:
    """What names are screened for with these platforms and words."""
    labels = index.labels
    near = [one for label in labels.protected for one in _near(label, 2 if len(label) >= LONG_LABEL else 1)]
    near += [one for host in labels.wholes for one in _near(host, 1, whole=True)]
    www = any(one.letters.count("w") + one.slips >= len("www") for one in near if not one.whole)
    beginnings = (letters[:_BEGINNING] for letters in index.whole.letters)
    squeezed = {_squeeze(text) for text in (*labels.squeezed_forms, *beginnings, *index.errata)} - {""}
    folded = frozenset(form for text in squeezed for form in _with_digits(text))
    return Patterns(_tokens(index), folded, tuple(dict.fromkeys(near)), www)


def _tokens(index: NameIndex) -> dict[str, int]:
    found: dict[str, int] = {}

    def add(text: str, bit: int) -> None:
        found[text] = found.get(text, 0) | bit

    for word, bits in _words(index):
        for form in _with_digits(word):
            add(form.replace("-", SEPARATOR), bits)
    apart = (part for part in (*index.labels.masks, *index.labels.domains_with_hosts) if part.isalnum())
    for form, end in itertools.product((form for part in apart for form in _with_digits(part)), (SEPARATOR, END)):
        add(f"{SEPARATOR}{form}{end}", DIRECT)
    for gov, end in itertools.product(_GOV, (SEPARATOR, END)):
        add(gov + end, DIRECT)
    add(f"${'$'.join(TRANSLATED.strip('.').split('.'))}{END}", DIRECT)
    for suffix in ("com", "net", "org"):
        add(f"${suffix}$cn$", WORN_SUFFIX)
        add(f"${suffix}cn$", WORN_SUFFIX)
    return found


def _words(index: NameIndex) -> Iterator[tuple[str, int]]:
    """The words that say something, with the bits that they set.

    A word that holds another with all its bits is left out: whatever holds the one holds the other.
    """
    found = {spelling[:_BEGINNING]: DIRECT for spelling in index.words.spelt}
    enough = index.words.enough
    inside: Any = ahocorasick.Automaton()
    for word, cls in (*index.words.classed.items(), *index.words.hyphened.items()):
        beginning = word[:_BEGINNING]
        found[beginning] = found.get(beginning, 0) | CLASSES[cls] | (DIRECT if word in enough else 0)
    for word, bits in found.items():
        inside.add_word(word, (len(word), bits))
    inside.make_automaton()
    for word, bits in found.items():
        if not any(size < len(word) and not bits & ~held for _, (size, held) in inside.iter(word)):
            yield word, bits


def _with_digits(text: str) -> Iterator[str]:
    """A text as a folded name may hold it: whether a digit at its edge is lone depends on what stands beside it."""
    places = [at for at, char in enumerate(text) if char in LEET]
    if len(places) > _MOST_DIGITS:
        places = [at for at in places if at in (0, len(text) - 1)]
        text = text[0] + fold(text[1:-1]) + text[-1]
    for chosen in itertools.product((False, True), repeat=len(places)):
        letters = list(text)
        for at, folded in zip(places, chosen, strict=True):
            if folded:
                letters[at] = LEET[letters[at]]
        yield "".join(letters)


def _squeeze(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _near(name: str, slips: int, *, whole: bool = False) -> Iterator[Near]:
    letters = fold(_squeeze(name))
    looks = skeleton(_squeeze(name))
    yield Near(letters, slips, whole, frozenset(letters), range(len(letters) - slips, len(letters) + slips + 1))
    yield Near(letters, 0, whole, _alphabet(letters, looks), _spelt(looks))


def _alphabet(letters: str, outline: str) -> frozenset[str]:
    """Characters of names that may stand for the outline, beside the name's own letters."""
    spelt = outline + "".join(pair for one, pair in SPELT.items() if one in outline)
    spelt += "".join(one for one, pair in SPELT.items() if set(pair) <= set(outline))
    looks = {c for c in "abcdefghijklmnopqrstuvwxyz0123456789" if c.translate(CANON) in spelt}
    return frozenset({*letters, *looks})


def _spelt(outline: str) -> range:
    """The fewest and the most letters that a name with this outline has: m may be rn, and rn may be m."""
    most = len(outline) + sum(outline.count(one) for one in SPELT)
    return range(len(outline) - sum(outline.count(pair[0]) for pair in SPELT.values()), most + 1)
