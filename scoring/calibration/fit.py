"""Weights fitted to known outcomes: logistic regression with a quadratic pull to given weights and fixed signs.

Minimises  Σ loss(zᵢ, yᵢ) + pull · ‖w - w₀‖²  with z = prior + Σ wⱼ · strengthⱼ, where a weight that is positive in w₀
stays at or above zero, a negative one at or below, and a zero stays zero. The aim is strictly convex, so there is one
answer; it is found by Newton steps on one weight after another (Genkin, Lewis and Madigan 2007, "Large-scale Bayesian
logistic regression"), each cut to its bound and halved until it helps. No chance, no libraries: the same verdicts give
the same weights to the bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.calibration.reliability import log_loss

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRIOR = "prior"
TOLERANCE = 1e-7
"""Largest change of a weight in a whole round at which the search ends; points are rounded at 1e-4."""
ROUNDS = 2000
HALVINGS = 40


@dataclass(frozen=True, slots=True)
class Example:
    """A case of one kind with what it turned out to be."""

    id: str
    guilty: bool
    strengths: Mapping[str, float]
    crew: str = ""
    """Examples of one crew are alike: folds never part them."""


@dataclass(frozen=True, slots=True)
class Fitted:
    """The prior and the weights of one kind."""

    prior: float
    weights: Mapping[str, float]

    def points(self, example: Example) -> float:
        """Log-odds of an example."""
        return math.fsum((self.prior, *(self.weights.get(s, 0.0) * x for s, x in example.strengths.items())))


class NotConvergedError(ArithmeticError):
    """The search did not end; the numbers would not be reproducible."""


def fit(examples: Sequence[Example], start: Fitted, pull: float) -> Fitted:
    """The weights that fit ``examples`` best, pulled to ``start``; ``pull`` > 0 in squared log-odds."""
    if not pull > 0:
        raise ValueError(f"pull: expected a number above 0, got {pull}")
    search = _Search(examples, start, pull)
    for _ in range(ROUNDS):
        if search.round() < TOLERANCE:
            return search.fitted()
    raise NotConvergedError(f"no end after {ROUNDS} rounds over {len(examples)} examples")


class _Search:
    """The state of one search: the weights, and every example's log-odds under them."""

    def __init__(self, examples: Sequence[Example], start: Fitted, pull: float) -> None:
        self.pull = pull
        self.start = {PRIOR: start.prior, **start.weights}
        self.now = dict(self.start)
        self.guilty = [e.guilty for e in examples]
        self.points = [start.points(e) for e in examples]
        self.where: dict[str, list[tuple[int, float]]] = {PRIOR: [(n, 1.0) for n in range(len(examples))]}
        for number, example in enumerate(examples):
            for signal, strength in example.strengths.items():
                if start.weights.get(signal) and strength:
                    self.where.setdefault(signal, []).append((number, strength))
        self.names = sorted(self.where)

    def fitted(self) -> Fitted:
        return Fitted(self.now[PRIOR], {name: w for name, w in self.now.items() if name != PRIOR})

    def round(self) -> float:
        """One step for every weight; the largest change."""
        return max((self._step(name) for name in self.names), default=0.0)

    def _step(self, name: str) -> float:
        column, at, origin = self.where[name], self.now[name], self.start[name]
        slope, bend = 2 * self.pull * (at - origin), 2 * self.pull
        for number, strength in column:
            probability = _sigmoid(self.points[number])
            slope += strength * (probability - self.guilty[number])
            bend += strength * strength * probability * (1 - probability)
        aim = _bounded(name, at - slope / bend, origin)
        before = self._value(name, at)
        for _ in range(HALVINGS):
            if aim == at or self._value(name, aim) <= before:
                break
            aim = (aim + at) / 2
        else:
            aim = at
        for number, strength in column:
            self.points[number] += (aim - at) * strength
        self.now[name] = aim
        return abs(aim - at)

    def _value(self, name: str, weight: float) -> float:
        """The part of the aim that depends on one weight."""
        by = weight - self.now[name]
        losses = (log_loss(self.points[n] + by * x, happened=self.guilty[n]) for n, x in self.where[name])
        return math.fsum(losses) + self.pull * (weight - self.start[name]) ** 2


def _bounded(name: str, weight: float, origin: float) -> float:
    """The prior is free; every other weight keeps its side of zero."""
    if name == PRIOR:
        return weight
    return max(weight, 0.0) if origin > 0 else min(weight, 0.0)


def _sigmoid(points: float) -> float:
    if points < 0:
        small = math.exp(max(points, -700.0))
        return small / (1 + small)
    return 1 / (1 + math.exp(-min(points, 700.0)))
