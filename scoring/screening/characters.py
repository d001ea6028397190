"""What each code point may mean in a name: a Latin look-alike, part of a word in characters, or a case for care.

Made from the words once; reads no names.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from scoring.folding_tables import STROKES, odd, simplify, single
from scoring.respell import strong_syllables, traces
from scoring.skeleton import latin
from scoring.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PLANE = 0x10000
"""Code points that the table knows; those above are judged carefully."""
MARK = ord("_")
CAREFUL, TELLING, PLAIN = 255, 254, 253
"""Of a code point: judge carefully; words in characters are made of it; any other that looks like no Latin one."""
BREAK = 1
"""Of a side: the character stays between its neighbours; 0 stands for what folding may take away."""
_IDEOGRAPHS = ((0x2E80, 0xA000), (0xF900, 0xFB00), (0xFE30, 0xFE50), (0xFF00, 0xFFF0))
_NO_LATIN = ((0x3400, 0xA000), (0xAC00, 0xF900))
"""Ideographs, Korean syllables and what is left to private use look like no Latin character."""
_PAIR = re.compile(r"[^\x00-\x7f](?=[^\x00-\x7f])")
Array = Any


@dataclass(frozen=True, slots=True)
class Characters:
    """By code point what is to be done, and which of them stand side by side where words begin."""

    kinds: Array
    """uint8[PLANE]: the ASCII character that a code point looks like, or what is to be done."""
    sides: Array
    """uint16[PLANE]: number of a character that stands at the beginning of a word, from 2 on; ``BREAK``, or 0."""
    pairs: Array
    """bool[numbers, numbers]: by two such numbers, whether a word begins with the two characters."""
    letters: re.Pattern[bytes]
    """Found in an outline whose letters may be part of what the characters say."""


@lru_cache(maxsize=2)
def _looks() -> bytes:
    """What does not depend on the words: Latin look-alikes, and what decodes to no letters."""
    kinds = bytearray([PLAIN]) * PLANE
    foreign = {code for start, end in _NO_LATIN for code in range(start, end)}
    for code in range(PLANE):
        char = chr(code)
        if char in "./:@\n" or unicodedata.category(char) in {"Cc", "Cs", "Cn", "Cf"}:
            kinds[code] = CAREFUL
        elif code not in foreign:
            look = latin(char).lower()
            if look.isascii():
                kinds[code] = ord(look) if len(look) == 1 else CAREFUL
    return bytes(kinds)


def characters(terms: Iterable[str]) -> Characters:
    """The tables for words in characters."""
    forms = [fold(term).text for term in terms]
    begun = {*(_beginning(form) for form in forms if not form.isascii()), *traces()}
    alone = {text for text in begun if len(text) == 1}
    numbers = {char: number for number, char in enumerate(sorted(set("".join(begun))), BREAK + 1)}
    pairs = np.zeros((len(numbers) + 2, len(numbers) + 2), bool)
    for pair in begun - alone:
        pairs[numbers[pair[0]], numbers[pair[1]]] = True
    kinds, sides = _sides({c for form in forms for c in form if not c.isascii()}, numbers, alone)
    letters = sorted({*strong_syllables(), *(form for form in forms if form.isascii())})
    return Characters(kinds, sides, pairs, re.compile("|".join(map(re.escape, letters)).encode()))


def _sides(wanted: set[str], numbers: Mapping[str, int], alone: set[str]) -> tuple[Array, Array]:
    """What is to be done with every code point, and its number where words begin with it."""
    kinds, sides = np.frombuffer(_looks(), np.uint8).copy(), np.zeros(PLANE, np.uint16)
    changed, told = _changed(), wanted | numbers.keys()
    for code in (code for start, end in _IDEOGRAPHS for code in range(start, end) if kinds[code] == PLAIN):
        char = chr(code)
        folded = char
        if char in changed:
            folded = single[char] if not told.isdisjoint(changed[char]) else ""
        if not told.isdisjoint(folded):
            kinds[code] = TELLING if len(folded) == 1 and folded not in alone else CAREFUL
        if folded in numbers:
            sides[code] = numbers[folded]
        elif folded and unicodedata.category(char) == "Lo" and char not in STROKES:
            sides[code] = BREAK
    for code in (ord(char) for char in alone if ord(char) < PLANE):
        kinds[code] = CAREFUL
    return kinds, sides


def _beginning(form: str) -> str:
    """The first two characters of a word that stand side by side, or the first one where none do."""
    found = _PAIR.search(form)
    return form[found.start() : found.start() + 2] if found else next(c for c in form if not c.isascii())


@lru_cache(maxsize=1)
def _changed() -> dict[str, str]:
    """Characters that folding makes others of, with (about) what it makes of them: a cheap first look."""
    every = "".join(chr(code) for start, end in _IDEOGRAPHS for code in range(start, end))
    changed = odd().findall(every)
    made = [unicodedata.normalize("NFKC", char) for char in changed]
    for _ in range(2):
        made = [unicodedata.normalize("NFKC", text) for text in simplify("\n".join(made)).split("\n")]
    return dict(zip(changed, made, strict=True))
