"""Numbers as sellers write them: digits of any script, split, boxed or interleaved, read back as digits.

Finds digits and how they hang together; what a number is, a phone or an account, is for ``scoring.contacts``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

_SPOKEN = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖两俩幺洞拐", "0012345678912345678922107", strict=True))
"""Written, formal and spoken numerals; 幺 1, 洞 0 and 拐 7 as on the radio."""
_STOPS = frozenset(",.，。、;:；：/\\=&?!？！\n\"'“”《》<>#%@+")
"""Between digits these separate numbers; anything else that is no letter may be an obstacle."""
_STROKES = frozenset("丨乄丶丿亅")
_DIGIT = rf"[\d{''.join(_SPOKEN)}❶-❾➀-➈➊-➒⓿⓵-⓽]"
_RUN = re.compile(f"{_DIGIT}{_DIGIT}*")
_LETTER_O = re.compile(r"([0-9])(o+)(?=[^a-z]|$)")
"""The letter as a nought behind a digit; lengths stay, so offsets do."""
_GAP = 3
_DECOY = 4
"""Longest bracket put between digits, its brackets included: ``(电)``, ``(溦号)``."""


class Digits(NamedTuple):
    """One number: its digits, its span in the text (half-open), and the sizes of the groups it was split into."""

    value: str
    start: int
    end: int
    groups: tuple[int, ...]
    spoken: int = 0
    """How many of the digits were written as numerals (一, 壹, 幺)."""
    gaps: tuple[str, ...] = ()
    """What stands between the groups."""


@lru_cache(maxsize=8192)
def digit(char: str) -> str:
    """The digit that a character stands for, or an empty string."""
    if char.isascii():
        return char if char.isdigit() else ""
    if char in _SPOKEN:
        return _SPOKEN[char]
    try:
        return str(unicodedata.digit(char))
    except ValueError:
        return ""


def numbers(text: str, least: int = 5, most: int = 20_000) -> list[Digits]:
    """The first ``most`` numbers of at least ``least`` digits; pieces between which only an obstacle stands are one.

    Linear.
    """
    found: list[Digits] = []
    groups: list[tuple[int, int]] = []
    if "o" in text:
        text = _LETTER_O.sub(lambda m: m[1] + "0" * len(m[2]), text)
    size, last = 0, -_DECOY - 1
    for run in _RUN.finditer(text):
        start, end = run.span()
        if start - last > _DECOY or not _hangs(text[last:start]):
            if size >= least:
                _keep(text, groups, found)
                if len(found) >= most:
                    return found
            groups, size = [], 0
        groups.append((start, end))
        size += end - start
        last = end
    if size >= least:
        _keep(text, groups, found)
    return found


@lru_cache(maxsize=8192)
def _hangs(gap: str) -> bool:
    """Whether the numbers on both sides of a gap of at least one character are one."""
    if len(gap) <= _GAP and not any(c in _STOPS or (c.isalnum() and c not in _STROKES) or c in "()[]【】" for c in gap):
        return True
    return len(gap) <= _DECOY and gap[0] in "([【" and gap[-1] in ")]】" and not any(c in _STOPS for c in gap)


def _keep(text: str, groups: list[tuple[int, int]], found: list[Digits]) -> None:
    start, end = groups[0]
    if len(groups) == 1 and (plain := text[start:end]).isascii():
        found.append(Digits(plain, start, end, (end - start,)))
        return
    chars = "".join(text[start:end] for start, end in groups)
    gaps = tuple(text[a[1] : b[0]] for a, b in pairwise(groups))
    sizes = tuple(end - start for start, end in groups)
    spoken = sum(c in _SPOKEN for c in chars)
    found.append(Digits("".join(map(digit, chars)), groups[0][0], groups[-1][1], sizes, spoken, gaps))
