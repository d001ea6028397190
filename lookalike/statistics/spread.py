"""How long things took: median and spread in days. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Spread:
    """Of ``number`` spans the shortest, the quartiles and the longest, in days."""

    number: int
    least: float
    lower: float
    median: float
    upper: float
    most: float

    def __str__(self) -> str:
        return (
            f"{self.number} 条，中位 {self.median:.1f} 天，四分位 {self.lower:.1f} 至 {self.upper:.1f} 天，"
            f"最短 {self.least:.1f} 天，最长 {self.most:.1f} 天"
        )


def spread(spans: Sequence[timedelta]) -> Spread | None:
    """Of these spans; None of none. Quartiles count the given spans as all there are (inclusive)."""
    if not spans:
        return None
    days = sorted(span / _DAY for span in spans)
    lower, median, upper = quantiles(days, n=4, method="inclusive") if len(days) > 1 else (days[0],) * 3
    return Spread(len(days), days[0], lower, median, upper, days[-1])
