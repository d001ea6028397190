"""What is typed into the search box: fields (``platform:mem-cx score:>70 wechat:abc``) and free words.

Decides what is asked for, and tells the place of what it cannot read; reads no database.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from lookalike.errors import UsageError
from lookalike.store import search_marks, search_text
from lookalike.store.queue import Filter
from lookalike.store.search_text import MAX_QUERY, MAX_TERMS, Query, Term
from lookalike.store.veil import HIDDEN, JUDGED
from spiders.clock import CHINA

STATUSES = ("new", "confirmed", "false_positive", "duplicate", "later", "referred", "closed", "relapsed")
CHOICES: dict[str, tuple[str, ...]] = {
    "status": (*STATUSES, JUDGED),
    "kind": ("site", "advert"),
    "band": ("high", "medium", "low"),
    "alive": ("yes", "no", "unknown"),
    "contact": ("yes", "no"),
}
"""Fields whose values are few."""
NAMED = ("platform", "source", "campaign", "office", "owner")
"""Fields whose values are ids and names; ``platform:none`` asks for leads that imitate none."""
MARKED = ("signal", "icp", "region", "host", *search_marks.CONTACTS)
FIELDS = (*CHOICES, "score", "day", *NAMED, *MARKED)
ALSO = {
    "状态": "status",
    "类别": "kind",
    "分级": "band",
    "分数": "score",
    "日期": "day",
    "平台": "platform",
    "来源": "source",
    "团伙": "campaign",
    "管辖": "office",
    "信号": "signal",
    "备案": "icp",
    "地区": "region",
    "域名": "host",
    "微信": "wechat",
    "电话": "phone",
    "手机": "phone",
    "邮箱": "email",
    "wx": "wechat",
}
"""Other names of fields."""
_ADDRESS = frozenset({"http", "https", "hxxp", "hxxps"})
_PART = re.compile(r'(?P<name>[A-Za-z_]{1,20}|[\u4e00-\u9fff]{2})[:：](?P<value>"[^"]*"?|[^\s"]*)|"[^"]*"?|[^\s"]+')
_QUOTES = str.maketrans("“”„「」『』＂", '""""""""')
_COMPARED = re.compile(r"(>=|<=|>|<|=)?(.+)\Z")

Wrong = Literal["unknown", "empty", "value", "number", "day", "long", "nothing", "many"]


class BadSearch(UsageError):
    """What was typed cannot be read."""

    def __init__(self, why: Wrong, at: int, said: str = "", expected: tuple[str, ...] = ()) -> None:
        """``at`` is the character, from 1, where the trouble begins."""
        self.why, self.at, self.said, self.expected = why, at, said[:60], expected
        told = f"; expected one of {', '.join(expected)}" if expected else ""
        super().__init__(f"search: character {at}: {why} {said[:60]!r}{told}")


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    value: str
    at: int


def read(typed: str) -> Filter | None:
    """The filter that somebody typed; None where they typed nothing. Raises BadSearch."""
    if not typed.strip():
        return None
    if len(typed) > MAX_QUERY:
        raise BadSearch("long", MAX_QUERY + 1)
    found, terms, free = Filter(), list[Term](), list[_Part]()
    for part in _parts(typed.translate(_QUOTES)):
        if not part.name:
            free.append(part)
        elif part.name in MARKED:
            terms.append(_marked(part))
        else:
            found = replace(found, **_chosen(found, part))
    terms = [*terms, *_words(free)]
    if len(terms) > MAX_TERMS:
        raise BadSearch("many", 1, str(len(terms)))
    return replace(found, query=Query(tuple(dict.fromkeys(terms))) if terms else None)


def _parts(typed: str) -> Iterator[_Part]:
    for match in _PART.finditer(typed):
        name, at = (match["name"] or "").lower(), match.start() + 1
        field = ALSO.get(name, name)
        if not name or name in _ADDRESS or (field not in FIELDS and not name.isascii()):
            yield _Part("", match[0], at)
            continue
        if field not in FIELDS:
            raise BadSearch("unknown", at, name, FIELDS)
        value = match["value"].strip('"').strip()
        if not value:
            raise BadSearch("empty", at, name)
        yield _Part(field, value, at)


def _words(free: list[_Part]) -> list[Term]:
    """Terms of free words; a sign among them means nothing, signs alone are nothing to look for."""
    found: list[Term] = []
    for part in free:
        with suppress(UsageError):
            query = search_text.parse(part.value)
            found += query.terms if query else ()
    if free and not found:
        raise BadSearch("nothing", free[0].at, free[0].value)
    return found


def _marked(part: _Part) -> Term:
    if part.name == "icp" and part.value not in search_marks.FILINGS:
        raise BadSearch("value", part.at, part.value, search_marks.FILINGS)
    if part.name == "region" and not search_marks.region_asked(part.value):
        raise BadSearch("value", part.at, part.value, ("CN", "HK", "US", "…", search_marks.NOWHERE))
    found = search_marks.wanted(part.name, part.value, begins=part.name not in {"signal", "icp", "region"})
    if found is None:
        raise BadSearch("nothing", part.at, part.value)
    return found


def _chosen(so_far: Filter, part: _Part) -> dict[str, Any]:
    """Fields of the filter that a part sets; of several values one."""
    if part.name == "score":
        return _score(so_far, part)
    if part.name == "day":
        return _day(so_far, part)
    value = part.value
    allowed = CHOICES.get(part.name, ())
    if allowed and value.lower() not in allowed:
        raise BadSearch("value", part.at, value, allowed)
    value = value.lower() if allowed else "" if (part.name, value) == ("platform", "none") else value
    name = "jurisdiction" if part.name == "office" else part.name
    values = spelled_out((value,)) if name == "status" else (value,)
    return {name: (*getattr(so_far, name), *values)}


def spelled_out(statuses: tuple[str, ...]) -> tuple[str, ...]:
    """Statuses as leads have them."""
    plain = tuple(status for status in statuses if status != JUDGED)
    return plain if plain == statuses else tuple(dict.fromkeys((*plain, *HIDDEN)))


def _score(so_far: Filter, part: _Part) -> dict[str, Any]:
    sign, said = _compared(part)
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if not 0 <= number <= 100:
        raise BadSearch("number", part.at, part.value)
    if sign in {"", "="}:  # scores are shown with one digit
        return {"min_score": number - 0.05, "max_score": number + 0.05}
    low, high = so_far.min_score, so_far.max_score
    if sign in {">", ">="}:
        return {"min_score": max(math.nextafter(number, math.inf) if sign == ">" else number, low or 0.0)}
    return {
        "max_score": min(math.nextafter(number, -math.inf) if sign == "<" else number, 200.0 if high is None else high)
    }


def _day(so_far: Filter, part: _Part) -> dict[str, Any]:
    sign, said = _compared(part)
    try:
        begins = datetime.strptime(said, "%Y-%m-%d").replace(tzinfo=CHINA)
    except ValueError as error:
        raise BadSearch("day", part.at, part.value) from error
    ends = begins + timedelta(days=1)
    since = {">": ends, ">=": begins, "<": None, "<=": None}.get(sign, begins)
    until = {"<": begins, "<=": ends, ">": None, ">=": None}.get(sign, ends)
    later = max(filter(None, (since, so_far.since)), default=None)
    return {"since": later, "until": min(filter(None, (until, so_far.until)), default=None)}


def _compared(part: _Part) -> tuple[str, str]:
    match = _COMPARED.match(search_text.folded(part.value))
    if match is None:
        raise BadSearch("value", part.at, part.value)
    return match[1] or "", match[2].strip()
