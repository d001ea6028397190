"""What stands behind a contact's label when it is no plain number or name: letters for digits, odd separators, emoji.

Also telephone numbers whose shape alone tells them: cut into lines, or parted by dots. Labels are
for ``scoring.contacts``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import re2

from scoring.contact_digits import digit

if TYPE_CHECKING:
    from collections.abc import Iterator

WINDOW = 80
"""Characters behind a label in which its value ends."""
_LETTERS = {"o": "0", "l": "1", "i": "1", "|": "1"}
"""What is read as a digit among digits."""
_APART = frozenset(" /.,·、。…-_|丨乄~=*:;")
_DATE = re.compile(r"20\d\d[/.-]\d{1,2}[/.-]\d{1,2}(?!\d)")
_LINES = re.compile(r"(?:^|\n)(1[3-9]\d)\n(\d{4})\n(\d{4})(?=\n|$)")
_DOTS = re.compile(r"(?<![\d.])(?:86[. ])?(1[3-9]\d)([.·])(\d{4})\2(\d{4})(?!\.?\d)")
_DOTTED: Any = re2.compile(r"1[3-9]\pN[.·]\pN{4}[.·]\pN{4}".encode())
"""Stands wherever ``_DOTS`` fits."""
_ACCOUNT = re.compile(r"[a-z][a-z0-9_-]{4,31}(?![a-z0-9_])")
LEAST, MOST = 5, 13
_QQ = re.compile(r"(?<![a-z0-9])q([1-9][0-9]{6,10})(?![a-z0-9])")
"""A letter and a number that is too long for anything else that is called so."""
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"(?<![0-9-])\(?(0(?:10|2[0-9]|[3-9][0-9]{2}))(?:\) ?|[ -])([2-8][0-9]{6,7})(?![0-9-])")
"""With its area code apart; written as one number it is left out, as so many other numbers look like it."""
_AREA = re.compile(r"0(?:10|2[0-9]|[3-9][0-9]{2})(?:\) ?|[ -])[2-8][0-9]{6}")
"""Stands, behind a bracket or nothing, wherever ``_LANDLINE`` fits; its first digit is found fast."""
_OFFICE = re.compile(
    r"(?:办公|监督|举报|投诉|传真|值班|总机|政务|热线|窗口|救援|报警|应急|大厅|机关|科室?)[^,。;\n]{0,8}$"
)
"""Before the telephone of a body that sells nothing."""
RECORD = re.compile(
    r"(?:编号|证号|证件号码?|证书|备案|档案|单号|订单|流水|许可|代码|身份证号?码?|学号|工号|文号|[账帐卡批]号|序列号"
    r"|条码|isbn|id|uid|no\.?)[^,。;\n]{0,6}$"
)
"""Before a number that is no telephone's."""


def loose_number(text: str, at: int) -> tuple[int, str] | None:
    """Digits from ``at`` on, whatever single marks part them: where they end, and the digits; None for a date."""
    if _DATE.match(text, at):
        return None
    found: list[str] = []
    true = end = apart = 0
    for place in range(at, min(len(text), at + WINDOW)):
        char = text[place]
        value = digit(char)
        if value or char in _LETTERS:
            true += bool(value)
            found.append(value or _LETTERS[char])
            end, apart = place + 1, 0
        elif char in _APART and found and apart < 2:
            apart += 1
        else:
            break
    follows = text[end : end + 1]
    if not LEAST <= len(found) <= MOST or true < LEAST - 2 or (follows.isascii() and follows.isalpha()):
        return None
    return end, "".join(found)


def loose_account(text: str, at: int) -> tuple[int, str] | None:
    """A name that an emoji, or blanks beside its underscore, break: where it ends, and the name put together."""
    kept = []
    for place in range(at, min(len(text), at + WINDOW)):
        if _of_name(text[place]):
            kept.append(place)
        elif not _breaks(text, place):
            kept.append(place)  # what follows the name may forbid it
            break
    match = _ACCOUNT.match("".join(text[place] for place in kept))
    if match is None:
        return None
    return kept[match.end() - 1] + 1, match.group()


def _breaks(text: str, place: int) -> bool:
    """Whether a character stands within a name without being part of it."""
    char = text[place]
    before, after = text[place - 1 : place], text[place + 1 : place + 2]
    if char == " ":
        return before == "_" or after == "_"
    symbol = ord(char) >= 0x2600 and not char.isalnum()
    return symbol and _of_name(before) and _of_name(after)


def _of_name(char: str) -> bool:
    return char.isascii() and (char.isalnum() or char in {"_", "-"})


def shaped_phones(text: str) -> Iterator[tuple[int, int, str]]:
    """Mobile numbers of 3, 4 and 4 digits on lines of their own, or with the same dot twice between."""
    for match in _LINES.finditer(text) if "\n1" in text or text[:1] == "1" else ():
        yield match.start(1), match.end(3), match[1] + match[2] + match[3]
    dotted = any(mark in text and _DOTTED.search(text.encode("utf-8", "replace")) for mark in ".·")
    for match in _DOTS.finditer(text) if dotted else ():
        yield match.start(1), match.end(4), match[1] + match[3] + match[4]


def landlines(text: str) -> Iterator[tuple[int, int, str]]:
    """Numbers with an area code, but for those of offices and records."""
    first = _AREA.search(text)
    for match in _LANDLINE.finditer(text, max(0, first.start() - 1)) if first else ():
        before = text[max(0, match.start() - 14) : match.start()]
        if RECORD.search(before) is None and _OFFICE.search(before) is None:
            yield *match.span(), match[1] + match[2]


def short_qq(text: str) -> Iterator[tuple[int, int, str]]:
    """QQ numbers behind nothing but the letter."""
    for match in _QQ.finditer(text) if "q" in text else ():
        if _MOBILE.fullmatch(match[1]) is None:
            yield *match.span(), match[1]
