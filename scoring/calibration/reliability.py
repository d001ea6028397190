"""How far a probability means what it says: reliability curve, Brier score, log loss, expected calibration error.

Brier 1950; Murphy 1973 for the curve; Naeini, Cooper and Hauskrecht 2015 for the expected calibration error. Takes
log-odds, because a probability that is 1 to the last bit has lost how sure it was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.tally import score_of_sum

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Forecast:
    """One prediction and what came of it."""

    points: float
    """Log-odds."""
    happened: bool
    weight: float = 1.0

    @property
    def probability(self) -> float:
        """In [0, 1]."""
        return score_of_sum(self.points) / 100


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts of like probability."""

    low: float
    high: float
    count: int
    said: float
    """Mean probability."""
    was: float
    """Share in which it happened."""
    weight: float


@dataclass(frozen=True, slots=True)
class Quality:
    """How good a set of forecasts is; smaller is better."""

    count: int
    brier: float
    """Mean squared difference between probability and outcome: 0.25 for a coin, 0 for an oracle."""
    log_loss: float
    """Mean of minus the natural logarithm of the probability of what happened."""
    ece: float
    """Mean distance between what a bin says and what was, weighted by the bin's size."""


def curve(forecasts: Sequence[Forecast], bins: int = 10) -> list[Bin]:
    """The reliability curve over ``bins`` equal steps of probability; empty bins are left out."""
    groups: dict[int, list[Forecast]] = {}
    for forecast in forecasts:
        groups.setdefault(min(int(forecast.probability * bins), bins - 1), []).append(forecast)
    return [_bin(group, number / bins, (number + 1) / bins) for number, group in sorted(groups.items())]


def even_curve(forecasts: Sequence[Forecast], bins: int = 10) -> list[Bin]:
    """The reliability curve over bins of like size, from the least probable on: it shows where the cases are.

    Equal log-odds are never parted, so there may be fewer bins.
    """
    ordered = sorted(forecasts, key=lambda f: f.points)
    found: list[Bin] = []
    group: list[Forecast] = []
    for number, forecast in enumerate(ordered, 1):
        group.append(forecast)
        whole = number * bins >= (len(found) + 1) * len(ordered)
        if number == len(ordered) or (whole and ordered[number].points > forecast.points):
            found.append(_bin(group, group[0].probability, group[-1].probability))
            group = []
    return found


def quality(forecasts: Sequence[Forecast]) -> Quality:
    """Brier score, log loss and expected calibration error (ten equal steps). ValueError without forecasts."""
    if not forecasts:
        raise ValueError("no forecasts to measure")
    whole = math.fsum(f.weight for f in forecasts)
    brier = math.fsum(f.weight * (f.probability - f.happened) ** 2 for f in forecasts) / whole
    loss = math.fsum(f.weight * log_loss(f.points, happened=f.happened) for f in forecasts) / whole
    ece = math.fsum(b.weight * abs(b.said - b.was) for b in curve(forecasts)) / whole
    return Quality(len(forecasts), brier, loss, ece)


def log_loss(points: float, *, happened: bool) -> float:
    """Minus the logarithm of the probability of what happened, exact for any log-odds."""
    against = -points if happened else points
    return max(against, 0.0) + math.log1p(math.exp(-abs(against)))


def at_rate(forecasts: Sequence[Forecast], rate: float) -> list[Forecast]:
    """The same forecasts weighted as if a share ``rate`` of them had happened; ValueError when one side is empty."""
    happened = sum(f.happened for f in forecasts)
    if not 0 < happened < len(forecasts):
        raise ValueError("both outcomes are needed to weigh one against the other")
    up, down = rate * len(forecasts) / happened, (1 - rate) * len(forecasts) / (len(forecasts) - happened)
    return [Forecast(f.points, f.happened, f.weight * (up if f.happened else down)) for f in forecasts]


def _bin(group: Sequence[Forecast], low: float, high: float) -> Bin:
    weight = math.fsum(f.weight for f in group)
    said = math.fsum(f.weight * f.probability for f in group) / weight
    was = math.fsum(f.weight * f.happened for f in group) / weight
    return Bin(low, high, len(group), said, was, weight)
