"""Days and months of Beijing as half-open spans of instants. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lookalike.errors import UsageError
from spiders.clock import CHINA

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first instant of one day to the last of another, both in Beijing."""

    first: date
    last: date

    @property
    def since(self) -> datetime:
        """The first instant that belongs to it."""
        return datetime.combine(self.first, time(), CHINA)

    @property
    def until(self) -> datetime:
        """The first instant that no more belongs to it."""
        return datetime.combine(self.last + _DAY, time(), CHINA)

    def holds(self, at: datetime) -> bool:
        """Whether the instant belongs to it."""
        return self.since <= at < self.until

    def __str__(self) -> str:
        return f"{self.first.isoformat()} 至 {self.last.isoformat()}"


def period(first: date, last: date, today: date) -> Period:
    """Both days included; one that ends later than today ends today. Raises UsageError where nothing is left of it."""
    if first > last:
        raise UsageError(f"--from {first} --to {last}: expected the earlier day first")
    if first > today:
        raise UsageError(f"--from {first}: that day has not come yet; expected {today} or earlier")
    return Period(first, min(last, today))


def month_of(first: date, today: date) -> Period:
    """A month, by its first day; of the current one the days so far. Raises UsageError for one to come."""
    if first > today:
        raise UsageError(f"--monthly {first:%Y-%m}: that month has not come yet")
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Period(first, min(following - _DAY, today))


def beijing_day(at: datetime) -> date:
    """The day in Beijing."""
    return at.astimezone(CHINA).date()
