"""Instants as tables print them, in China's time: ISO, 年月日, slashes, Excel's day numbers; never a guess.

An answer of None means that nobody can tell, and the row says so.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timedelta

from spiders.clock import CHINA

_DATE = re.compile(r"((?:19|20)\d\d)\s?(?:年|[-/.])\s?(\d{1,2})\s?(?:月|[-/.])\s?(\d{1,2})\s?[日号]?")
_COMPACT = re.compile(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?:[ T]?([01]\d|2[0-3])([0-5]\d)([0-5]\d)?)?\Z")
_TIME = re.compile(
    r"[\sT]{0,3}(?:星期.|周.)?\s?(上午|下午|晚上|晚|中午|凌晨|早上|AM|PM)?\s?(\d{1,2})\s?[:点时]\s?(?:(\d{1,2})\s?分?)?"
    r"(?:[:\s]?(\d{1,2})(?:\.\d{1,9})?\s?秒?)?\s?(AM|PM|Z|[+-]\d\d:?\d\d)?\Z",
    re.IGNORECASE,
)
_UNIX = re.compile(r"(1\d{9})(?:\d{3})?\Z")
"""Seconds or milliseconds since 1970, as programs export them."""
_NUMBER = re.compile(r"(\d{5})(?:\.(\d{1,12}))?\Z")
_EPOCH = datetime(1899, 12, 30, tzinfo=CHINA)
"""Day 0 of Excel's day numbers (ECMA-376, 18.17.4.1), its wrong leap day of 1900 taken into account."""
_LATE = frozenset({"下午", "晚上", "晚", "PM"})
_NIGHT = frozenset({"凌晨", "上午", "早上", "AM"})


def instant(text: str) -> datetime | None:
    """The instant that a cell holds, with offset; None where it holds none that can be read."""
    cell = " ".join(unicodedata.normalize("NFKC", text[:64]).split())
    if day := _NUMBER.match(cell):
        return _serial(int(day[1]), float(f"0.{day[2]}") if day[2] else 0.0)
    if unix := _UNIX.match(cell):
        return datetime.fromtimestamp(int(unix[1]), CHINA)
    if compact := _COMPACT.match(cell):
        return _made(*(int(part or 0) for part in compact.groups()))
    date = _DATE.match(cell)
    if date is None:
        return None
    rest = cell[date.end() :]
    year, month, day_of = (int(part) for part in date.groups())
    if not rest.strip():
        return _made(year, month, day_of)
    time = _TIME.match(rest)
    return None if time is None else _timed((year, month, day_of), time)


def _timed(date: tuple[int, int, int], time: re.Match[str]) -> datetime | None:
    hour, minute, second = (int(part or 0) for part in time.group(2, 3, 4))
    words = {(time[1] or "").upper(), (time[5] or "").upper()}
    if words & _LATE and hour < 12:
        hour += 12
    elif words & _NIGHT and hour == 12:
        hour = 0
    made = _made(*date, hour, minute, second)
    zone = (time[5] or "").upper()
    if made is None or zone in {"", "AM", "PM"}:
        return made
    return datetime.fromisoformat(f"{made:%Y-%m-%dT%H:%M:%S}{zone}").astimezone(CHINA)


def _serial(days: int, part: float) -> datetime | None:
    """Between 1990 and 2100; other numbers of five digits are numbers."""
    return _EPOCH + timedelta(days=days, seconds=round(part * 86400)) if 32874 <= days <= 73050 else None


def _made(year: int, month: int, day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime | None:
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=CHINA)
    except ValueError:
        return None
