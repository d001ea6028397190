"""Alternations of plain words, spelled so that ``re`` tries only those that begin with the character at hand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLASS = re.compile(r"(.*)\[(.*)\](.*)")


def spelled_out(alternation: str) -> tuple[str, ...]:
    """The words of an alternation in their order; each may hold one class of single characters."""
    words: list[str] = []
    for word in alternation.split("|"):
        parts = _CLASS.fullmatch(word)
        words += [parts[1] + char + parts[3] for char in parts[2]] if parts else [word]
    return tuple(dict.fromkeys(words))


def by_first(words: Iterable[str]) -> str:
    """A pattern that finds what the alternation of these words finds: of those that fit, the first that is named.

    Words that begin alike stand together, in their order; no other words can fit at the same place.
    """
    rests: dict[str, list[str]] = {}
    for word in words:
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return "|".join(f"{re.escape(first)}(?:{'|'.join(rest)})" for first, rest in rests.items())
