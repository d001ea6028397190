"""Dates as registries print them, with the registry's own time zone where the text names none."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8))
# CNNIC prints Beijing time without saying so; TWNIC says (UTC+8) on some answers; HKIRC prints Hong Kong days.
LOCAL_TIME = {
    "cn": CHINA,
    "xn--fiqs8s": CHINA,  # 中国
    "xn--fiqz9s": CHINA,  # 中國
    "xn--55qx5d": CHINA,  # 公司
    "xn--io0a7i": CHINA,  # 网络
    "tw": CHINA,
    "xn--kpry57d": CHINA,  # 台灣
    "hk": CHINA,
    "xn--j6w193g": CHINA,  # 香港
}
MONTH_FIRST = frozenset({"tk", "ml", "ga", "cf", "gq"})  # the Freenom registries

FIRST_YEAR, LAST_YEAR = 1983, 2200  # no name is older than the domain name system; 0001 and 9999 mean "none"

_I = re.IGNORECASE
_CLOCK = r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?)(?:\.\d+)?"
_ZONE = r"\s*\(?(?P<zone>Z|UTC|GMT)?(?P<offset>[+-]\d{1,2}(?::?\d{2})?)?"
_YEAR_FIRST = re.compile(
    r"(?P<y>\d{4})[-./年 ]?(?P<m>\d{2})[-./月 ]?(?P<d>\d{2})日?(?:[-T ]*" + _CLOCK + _ZONE + ")?", _I
)
_YEAR_LAST = re.compile(r"(?P<a>\d{1,2})[-./](?P<b>\d{1,2})[-./](?P<y>\d{4})(?:[T ]+" + _CLOCK + _ZONE + ")?", _I)
_MONTH_NAME = re.compile(
    r"(?:[A-Z][a-z]{2},? )?(?P<d>\d{1,2})[- ](?P<mon>[A-Za-z]{3})[a-z]*[- ](?P<y>\d{4})(?:[T ]+"
    + _CLOCK
    + _ZONE
    + ")?",
    _I,
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a list of twelve strings reads worse


def parse_date(text: str, tld: str) -> datetime | None:
    """The instant with offset, or None when ``text`` holds no date of the domain name system's age.

    ``tld`` decides the zone of a time without one, and whether 01/03/2022 begins with the month.
    """
    text = text.strip()[:60]
    for pattern in (_YEAR_FIRST, _MONTH_NAME, _YEAR_LAST):
        match = pattern.match(text)
        if match is not None:
            return _instant(match, tld)
    return None


def _instant(match: re.Match[str], tld: str) -> datetime | None:
    part = match.groupdict()
    month, day = part.get("m"), part.get("d")
    if part.get("mon"):
        name = part["mon"].lower()
        month = str(_MONTHS.index(name) + 1) if name in _MONTHS else "0"
    elif part.get("a"):
        month, day = (part["a"], part["b"]) if tld in MONTH_FIRST else (part["b"], part["a"])
    hour, minute, second, *_ = [int(n) for n in (part.get("clock") or "0:0").split(":")] + [0]
    try:
        local = datetime(int(part["y"]), int(month or 0), int(day or 0), hour, minute, second, tzinfo=_zone(part, tld))
    except ValueError:
        return None
    return local if FIRST_YEAR <= local.year <= LAST_YEAR else None


def _zone(part: dict[str, str], tld: str) -> timezone:
    offset = part.get("offset")
    if offset:
        digits = offset[1:].replace(":", "")
        hours, minutes = (int(digits[:-2]), int(digits[-2:])) if len(digits) > 2 else (int(digits), 0)
        if hours < 24 and minutes < 60:
            size = timedelta(hours=hours, minutes=minutes)
            return timezone(-size if offset[0] == "-" else size)
    if part.get("zone"):
        return UTC
    return LOCAL_TIME.get(tld, UTC)
