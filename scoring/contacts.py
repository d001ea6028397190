"""Ways to reach a seller, read through the disguises they are written in.

A contact is no guilt. Mobile numbers and mail addresses stand by themselves, everything else needs its label;
hotlines, offices' telephones and the numbers of records, cards and certificates are left out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Literal

import re2

from scoring.backwards import forwards
from scoring.bytewise import places
from scoring.contact_digits import Digits, numbers
from scoring.contact_values import RECORD, landlines, loose_account, loose_number, shaped_phones, short_qq
from scoring.text import Folded, fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ContactType = Literal["wechat", "qq", "phone", "email", "telegram"]

_LATIN = r"(?:^|[^a-z0-9])"
_LATIN_OR_MARK = r"(?:^|[\n ,，。;；|丨/\]】)）])"
_ALONE = r"(?:^|[^一-鿿])"
_WEI = "[微薇威徽维葳溦嶶徾崴胃卫围唯惟味畏蔚苇纬猬喂]"
_XIN = "[信芯新心辛欣鑫馨薪忻昕讯]"
"""Characters that sound like 微 and 信: sellers take them by turns, and only an account behind a pair counts."""
_WORDS: dict[ContactType, str] = {
    "wechat": (
        rf"{_WEI} ?{_XIN}|溦|[嶶徾]|沃芯|[微薇]亻言|(?:添加?|加)好友"
        r"|v ?[❤♥心芯信]|v[ィイ亻i1]?[讠言]"
        rf"|{_LATIN}(?:vx|wx|wechat|weixin)"
        r"|(?:[加家嘉佳+➕找私]|联系|添加|咨询) ?(?:vx?|wx|[微薇威维徽溦葳][信芯心讯]?) ?[❤♥心芯信]?"
        r"|[(\[【][微薇威维徽v][)\]】]|[薇微]号|绿泡泡|绿色软件|卫星号|(?:[加➕+找]|添加) ?(?:卫星|🛰)|🛰"
        rf"|[微薇威维溦徽葳嶶徾崴] ?[❤♥]|{_LATIN}v ?[.·]? ?x|[微薇威徽维葳] ?:"
        rf"|{_LATIN}v(?:我|号| ?[: ])|{_ALONE}[微薇威徽维葳] ?[信芯心x❤♥]?"
    ),
    "qq": (
        rf"{_LATIN}q ?q|q[/.·]q|{_LATIN}q(?:号| ?[: ])|扣扣|抠抠|kou ?扣|扣 ?kou|叩叩|蔻蔻|寇寇|口口|[扣蔻]q"
        rf"|加[扣q]|企鹅号?|球球|{_LATIN}q群主?|{_LATIN}uin"
    ),
    "phone": rf"电话|手机号?|☎|📞|📱|致电|拨打|[(\[【]电[)\]】]|{_LATIN}tel|电微|打电|{_LATIN_OR_MARK}电",
    "telegram": rf"telegram|电报|纸飞机|飞机号?|{_LATIN}tg",
}
_ANY = "|".join(f"(?P<{kind}>{words})" for kind, words in _WORDS.items())
_LABEL: Any = re2.compile("|".join(_WORDS.values()).encode())
"""Where labels stand; of which kind, ``_NEAR`` says: groups would cost several times the search."""
_NEAR = re.compile(_ANY)
"""The same for a window of some characters, where starting RE2 costs more than the search."""
_KINDS: tuple[tuple[ContactType, re.Pattern[str]], ...] = tuple((k, re.compile(words)) for k, words in _WORDS.items())
_MOST = 2_000
"""Labels and numbers that are looked at in one text: a page with more of them is no advert, but an attack."""
_BETWEEN = re.compile(
    r"(?:号码?|账号|帐号|[入进]?群号?|id(?!_)|联系|咨询|同号|同步|搜索?|搜一?下)?"
    r"[ :=★☆→>)\]】|丨乄~*·.,，和及或/、_╬╋┼┠┨┣┫◆◇●○■□▲△※-]{0,4}(?:为|是|加)?[ :]{0,2}@?"
)
_WXID = re.compile(r"(?<![a-z0-9])wxid_[a-z0-9]{6,24}(?![a-z0-9_])")
"""The identifier that WeChat itself gives; it needs no label."""
_FIRM = re.compile(r"[:号=@]|id")
_VERB = re.compile(r"^[^a-z]?(?:[加家嘉佳+➕找私]|联系|添加|咨询)|v我|🛰")
"""A label that asks to be added is firm by itself."""
_ORNAMENTS = "丨乄丶╬╋┼┠┨┣┫"
_ID = re.compile(rf"[a-z](?:[a-z0-9_-]|[{_ORNAMENTS}](?=[a-z0-9])(?!q ?q|vx|wx|v:|tel)){{4,40}}(?![a-z0-9_])")
"""An account, ornaments within it included: ``zs乄pass乄002``; a label behind one begins the next contact."""
_PLAIN_ID = str.maketrans("", "", _ORNAMENTS)
_EMAIL: Any = re2.compile(r"[a-z0-9][a-z0-9._%+-]{0,63} ?(?:@|\(at\)|\[at\]) ?(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}")
_TME: Any = re2.compile(r"(?:^|[^a-z0-9.])(?:t|telegram)\.(?:me|dog)/(?:joinchat/|s/)?(?P<name>\+?[a-z0-9_-]{5,40})")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
_SAME = re.compile(r"[ ,(\[【/、-]{0,3}(?:[电手]?(?:微信?|薇信?|溦信?|vx?|wx) ?)?(?:同号|同步|同[微薇溦v])")
_WECHAT_INSIDE = re.compile(r"[微薇溦维威v]")
_SAID_PLAINLY = re.compile(r"微信|QQ|qq|电话|手机|联系|咨询|weixin|WeChat|wechat|vx|VX|TEL|Tel|邮箱|热线")
_NOT_BEFORE = frozenset("/=&#_.@%")
_SHAPES = frozenset(
    {(11,), (13,), (3, 4, 4), (3, 8), (7, 4), (2, 11), (2, 3, 4, 4), (3, 3, 5), (3, 3, 3, 2), (4, 3, 4), (4, 4, 3)}
)
_NO_ID = frozenset({"wechat", "weixin", "official", "telegram", "http", "https", "iphone", "android"})


@dataclass(frozen=True, slots=True)
class Contact:
    """One way to reach somebody. ``value`` is normalised: digits only, or lower case; ``quote`` is the original."""

    type: ContactType
    value: str
    quote: str


@dataclass(frozen=True, slots=True)
class _Label:
    kind: ContactType
    start: int
    end: int
    """Where the value begins, separators and 号 or ：passed over."""
    firm: bool
    """Whether something like ：or 号 stands between label and value."""


@lru_cache(maxsize=8)
def contacts(text: str) -> tuple[Contact, ...]:
    """All contacts of the text, each once, in the order in which they stand. Total and linear."""
    read = _read(text)
    turned = forwards(text)
    if not turned:
        return read
    known = {(c.type, c.value) for c in read}
    back = (Contact(c.type, c.value, c.quote[::-1]) for c in _read(turned) if (c.type, c.value) not in known)
    return (*read, *(c for c in back if c.quote in text))


def contact_spans(text: str) -> list[tuple[int, int, ContactType]]:
    """Where contacts stand in the folded text, ascending and apart from each other; of two that overlap the first."""
    apart: list[tuple[int, int, ContactType]] = []
    for start, end, kind, _ in _found(text):
        if not apart or start >= apart[-1][1]:
            apart.append((start, end, kind))
    return apart


def _read(text: str) -> tuple[Contact, ...]:
    return tuple(_once(fold(text), _found(text)))


@lru_cache(maxsize=8)
def _found(text: str) -> list[tuple[int, int, ContactType, str]]:
    folded = fold(text)
    found: list[tuple[int, int, ContactType, str]] = []
    counted = numbers(folded.text, most=_MOST)
    found.extend(_labelled(folded.text, counted))
    found.extend(_mobiles(folded.text, counted))
    found.extend((start, end, "phone", value) for start, end, value in shaped_phones(folded.text))
    found.extend(_addressed(folded.text))
    return sorted(found)


def disguised(contact: Contact) -> bool:
    """Whether label or value are written so that no filter reads them."""
    if contact.type == "email":
        return False
    written = "".join(c for c in contact.quote if c.isascii() and c.isalnum()).lower()
    value = "".join(c for c in contact.value if c.isalnum())
    return value not in written or (contact.type != "phone" and _SAID_PLAINLY.search(contact.quote) is None)


def _addressed(text: str) -> Iterator[tuple[int, int, ContactType, str]]:
    """What is read without a label, but for numbers; most texts lack the mark that each needs."""
    if "@" in text or "(at)" in text or "[at]" in text:
        yield from ((*m.span(), "email", _address(m.group())) for m in _EMAIL.finditer(text))
    if ".me/" in text or ".dog/" in text:
        yield from ((*m.span(), "telegram", m.group("name")) for m in _TME.finditer(text))
    yield from ((start, end, "phone", value) for start, end, value in landlines(text))
    yield from ((start, end, "qq", value) for start, end, value in short_qq(text))
    if "wxid_" in text:
        yield from ((*m.span(), "wechat", m.group()) for m in _WXID.finditer(text))


def _once(folded: Folded, found: list[tuple[int, int, ContactType, str]]) -> Iterator[Contact]:
    seen: set[tuple[ContactType, str]] = set()
    for start, end, kind, value in found:
        if (kind, value) not in seen:
            seen.add((kind, value))
            first, last = folded.span(start, end)
            yield Contact(kind, value, folded.source[first:last])


def _address(written: str) -> str:
    return written.replace(" ", "").replace("(at)", "@").replace("[at]", "@")


def _labels(text: str) -> list[_Label]:
    labels = []
    encoded = text.encode("utf-8", "replace")
    for start, behind in places(encoded, (m.span() for m in islice(_LABEL.finditer(encoded), _MOST))):
        if text.startswith("id_", behind):
            continue  # the beginning of wxid_…
        written = text[start:behind]
        between = _BETWEEN.match(text, behind)
        end = between.end() if between else behind
        firm = _FIRM.search(text, behind - 1, end) is not None or _VERB.match(written) is not None
        labels.append(_Label(_kind(written), start, end, firm))
    return labels


@lru_cache(maxsize=8192)
def _kind(label: str) -> ContactType:
    """What kind of contact a label announces: the first kind of which all of it is a label."""
    return next(kind for kind, pattern in _KINDS if pattern.fullmatch(label))


def _labelled(text: str, counted: list[Digits]) -> Iterable[tuple[int, int, ContactType, str]]:
    """Values behind labels. A label whose value is another label shares that one's value: ``QQ薇芯115…``."""
    by_start = {number.start: number for number in counted}
    values: dict[int, tuple[int, str]] = {}
    for label in reversed(_labels(text)):
        number = by_start.get(label.end)
        if number is not None:
            taken = _taken(number)
            value = (taken[1], taken[0])
        else:
            shared = values.get(label.end) or values.get(label.end - 1)
            value = shared or loose_number(text, label.end) or _account(text, label)
            if label.kind in {"phone", "wechat"} and (mobile := _MOBILE.fullmatch(value[1])) and not shared:
                yield label.start, value[0], "phone", mobile[1]
        if not value[1]:
            continue
        values[label.start] = value
        if _fits(label.kind, value[1]):
            yield label.start, value[0], label.kind, value[1]


