"""Spellings that avoid a character: its syllable in letters, its halves, a picture, another character of its sound.

Says what would have to be replaced in a text that is folded otherwise; each edit leaves one character. Reads only where
nothing else can be meant: beside ideographs, in runs, behind names of trades.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import re2

from scoring.starts import found_from

if TYPE_CHECKING:
    from collections.abc import Iterator

_RUN = 3
"""Syllables in a row that are read without an ideograph beside them."""
_WORD_STARTS = re.compile(r"[a-z](?<![a-z0-9_-].)")
"""Where a run of syllables can begin."""
_TORN = 2
"""Torn radicals from which halves that are characters are read together, too."""

Edit = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Table:
    radicals: tuple[str, ...]
    syllables: dict[str, str]
    strong: frozenset[str]
    stands: Any
    """Whether a strong syllable stands anywhere in a run: asked first, as it is cheap."""
    run: re.Pattern[str]
    one: re.Pattern[str]
    halves: dict[str, str]
    half: re.Pattern[str]
    pairs: dict[str, str]
    pair: re.Pattern[str]
    pictures: dict[str, str]
    picture: re.Pattern[str]
    sound: re.Pattern[str]
    signs: tuple[str, ...]
    """Characters of which one stands in all that is not spelled in letters."""
    behind: str
    """Names of trades, behind which 正 is 证."""
    before_piece: str
    """What stands before 正件 where that is 证件."""


def respelled(text: str, *, letters: bool = True) -> list[Edit]:
    """Edits that write the meant characters, ascending and apart from each other. Linear.

    ``letters=False``: no syllable in letters stands in the text, as somebody has found already.
    """
    table = _table()
    found: list[Edit] = []
    if letters and ("wei xin" in text or (any(s in text for s in table.strong) and table.stands.search(text))):
        found += _syllables(table, text)
    if any(radical in text for radical in table.radicals):
        found += _halves(table, text)
    if any(picture in text for picture in table.pictures):
        found += _pictures(table, text, {start for start, _, _ in found})
    if "正" in text:
        found += [(*m.span(), "证") for m in table.sound.finditer(text)]
    if not found:
        return []
    edits: list[Edit] = []
    for edit in sorted(found):
        if not edits or edit[0] >= edits[-1][1]:
            edits.append(edit)
    return edits


def _syllables(table: _Table, text: str) -> Iterator[Edit]:
    for run in found_from(_WORD_STARTS, table.run, text):
        start, end = run.span()
        pieces = list(table.one.finditer(text, start, end))
        beside = any(_han(c) or c in table.pictures for c in (text[start - 1 : start], text[end : end + 1]))
        if len(pieces) >= _RUN or (beside and all(p[1] in table.strong for p in pieces)):
            yield from ((p.start(), p.end(), table.syllables[p[1]]) for p in pieces)


def _halves(table: _Table, text: str) -> Iterator[Edit]:
    torn = list(table.half.finditer(text))
    yield from ((*m.span(), table.halves[m.group()]) for m in torn)
    if len(torn) >= _TORN:
        yield from ((*m.span(), table.pairs[m.group()]) for m in table.pair.finditer(text))


def _pictures(table: _Table, text: str, edited: set[int]) -> Iterator[Edit]:
    for run in table.picture.finditer(text):
        if _han(text[run.end() : run.end() + 1]) or run.end() in edited:
            yield from ((at, at + 1, table.pictures[text[at]]) for at in range(*run.span()))


def _han(char: str) -> bool:
    return "一" <= char <= "鿿"


def spellings() -> str:
    """A pattern of RE2 that fits somewhere in every text that ``respelled`` changes, and in few others."""
    table = _table()
    signs = "".join(sign for sign in table.signs if sign != "正")
    return rf"{table.stands.pattern}|wei xin|[{signs}]|(?:{table.behind})正|正件"


def joining() -> frozenset[str]:
    """The characters without one of which a text has no ``spellings`` once words are closed: halves, pictures, 正."""
    return frozenset("".join(_table().signs))


def traces() -> frozenset[str]:
    """Characters of which some stand, alone or two side by side, in whatever is spelt without letters."""
    table = _table()
    names = (*table.behind.split("|"), *table.before_piece.split("|"))
    return frozenset((*table.halves, *table.pictures, *(f"{name[-1]}正" for name in names)))


def strong_syllables() -> frozenset[str]:
    """Syllables of which one stands in whatever is spelt in letters."""
    return _table().strong


@lru_cache(maxsize=1)
def _table() -> _Table:
    data: dict[str, Any] = tomllib.loads(files("scoring").joinpath("respell.toml").read_text(encoding="utf-8"))
    syllables: dict[str, str] = data["syllables"]
    one = "|".join(sorted(syllables, key=len, reverse=True))
    strong = frozenset(data["strong"]["syllables"])
    halves = {
        radical + rests[at]: rests[at + 1]
        for radical, rests in data["radicals"].items()
        for at in range(0, len(rests), 2)
    }
    pairs, pictures, sounds = data["pairs"], data["pictures"], data["sounds"]
    return _Table(
        radicals=tuple(data["radicals"]),
        syllables=syllables,
        strong=strong,
        stands=re2.compile(rf"(?:^|[^a-z0-9_-])(?:(?:{one}) ?)*(?:{'|'.join(sorted(strong))})(?:$|[^a-z0-9_-]|{one})"),
        run=re.compile(rf"(?<![a-z0-9_-])(?:(?:{one}) ?)*(?:{one})(?![a-z0-9_-])"),
        one=re.compile(rf"({one}) ?"),
        halves=halves,
        half=re.compile("|".join(halves)),
        pairs=pairs,
        pair=re.compile("|".join(pairs)),
        pictures=pictures,
        picture=re.compile(f"[{''.join(pictures)}]+"),
        sound=_sound(sounds["behind"], sounds["before_piece"]),
        signs=(*data["radicals"], *pictures, "正"),
        behind=sounds["behind"],
        before_piece=sounds["before_piece"],
    )


def _sound(behind: str, before_piece: str) -> re.Pattern[str]:
    """正 where it is 证: first the character, for which a search is fast, then what stands before it."""
    sizes: dict[int, list[str]] = {}
    for name in behind.split("|"):
        sizes.setdefault(len(name), []).append(name)
    names = "|".join(f"(?<=(?:{'|'.join(same)})正)" for same in sizes.values())
    return re.compile(rf"正(?:(?=[件本、,。;!:\s]|$)(?:{names})|(?=件)(?<=(?:{before_piece})正))")
