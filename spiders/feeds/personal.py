"""Takes out of a report what is the reporter's own: ID numbers, his name, the number that he called from.

A seller's number is evidence and stays. What was taken out leaves a word in brackets, so that nobody takes the gap for
the reporter's silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

ID_GONE = "［证件号已隐去］"
PHONE_GONE = "［举报人号码已隐去］"
NAME_GONE = "［举报人］"
_DIGITS = str.maketrans("０１２３４５６７８９Ｘｘ－　", "0123456789Xx- ")
_ID18 = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}[ -]?(?:18|19|20)[0-9]{2}[ -]?(?:0[1-9]|1[0-2])[ -]?(?:0[1-9]|[12][0-9]|3[01])"
    r"[ -]?[0-9]{3}[0-9Xx](?![0-9])"
)
"""GB 11643-1999: place, day of birth, order, check character; taken out whether or not the check fits."""
_ID15 = re.compile(r"(?<![0-9])[1-9][0-9]{5}[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}(?![0-9])")
_ID_WORD = re.compile(r"(?:身份证|证件|公民身份)(?:号码?)?[^0-9]{0,6}$")
_PHONE = r"(?:\+?86[ -]?)?1[3-9][0-9][ -]?[0-9]{4}[ -]?[0-9]{4}|0[0-9]{2,3}[ -]?[2-9][0-9]{6,7}"
_PERSON = "来电人|举报人|反映人|投诉人|诉求人|信访人|来信人|提供人|报案人|市民|群众"
_NUMBERED = r"(?:的?(?:联系)?(?:电话|手机|手机号|号码|电话号码|手机号码|联系方式))"
_CALLER = re.compile(
    rf"(?:(?<!被)(?:{_PERSON})(?:姓名|电话|号码)?[:：]?[\u4e00-\u9fff某*×]{{0,4}}(?:先生|女士|同志)?[\s,，、；;(（]{{0,2}}{_NUMBERED}?"
    rf"|(?:本人|我){_NUMBERED}|(?:回访|回电|主叫|来电)(?:电话|号码|手机)?(?:请|可)?(?:致电|拨打|打)?(?:本人|我|市民|来电人)?)"
    rf"[:：（( 为是]{{0,3}}(?P<phone>{_PHONE})(?![0-9])"
)
"""The reporter, perhaps his name, and right behind it a telephone."""
_OTHERS = re.compile(
    r"微信|薇信|[Vv][Xx]|[Ww][Xx]|QQ|qq|扣扣|对方|卖家|商家|中介|办证|广告|加|客服|收款|支付宝|转|打(?!电话)|搜|称|说|反映(?!人)"
    r"|收到|发现|举报(?!人)|投诉(?!人)|联系(?!电话|方式|人)|致电|短信"
)
"""Words between reporter and number that make it somebody else's."""
_DIGIT_RUN = re.compile(r"[0-9](?:[ -]?[0-9]){6,19}(?![0-9])")
_COMMON_NAMES = 2
"""Characters from which a name can be looked for in a text."""


def without_ids(text: str) -> str:
    """The text without numbers of identity cards, old and new, also within certificate numbers (T + ID number)."""
    narrow = text.translate(_DIGITS)
    spans = [m.span() for m in _ID18.finditer(narrow)]
    spans += [m.span() for m in _ID15.finditer(narrow) if _ID_WORD.search(narrow[max(0, m.start() - 14) : m.start()])]
    return _cut(text, spans, ID_GONE)


def without_reporter(text: str, names: Iterable[str] = (), phones: Iterable[str] = ()) -> str:
    """The text without the reporter's names and numbers.

    ``names`` and ``phones`` stand in columns of his; besides, a number right behind 来电人, 我的电话, 回访电话 is his.
    """
    clean = without_ids(text)
    for phone in {digits(p) for p in phones}:
        if len(phone) >= 7:  # a landline without its area code
            clean = _cut(clean, _spread(clean, phone), PHONE_GONE)
    narrow = clean.translate(_DIGITS)
    found = (m for m in _CALLER.finditer(narrow) if not _OTHERS.search(narrow[m.start() : m.start("phone")]))
    clean = _cut(clean, [m.span("phone") for m in found], PHONE_GONE)
    for name in sorted({n.strip() for n in names}, key=len, reverse=True):
        if len(name) >= _COMMON_NAMES and not name.isascii():
            clean = clean.replace(name, NAME_GONE)
    return clean


def digits(text: str) -> str:
    """The digits of a number, the country's code left out."""
    found = "".join(c for c in text.translate(_DIGITS) if c.isascii() and c.isdigit())
    return found.removeprefix("86") if len(found) == 13 else found  # 86 and eleven digits


def _spread(text: str, number: str) -> list[tuple[int, int]]:
    """Where a number stands, blanks and hyphens between its digits."""
    return [m.span() for m in _DIGIT_RUN.finditer(text.translate(_DIGITS)) if digits(m.group()) == number]


def _cut(text: str, spans: list[tuple[int, int]], mark: str) -> str:
    pieces: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            pieces += (text[at:start], mark)
            at = end
    return "".join((*pieces, text[at:]))
