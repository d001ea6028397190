"""Dates as results pages print them, as ISO dates; anything unclear is ``""``, never a guess."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import re2

from spiders.clock import CHINA

_GAP = r"\s{0,3}"
_FULL = re2.compile(
    rf"(?:^|[^\d])((?:19|20)\d{{2}}){_GAP}(?:年|[-/.]){_GAP}(\d{{1,2}}){_GAP}(?:月|[-/.]){_GAP}(\d{{1,2}})(?:[^\d]|$)"
)
_MONTH_DAY = re2.compile(rf"(?:^|[^\d年/.-])(\d{{1,2}}){_GAP}月{_GAP}(\d{{1,2}}){_GAP}日")
_AGO = re2.compile(rf"(?:^|[^\d])(\d{{1,3}}){_GAP}(分钟|小时|天|周|星期|个?月|年)之?前")
_DAYS = {"刚刚": 0, "今天": 0, "昨天": 1, "前天": 2}
_UNIT_DAYS = {"天": 1, "周": 7, "星期": 7}
_ALONE = 24
"""Longest text that can be nothing but a date: 2021年03月05日 12:30 发布."""


def iso_date(text: str, now: datetime | None = None) -> str:
    """The first date in ``text`` as YYYY-MM-DD; relative ones need ``now``; months and years ago stay ``""``."""
    if full := _FULL.search(text):
        return _valid(*(int(part) for part in full.groups()))
    if now is None:
        return ""
    if ago := _AGO.search(text):
        return _ago(int(ago.group(1)), ago.group(2), now)
    if month_day := _MONTH_DAY.search(text):
        return _this_year(int(month_day.group(1)), int(month_day.group(2)), now)
    for word, days in _DAYS.items():
        if word in text:
            return (now - timedelta(days=days)).date().isoformat()
    return ""


def is_date(text: str) -> bool:
    """Whether ``text`` is short and holds a date: a cell of its own, not a sentence with a date in it."""
    return len(text) <= _ALONE and bool(
        _FULL.search(text) or _AGO.search(text) or _MONTH_DAY.search(text) or text in _DAYS
    )


def epoch_date(value: object, now: datetime | None = None) -> str:
    """Seconds since 1970 as a date in the zone of ``now`` (else China's); ``""`` for what is none."""
    try:
        seconds = int(str(value))
        zone = (now.tzinfo if now is not None else None) or CHINA
        return datetime.fromtimestamp(seconds, tz=zone).date().isoformat() if seconds > 0 else ""
    except (ValueError, OverflowError, OSError):
        return ""


def _valid(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return ""


def _ago(count: int, unit: str, now: datetime) -> str:
    if unit == "分钟":
        return (now - timedelta(minutes=count)).date().isoformat()
    if unit == "小时":
        return (now - timedelta(hours=count)).date().isoformat()
    days = _UNIT_DAYS.get(unit)
    return (now - timedelta(days=count * days)).date().isoformat() if days else ""


def _this_year(month: int, day: int, now: datetime) -> str:
    """A day without a year is the latest one that is not in the future."""
    found = _valid(now.year, month, day)
    return found if found and found <= now.date().isoformat() else _valid(now.year - 1, month, day)
