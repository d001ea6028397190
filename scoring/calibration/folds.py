"""How a fit does on cases that it has not seen: folds that never part a crew, and the pull that does best there."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.calibration.fit import Example, Fitted, fit
from scoring.calibration.reliability import Forecast, log_loss

if TYPE_CHECKING:
    from collections.abc import Sequence

FOLDS = 5
PULLS = (64.0, 16.0, 4.0, 1.0, 0.25)
"""From the strongest: a weight that one verdict alone speaks against moves by at most 1 / (2 · pull)."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The pull that was chosen, and the mean log loss on unseen cases for every pull that was tried."""

    pull: float
    tried: tuple[tuple[float, float], ...]


def split(examples: Sequence[Example], folds: int = FOLDS) -> list[list[Example]]:
    """Folds of like make-up: crews whole, guilty and honest dealt out in turn, in an order that only ids decide."""
    crews: dict[str, list[Example]] = {}
    for example in examples:
        crews.setdefault(f"crew {example.crew}" if example.crew else f"case {example.id}", []).append(example)
    order = sorted(crews, key=lambda c: (crews[c][0].guilty, hashlib.sha256(c.encode()).hexdigest()))
    dealt: list[list[Example]] = [[] for _ in range(folds)]
    for number, crew in enumerate(order):
        dealt[number % folds].extend(crews[crew])
    return [fold for fold in dealt if fold]


def unseen(examples: Sequence[Example], start: Fitted, pull: float, folds: int = FOLDS) -> list[Forecast]:
    """A forecast for every example by weights that were fitted without its fold."""
    forecasts: list[Forecast] = []
    parts = split(examples, folds)
    for held in parts:
        fitted = fit([e for part in parts if part is not held for e in part], start, pull)
        forecasts.extend(Forecast(fitted.points(e), e.guilty) for e in held)
    return forecasts


def choose(examples: Sequence[Example], start: Fitted, pulls: Sequence[float] = PULLS) -> Chosen:
    """The strongest pull whose loss on unseen cases is within one standard error of the best.

    So the weights leave their start only as far as the verdicts insist (the one-standard-error rule of Breiman,
    Friedman, Olshen and Stone 1984).
    """
    losses = {p: [log_loss(f.points, happened=f.happened) for f in unseen(examples, start, p)] for p in pulls}
    means = {p: math.fsum(found) / len(found) for p, found in losses.items()}
    best = min(pulls, key=lambda p: (means[p], -p))
    within = [p for p in pulls if means[p] - means[best] <= _error(losses[p], losses[best])]
    return Chosen(max(within), tuple((p, means[p]) for p in pulls))


def _error(ones: Sequence[float], others: Sequence[float]) -> float:
    """Standard error of the mean difference of two pulls' losses on the same cases."""
    apart = [a - b for a, b in zip(ones, others, strict=True)]
    mean = math.fsum(apart) / len(apart)
    return math.sqrt(math.fsum((d - mean) ** 2 for d in apart) / max(len(apart) - 1, 1) / len(apart))
