"""Days, months and times as they are typed; all are Beijing's."""

from __future__ import annotations

import re
from datetime import date, datetime, time

from lookalike.errors import UsageError
from spiders.clock import CHINA

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def day(text: str, option: str) -> date:
    """``2026-10-18``. Raises UsageError for anything else."""
    try:
        return date.fromisoformat(text if _DAY.fullmatch(text) else "")
    except ValueError:
        raise UsageError(f"{option} {text}: expected a day like 2026-10-18") from None


def month(text: str, option: str) -> date:
    """``2026-11``: its first day. Raises UsageError for anything else."""
    try:
        return date.fromisoformat(f"{text}-01" if _MONTH.fullmatch(text) else "")
    except ValueError:
        raise UsageError(f"{option} {text}: expected a month like 2026-11") from None


def moment(text: str, option: str, now: datetime) -> datetime:
    """``2026-10-18``, ``2026-10-18T09:30`` or with an offset; empty: now.

    A day alone is its last second, or now where that is earlier: so it lies after whatever else was done that day.
    """
    if not text:
        return now
    if _DAY.fullmatch(text):
        return min(now, datetime.combine(day(text, option), time(23, 59, 59), CHINA))
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text}: expected a day or a time like 2026-10-18T09:30") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=CHINA)
