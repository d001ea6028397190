"""What a word is good for beside its class: the name of an office, a label that is worn, a spelling with hyphens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.name_disguised import is_sure
from scoring.name_entries import OFFICES
from scoring.syllables import segment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.name_word import Word, WordClass
    from seeds.model import Platform

_OFFICE_WEIGHT, _OFFICE_INITIALS = 0.8, 0.7
"""From which an organ's name beside a place is the office there."""
_LABEL_LEAST = 4
_OWN_LABEL = 0.7
"""From which a body's own label beside a place is its branch there (not in ``gd-zlaq``: initials may be anything)."""
_OWN = 0.6
"""From which a body's own label with nothing but what everybody puts beside one is somebody who wears it."""
_CUT_LEAST = 3
"""Syllables of a word that is cut up by hyphens."""


def hyphened(rows: Iterable[Platform], words: dict[str, Word]) -> dict[str, WordClass]:
    """Keywords of rows and sure words as they are written with hyphens, with what they say."""
    written = {k.lower(): k.replace("-", "").lower() for p in rows for k in p.keywords if "-" in k}
    written |= {form: word.text for word in words.values() if is_sure(word) for form in _cut_up(word.text)}
    return {text: words[letters].cls for text, letters in written.items() if letters in words}


def _cut_up(letters: str) -> Iterator[str]:
    """A word of three syllables and more with hyphens between all of them, and with one anywhere."""
    cut = segment(letters) or ()
    if len(cut) >= _CUT_LEAST:
        yield "-".join(cut)
        yield from (
            f"{letters[:at]}-{letters[at:]}"
            for at in range(1, len(letters))
            if segment(letters[:at]) and segment(letters[at:])
        )


def is_own(word: Word) -> bool:
    """Whether a word is a body's own label, and means little else."""
    return word.cls == "label" and word.weight >= _OWN and len(word.text) >= _LABEL_LEAST


def is_office(word: Word) -> bool:
    """Whether a word with a place before it is the name of the office there."""
    if word.cls == "label":
        return word.weight >= _OWN_LABEL and len(word.text) >= _LABEL_LEAST
    if word.cls not in ("body", "alias"):
        return False
    if word.full:
        return word.weight >= _OFFICE_WEIGHT and word.text.endswith(OFFICES)
    return word.weight >= _OFFICE_INITIALS
