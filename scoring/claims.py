"""What a page claims to be: bodies, filing numbers, site codes, badges, counters. Whether it may is not said here."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import re2

from scoring.atoms import atoms
from scoring.folding_tables import traditional
from scoring.invisible import INVISIBLE, visible
from scoring.page_urls import host_of
from scoring.text import simplify
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.page import PageFacts

PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川蜀宁琼"
_ICP = re.compile(
    rf"([{PROVINCES}])\s?ICP\s?(备|证|备案)?\s?(?:号|案号)?\s?[:：]?\s?第?(\d{{6,10}})"
    r"\s?号?(?:\s?[-－—–]\s?(\d{1,3})(?!\d))?",
    re.IGNORECASE,
)
_LICENCE = re.compile(rf"([{PROVINCES}])\s?([AB][12])[-－—–]?(\d{{8}})(?:[-－—–](\d{{1,3}})(?!\d))?")
_POLICE = re.compile(rf"([{PROVINCES}])\s?公\s?(?:网)?安备(?:案号?)?\s?[:：]?\s?(\d{{11,14}})\s?号?")
_POLICE_LINK = re.compile(r"beian\.(?:mps\.)?gov\.cn/[^\"'\s<>]{0,120}?(?:record)?code=(\d{11,14})")
_SITE_CODE = re.compile(r"(?:网站标识码|标识码)\s?[:：]?\s?(bm\d{8}|\d{10}(?!\d))", re.IGNORECASE)
_BM_CODE = re.compile(r"(?<![A-Za-z0-9])(bm\d{8})(?!\d)", re.IGNORECASE)
_CONAC = re.compile(r"conac\.cn/[^\"'\s<>]{0,80}?id=([0-9A-Fa-f]{32})")
_JIUCUO_WORD: Any = re2.compile("[jJ][iIıİ][uU][cC][uU][oO]".encode())
_JIUCUO = re.compile(r"(?:https?:)?//[^\"'\s<>]{0,200}jiucuo[^\"'\s<>]{0,600}", re.IGNORECASE)
_CODE_PARAMETER = re.compile(r"[?&;]site_?code=(\w{8,14})", re.IGNORECASE)
_URL_PARAMETER = re.compile(r"[?&;]url=([^&\"'\s<>]{4,400})", re.IGNORECASE)
_NAME = r"([\u4e00-\u9fff][\u4e00-\u9fffA-Za-z0-9（）()·、—]{1,39})"
_GHT = tuple(map("".join, product("gG", "hH", "tT")))
"""The end of *Copyright* in any case: finding it is cheap, comparing without case is not."""
_BODIES: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    ("host", ("主办",), re.compile(rf"主办(?:单位|方|机构|部门)?\s{{0,3}}[:：丨|]?\s{{0,3}}{_NAME}")),
    ("host", ("主管",), re.compile(rf"主管(?:(?:单位|部门)\s{{0,3}}[:：]?|\s?[:：])\s{{0,3}}{_NAME}")),
    ("host", ("主办", "主管"), re.compile(rf"{_NAME}\s?(?:联合)?(?:主办|主管)(?=\s|$|[，。；|])")),
    ("undertaker", ("承办",), re.compile(rf"承办(?:单位|方|机构|部门)?\s{{0,3}}[:：]?\s{{0,3}}{_NAME}")),
    (
        "copyright",
        ("版权所有",),
        re.compile(rf"版权所有(?:归)?\s{{0,3}}[:：©]?\s{{0,3}}(?:\(C\)|©)?\s?{_NAME}", re.IGNORECASE),
    ),
    ("copyright", ("版权所有",), re.compile(rf"{_NAME}\s?版权所有")),
    (
        "copyright",
        ("©", ""),
        re.compile(rf"(?:©|Copyright)[\s\d©,.()（）Cc~～–-]{{0,24}}{_NAME}", re.IGNORECASE),
    ),
    (
        "issuer",
        ("监制", "数据支持", "提供数据"),
        re.compile(rf"{_NAME}\s?(?:监制|数据支持|提供数据)"),
    ),
    (
        "issuer",
        ("数据来源", "数据支持"),
        re.compile(rf"数据(?:来源|支持)(?:单位)?\s{{0,3}}[:：]\s{{0,3}}{_NAME}"),
    ),
    (
        "issuer",
        ("发证", "签发", "颁发", "制证"),
        re.compile(rf"(?:发证|签发|颁发|制证)(?:机关|机构|单位|部门)\s{{0,3}}[:：]?\s{{0,3}}{_NAME}"),
    ),
)
"""Kind, words of which one stands wherever the pattern fits (an empty one: any), pattern."""
_HINTS = tuple(dict.fromkeys(hint for _, hints, _ in _BODIES for hint in hints if hint))
_STOP = re.compile(
    r"技术支持|技术维护|技术单位|运行维护|运维|建设单位|承办|协办|主办|主管|版权|未经|地址|邮编|邮箱|电话|传真|联系|"
    r"备案|网站标识|标识码|网站地图|建议使用|京ICP|ICP|All|Copyright|为确保|不得|如需|请|有效期|发证日期|的"
)
_TRADITIONAL = "辦單權國應證網號標識書碼"
UNREADABLE = f"[{_TRADITIONAL}Ａ-Ｚａ-ｚ０-９{INVISIBLE}]"
"""Stands wherever a text has to be made readable first."""
_WIDE = re.compile("[０-ｚ]")
_WIDE_LETTERS = re.compile("[Ａ-Ｚａ-ｚ０-９]")
_TOLD = rf"{'|'.join(_HINTS)}|(?i:yright|icp|bm)|[AB][12]|安备|标识码|{UNREADABLE}"
"""Stands, at most eight characters behind its beginning, wherever a claim does, and wherever a text has to be made
readable first.
"""
_SOURCE = frozenset({"beian", "conac", "jiucuo"})
"""What may stand in a source that claims something."""
_CP = ("CP", "cp", "Cp", "cP")
_LICENCES = ("A1", "A2", "B1", "B2")
_BM = ("BM", "bm", "Bm", "bM")
MAX_CLAIMS = 20
MAX_ROW = 2000
"""Characters of a line in which bodies are looked for."""


@dataclass(frozen=True, slots=True)
class Claim:
    """One claimed value, where it stands and how it is written."""

    kind: str
    """Bodies: ``title`` ``host`` ``undertaker`` ``copyright`` ``issuer``; else the field's name."""
    value: str
    quote: str
    where: str
    suffix: str = ""
    """What follows a 备案号: the running number of the site."""