def _taken(number: Digits) -> tuple[str, int]:
    """The digits that belong to one label, and where they end: all groups, or the first where two numbers follow."""
    if len(number.groups) > 1 and number.groups[0] >= 5 and not _MOBILE.fullmatch(number.value):
        return number.value[: number.groups[0]], number.start + number.groups[0]
    return number.value, number.end


def _account(text: str, label: _Label) -> tuple[int, str]:
    match = _ID.match(text, label.end)
    read = (match.end(), match.group().translate(_PLAIN_ID)) if match else None
    end, value = max(filter(None, (read, loose_account(text, label.end))), default=(0, ""))
    if not value or value.startswith("wxid_") or text[end : end + 1] in {".", "@", "/"}:
        return 0, ""
    if len(value) < 5 or value in _NO_ID or not (label.firm or any(c.isdigit() or c in "_-" for c in value)):
        return 0, ""
    return end, value


def _fits(kind: ContactType, value: str) -> bool:
    if not value.isdigit():
        return (kind == "wechat" and 6 <= len(value) <= 20) or (kind == "telegram" and len(value) >= 5)
    mobile = _MOBILE.fullmatch(value) is not None
    if kind == "phone":
        return False  # read by ``_mobiles``, labelled or not
    if kind == "qq":
        return 5 <= len(value) <= 11 and value[0] != "0" and not mobile
    return kind == "wechat" and (mobile or 5 <= len(value) <= 11)


