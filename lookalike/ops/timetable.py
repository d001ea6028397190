"""When something that comes once a day is due, and whether it is owed, by Beijing's days. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from spiders.clock import CHINA

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Once a day at ``at``, Beijing's time, which knows no summer time."""

    at: time
    late: timedelta
    """How late it may still begin."""

    def last_due(self, now: datetime) -> datetime:
        """The newest instant, not after ``now``, at which it was due."""
        today = datetime.combine(now.astimezone(CHINA).date(), self.at, CHINA)
        return today if today <= now else today - _DAY

    def next_due(self, now: datetime) -> datetime:
        """The first instant after ``now`` at which it is due."""
        return self.last_due(now) + _DAY

    def owed(self, now: datetime, latest: datetime) -> bool:
        """Whether it is due and was not done since.

        ``latest``: when it was last begun or ended, whichever is later: what overran its day stands for the next one
        too. Where it never was, since when anybody has been waiting for it.
        """
        due = self.last_due(now)
        return latest < due and now - due <= self.late
