"""When a site is visited again though no search shows it: by what it was judged to be, and by whether it is there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from lookalike.config import Config
from scoring.life import UP, Life

SHORTEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Intervals:
    """Times between visits that nobody asked for."""

    high: timedelta
    medium: timedelta
    low: timedelta
    most: timedelta
    """The longest wait for a site that is away."""

    @classmethod
    def of(cls, config: Config) -> Intervals:
        """As the settings have it."""
        days = config.revisit_high_days, config.revisit_medium_days, config.revisit_low_days, config.revisit_most_days
        return cls(*(timedelta(days=number) for number in days))

    def next_visit(self, at: datetime, life: Life, since: datetime, band: str) -> datetime:
        """When to look again after a visit at ``at``.

        A page that is there is looked at by its band. What is away, or was never seen, is asked after 1, 2, 4, 8 …
        days, counted from ``since``, when it began: a name may come up at any time, most never do.
        """
        if life in UP:
            return at + {"high": self.high, "medium": self.medium}.get(band, self.low)
        return at + min(max(at - since, timedelta(0)) + SHORTEST, max(self.most, SHORTEST))