@dataclass(frozen=True, slots=True)
class Jiucuo:
    """A 政府网站找错 link: the site it reports on, by code and by host."""

    site_code: str
    host: str
    quote: str


@dataclass(frozen=True, slots=True)
class Claims:
    """Everything that a page claims, in the order it stands there."""

    bodies: tuple[Claim, ...] = ()
    icp: tuple[Claim, ...] = ()
    police: tuple[Claim, ...] = ()
    site_codes: tuple[Claim, ...] = ()
    conac: tuple[Claim, ...] = ()
    jiucuo: tuple[Jiucuo, ...] = ()
    analytics: tuple[Claim, ...] = ()

    @property
    def official_marks(self) -> tuple[Claim, ...]:
        """Marks that only public bodies carry: site codes and CONAC badges."""
        return self.site_codes + self.conac


def claims_of(page: PageFacts, linked: frozenset[str] = _SOURCE, *, plain: bool = False) -> Claims:
    """Read the claims of one page; a page without any gives empty tuples. ``linked``: what stands in its source.

    ``plain``: nothing of ``UNREADABLE`` stands in its text, as somebody has found already.
    """
    text = _telling(page, plain=plain)
    return Claims(
        bodies=_unique(_bodies(text)) if text else (),
        icp=_unique(_icp(text)) if text else (),
        police=_unique(_police(text, page.html if "beian" in linked else "")),
        site_codes=_unique(_site_codes(text, page)),
        conac=_unique(_conac(page.html)) if "conac" in linked else (),
        jiucuo=tuple(_jiucuo(page)) if "jiucuo" in linked else (),
        analytics=tuple(Claim("analytics", a, a, "script") for a in page.analytics),
    )


def _telling(page: PageFacts, *, plain: bool) -> str:
    """The readable text from the line of the first hint on; empty when there is none."""
    words, search = _telling_words()
    text = page.text + "\n" + page.script_text
    found = search.standing(page.encoded_text + b"\n" + page.script_text.encode("utf-8", "replace"))
    if not found:
        return ""
    at = min(text.find(words[which]) for which in found)
    rest = text[text.rfind("\n", 0, max(0, at - 8)) + 1 :]
    return rest if plain or _is_readable(rest) else readable(text)


@lru_cache(maxsize=1)
def _telling_words() -> tuple[tuple[str, ...], Words]:
    known = atoms(_TOLD)
    words = tuple(sorted(known.texts)) if known else ()
    return words, Words(words)


def readable(text: str) -> str:
    """Simplified characters and plain digits, line by line; the text itself where it is so already."""
    text = visible(text)
    if _has_wide(text):
        # by lines, most of which a glance tells to be in that form; nothing composes across their ends
        text = "\n".join([unicodedata.normalize("NFKC", line) for line in text.split("\n")])
    return _simplified(text) if _any(_TRADITIONAL, text) else text


def _is_readable(text: str) -> bool:
    return visible(text) is text and not _has_wide(text) and not _any(_TRADITIONAL, text)


def _has_wide(text: str) -> bool:
    return not text.isascii() and _WIDE.search(text) is not None and _WIDE_LETTERS.search(text) is not None


def _simplified(text: str) -> str:
    """``simplify``, for the lines in which a character is not simple by itself: of long pages these are few."""
    lines = text.split("\n")
    changing = [at for at, line in enumerate(lines) if traditional().search(line)]
    if not changing:
        return text
    made = simplify("\n".join(lines[at] for at in changing)).split("\n")
    for at, line in zip(changing, made, strict=True):
        lines[at] = line
    return "\n".join(lines)


def _any(words: Iterable[str], text: str) -> bool:
    """Whether one of the words stands there; the search for its first character alone is the fastest there is."""
    return any(word[:1] in text and word in text for word in words)