def _mobiles(text: str, counted: list[Digits]) -> Iterable[tuple[int, int, ContactType, str]]:
    for number in counted:
        mobile = _MOBILE.fullmatch(number.value)
        if mobile is None or not _is_phone(text, number):
            continue
        yield number.start, number.end, "phone", mobile[1]
        inside = any(_WECHAT_INSIDE.search(gap) for gap in number.gaps)
        same = _SAME.match(text, number.end)
        if inside or same is not None:
            end = same.end() if same is not None else number.end
            yield number.start, end, "wechat", mobile[1]


def _is_phone(text: str, number: Digits) -> bool:
    """Whether eleven digits are a phone number and no record, link, price or list of numbers."""
    before = text[max(0, number.start - 14) : number.start]
    after = text[number.end : number.end + 2]
    if _NEAR.search(before):
        return True
    if before[-1:] in _NOT_BEFORE or (before[-1:].isascii() and before[-1:].isalnum()) or RECORD.search(before):
        return False
    if (after[:1].isascii() and after[:1].isalnum()) or (after[:1] == "." and after[1:].isdigit()):
        return False
    if set(number.groups) == {1}:
        return not any(gap.isspace() for gap in number.gaps)
    dictated = number.spoken == len(number.value) and number.groups == (3, 4, 4)
    return number.groups in _SHAPES and (
        dictated or not (number.spoken and len(number.groups) > 1 and any(map(str.isspace, number.gaps)))
    )
