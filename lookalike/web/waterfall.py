"""The score as a sum that a reader can do again: every row with where it starts, where it ends, and its evidence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PRIOR = "prior"
"""The row that every sum begins with; it speaks of no site in particular."""
DIGITS = 3
"""Decimals of points as shown; what is shown adds up to the total that is shown."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Where a signal saw what it says."""

    quote: str
    where: str
    url: str
    capture: str
    """SHA-256 of the bytes that hold it; empty for what is in none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row."""

    signal: str
    title: str
    text: str
    points: float
    start: float
    end: float
    """Sums before and after it."""
    quotes: tuple[Quote, ...]
    x: float
    width: float
    """Of its bar, in hundredths of the drawing."""


@dataclass(frozen=True, slots=True)
class Waterfall:
    """All rows."""

    steps: tuple[Step, ...]
    total: float
    """Log-odds: the sum of the rows' points as shown."""
    score: float
    """100 × 1/(1+e^-total)."""
    zero: float
    """Where the drawing's zero stands, in hundredths."""

    @property
    def lowered(self) -> tuple[Step, ...]:
        """What spoke for the site."""
        return tuple(step for step in self.steps if step.points < 0 and step.signal != PRIOR)


def waterfall(rows: Sequence[Mapping[str, Any]], titles: Mapping[str, str]) -> Waterfall:
    """The rows of an assessment, in their order; bars share one scale."""
    points = [round(float(row["points"]), DIGITS) for row in rows]
    sums = [0.0]
    for each in points:
        sums.append(round(sums[-1] + each, DIGITS))
    low, high = min(sums), max(sums)
    scale = 100 / (high - low) if high > low else 0.0
    steps = tuple(
        Step(
            signal=str(row["signal"]),
            title=titles.get(str(row["signal"]), str(row["signal"])),
            text=str(row["text"]),
            points=points[at],
            start=sums[at],
            end=sums[at + 1],
            quotes=_quotes(row),
            x=round((min(sums[at], sums[at + 1]) - low) * scale, 2),
            width=round(max(abs(points[at]) * scale, 0.4), 2),
        )
        for at, row in enumerate(rows)
    )
    total = sums[-1]
    return Waterfall(steps, total, _score(total), round(-low * scale, 2))


def _score(total: float) -> float:
    """Far out the logistic is 0 or 100 to any decimal that is shown."""
    return 100 / (1 + math.exp(-max(min(total, 60.0), -60.0)))


def _quotes(row: Mapping[str, Any]) -> tuple[Quote, ...]:
    items = row.get("evidence", {}).get("items", ())
    return tuple(Quote(*(str(item.get(key, "")) for key in ("quote", "where", "url", "capture"))) for item in items)