def _from(words: Iterable[str], text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """All that the pattern finds, given that one of the words stands in it, at most eight characters from its start."""
    first = min((text.find(word) for word in words if word[0] in text and word in text), default=-1)
    return pattern.finditer(text, max(0, first - 8)) if first >= 0 else iter(())


def _behind(word: str, html: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """All that the pattern finds, given that it begins with the word, which stands in most sources it is asked for."""
    at = html.find(word)
    return pattern.finditer(html, at) if at >= 0 else iter(())


def _unique(claims: Iterator[Claim]) -> tuple[Claim, ...]:
    seen: dict[tuple[str, str], Claim] = {}
    for claim in claims:
        seen.setdefault((claim.kind, claim.value), claim)
        if len(seen) >= MAX_CLAIMS:
            break
    return tuple(seen.values())


def _bodies(text: str) -> Iterator[Claim]:
    hints = [hint for hint in _HINTS if hint[0] in text and hint in text]
    hints += [hint for hint in _GHT if hint in text]
    if not hints:
        return
    for start, end in _rows(text, hints):
        if end - start <= MAX_ROW:
            yield from _bodies_in(text[start:end])
    for found in _SPLIT_LABEL.finditer("\n" + text) if any(hint in _LABELS for hint in hints) else ():
        yield from _bodies_in(found.group(1) + "：" + found.group(2))


def _rows(text: str, hints: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Spans of the lines in which a hint stands, in the order of the text."""
    rows: dict[int, int] = {}
    for hint in hints:
        at = text.find(hint)
        while at >= 0:
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            rows[text.rfind("\n", 0, at) + 1] = end
            at = text.find(hint, end)
    yield from sorted(rows.items())


_LABELS = ("主办", "承办", "版权所有", "发证", "签发")
_SPLIT_LABEL = re.compile(
    r"\n(主办(?:单位|方)?|承办(?:单位|方)?|版权所有|发证机关|签发机关)\s?[:：]?\n([\u4e00-\u9fff][^\n]{1,60})"
)


def _bodies_in(row: str) -> Iterator[Claim]:
    for kind, hints, pattern in _BODIES:
        if not _any(hints, row):
            continue
        for found in pattern.finditer(row):
            value = _body(found.group(1))
            if value and row[found.end(1) : found.end(1) + 2].strip()[:1] not in (":", "："):
                yield Claim(kind, value, found.group().strip()[:200], "text")


def _body(value: str) -> str:
    """The name of a body at the start of ``value``; empty when nothing is left that could be one."""
    stop = _STOP.search(value, 1)
    value = (value[: stop.start()] if stop else value).strip(" 、—·()（")
    if value.endswith("）") and "（" not in value:
        value = value[:-1]
    return value if len(value) >= 3 and not _STOP.match(value) else ""


def _icp(text: str) -> Iterator[Claim]:
    for found in _from(_CP, text, _ICP):
        province, word, digits, suffix = found.groups()
        kind = "证" if word == "证" else "备"
        yield Claim("icp", f"{province}ICP{kind}{digits}号", found.group().strip(), "text", suffix or "")
    for found in _from(_LICENCES, text, _LICENCE):
        province, letter, digits, suffix = found.groups()
        yield Claim("icp", f"{province}{letter}-{digits}", found.group().strip(), "text", suffix or "")


def _police(text: str, html: str) -> Iterator[Claim]:
    for found in _from(("安备",), text, _POLICE):
        yield Claim("police", found.group(2), found.group().strip(), "text")
    for found in _behind("beian", html, _POLICE_LINK):
        yield Claim("police", found.group(1), found.group()[:200], "a[href]")


def _site_codes(text: str, page: PageFacts) -> Iterator[Claim]:
    if page.site_code_meta:
        yield Claim("site_code", page.site_code_meta.lower(), page.site_code_meta, "meta[name=SiteIDCode]")
    for pattern, hints in ((_SITE_CODE, ("标识码",)), (_BM_CODE, _BM)):
        for found in _from(hints, text, pattern):
            yield Claim("site_code", found.group(1).lower(), found.group().strip(), "text")


def _conac(html: str) -> Iterator[Claim]:
    for found in _behind("conac.cn", html, _CONAC):
        yield Claim("conac", found.group(1).upper(), found.group()[:200], "a[href]")


def _jiucuo(page: PageFacts) -> Iterator[Jiucuo]:
    source = page.encoded_html
    for at in islice(_JIUCUO_WORD.finditer(source), 20):
        before = source[max(0, at.start() - 800) : at.start()].decode("utf-8", "ignore")[-200:]
        found = _JIUCUO.search(before + source[at.start() : at.end() + 2400].decode("utf-8", "ignore")[:606])
        if found is None:
            continue
        quote = found.group().replace("&amp;", "&")
        code = _CODE_PARAMETER.search(quote)
        url = _URL_PARAMETER.search(quote)
        host = host_of(unquote(url.group(1))) if url else ""
        if code or host:
            yield Jiucuo(code.group(1).lower() if code else "", host, quote[:200])
