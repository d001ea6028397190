"""Plain texts of which one stands wherever a pattern fits: what is looked for before the pattern is.

After Navarro & Raffinot 2002 (necessary factors). Reads the pattern as ``re`` does; never leaves out a text that fits.
"""

from __future__ import annotations

import re
from importlib import import_module
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

_READER: Any = import_module("re._parser")
MOST = 160
"""Texts that one pattern may need: more of them are no help."""
LONGEST = 12
"""Characters of a text; the rest of a longer one is left out."""

_MORE_CASES = {"i": "ıİ", "k": "\u212a", "s": "ſ"}
"""Beyond the alphabet; RE2 knows but two of them, ``re`` all."""

Spelt = frozenset[str]


class Atoms(NamedTuple):
    """The texts, of which one stands in all that a pattern finds."""

    texts: Spelt
    exact: bool
    """Whether the pattern finds nothing but these texts."""


def atoms(pattern: str) -> Atoms | None:
    """The atoms of a pattern; None where it has none. Raises ``re.error`` for what ``re`` does not read."""
    parsed = _READER.parse(pattern)
    exact, needed = _of_sequence(list(parsed), parsed.state.flags & re.IGNORECASE != 0)
    if exact and all(exact):
        return Atoms(exact, exact=True)
    return Atoms(needed, exact=False) if needed else None


def _better(one: Spelt | None, other: Spelt | None) -> Spelt | None:
    """Of two sets of texts, of each of which one stands, the one that is found less often."""
    usable = [texts for texts in (one, other) if texts and all(texts)]
    return max(usable, key=lambda texts: (min(map(_worth, texts)), -len(texts)), default=None)


def _worth(text: str) -> int:
    """Bytes: what is short, and a letter or mark by itself, stands in many texts."""
    return len(text.encode())


def _of_sequence(items: Sequence[Any], anycase: bool) -> tuple[Spelt | None, Spelt | None]:
    """All that fits, if these are few texts, and else the texts of which one is needed."""
    needed: Spelt | None = None
    run: Spelt | None = frozenset({""})
    whole = True
    for item in items:
        exact, inside = _of_item(item, anycase)
        joined = _joined(run, exact)
        if joined is None:
            needed = _better(needed, run)
            whole = False
            joined = exact if exact is not None else frozenset({""})
        run = joined
        needed = _better(needed, inside)
    return (run, needed) if whole else (None, _better(needed, run))


def _joined(heads: Spelt | None, tails: Spelt | None) -> Spelt | None:
    if heads is None or tails is None or len(heads) * len(tails) > MOST:
        return None
    made = frozenset(a + b for a, b in product(heads, tails))
    return made if max(map(len, made), default=0) <= LONGEST else None


def _of_item(item: Any, anycase: bool) -> tuple[Spelt | None, Spelt | None]:
    name, value = str(item[0]), item[1]
    if name == "LITERAL":
        return _letter(chr(value), anycase), None
    if name == "IN":
        return _of_class(value, anycase), None
    if name == "BRANCH":
        return _of_branch([_of_sequence(list(branch), anycase) for branch in value[1]])
    if name == "SUBPATTERN":
        _, on, off, inner = value
        return _of_sequence(list(inner), (anycase or bool(on & re.IGNORECASE)) and not off & re.IGNORECASE)
    if name in {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}:
        least, most, inner = value
        return _of_repeat(int(least), int(most), inner, anycase)
    return None, None  # what else there is, ends of lines among it, is passed over


def _of_branch(branches: Sequence[tuple[Spelt | None, Spelt | None]]) -> tuple[Spelt | None, Spelt | None]:
    exact = [whole for whole, _ in branches if whole is not None]
    if len(exact) == len(branches):
        joined = frozenset().union(*exact)
        if len(joined) <= MOST or not all(joined):
            return (joined if len(joined) <= MOST else None), None
    needed = [_better(whole, needed) for whole, needed in branches]
    if any(texts is None for texts in needed):
        return None, None
    return None, frozenset().union(*(texts for texts in needed if texts is not None))


def _of_repeat(least: int, most: int, inner: Any, anycase: bool) -> tuple[Spelt | None, Spelt | None]:
    exact, needed = _of_sequence(list(inner), anycase)
    if exact is not None and most <= LONGEST and sum(len(exact) ** n for n in range(least, most + 1)) <= MOST:
        runs = [_repeated(exact, n) for n in range(least, most + 1)]
        if None not in runs:
            return frozenset[str]().union(*filter(None, runs)), None
    return None, _better(exact, needed) if least else None


def _repeated(texts: Spelt, times: int) -> Spelt | None:
    made: Spelt | None = frozenset({""})
    for _ in range(times):
        made = _joined(made, texts)
    return made


def _of_class(members: Sequence[Any], anycase: bool) -> Spelt | None:
    found: set[str] = set()
    for name, value in ((str(name), value) for name, value in members):
        if name == "LITERAL":
            found |= _letter(chr(value), anycase) or {""}
        elif name == "RANGE" and value[1] - value[0] < MOST:
            for code in range(value[0], value[1] + 1):
                found |= _letter(chr(code), anycase) or {""}
        else:
            return None
    return frozenset(found) if "" not in found and len(found) <= MOST else None


def _letter(char: str, anycase: bool) -> Spelt | None:
    """A character in its cases; None for letters of other alphabets, whose cases are not known here."""
    if not anycase or not char.isalpha() or "\u2e80" <= char <= "\u9fff":
        return frozenset({char})
    return frozenset({char.lower(), char.upper(), *_MORE_CASES.get(char.lower(), "")}) if char.isascii() else None
