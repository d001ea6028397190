"""Weights fitted to known outcomes: logistic regression with a quadratic pull to given weights and fixed signs.

Minimises  Σ loss(zᵢ, yᵢ) + pull · ‖w - w₀‖²  with z = prior + Σ wⱼ · strengthⱼ, where a weight that is positive in w₀
stays at or above zero, a negative one at or below, and a zero stays zero. The aim is strictly convex, so there is one
answer; it is found by Newton's method with projection on the bounds (Bertsekas 1982, "Projected Newton methods for
optimization problems with simple constraints"). No chance, no libraries: the same verdicts give the same weights to
the bit.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.calibration.reliability import log_loss

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PRIOR = "prior"
TOLERANCE = 1e-8
"""Largest slope towards a better place at which the search ends; points are rounded at 1e-4."""
ROUNDS = 200
HALVINGS = 60
ENOUGH = 1e-4
"""Share of the promised gain that a step has to bring (Armijo)."""


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


def fit(examples: Sequence[Example], start: Fitted, pull: float, *, free_prior: bool = True) -> Fitted:
    """The weights that fit ``examples`` best, pulled to ``start``; ``pull`` > 0 in squared log-odds.

    Without ``free_prior`` the prior stays as it is: examples that were chosen do not tell how rare the guilty are.
    """
    if not pull > 0:
        raise ValueError(f"pull: expected a number above 0, got {pull}")
    search = _Search(examples, start, pull, free_prior=free_prior)
    for _ in range(ROUNDS):
        if not search.step():
            return search.fitted()
    raise NotConvergedError(f"no end after {ROUNDS} rounds over {len(examples)} examples")


class _Search:
    """The state of one search: a weight for every sign that some example shows, the prior first."""

    def __init__(self, examples: Sequence[Example], start: Fitted, pull: float, *, free_prior: bool) -> None:
        self.pull, self.start, self.first = pull, start, 0 if free_prior else 1
        shown = {s for e in examples for s, strength in e.strengths.items() if strength and start.weights.get(s)}
        self.names = [PRIOR, *sorted(shown)]
        place = {name: n for n, name in enumerate(self.names)}
        self.rows = [
            [(0, 1.0), *((place[s], e.strengths[s]) for s in sorted(shown & e.strengths.keys()))] for e in examples
        ]
        self.guilty = [e.guilty for e in examples]
        self.origin = [start.prior, *(start.weights[name] for name in self.names[1:])]
        self.now = list(self.origin)

    def fitted(self) -> Fitted:
        """The weights as they are; those of signs that no example shows are as they were."""
        moved = dict(zip(self.names[1:], self.now[1:], strict=True))
        return Fitted(self.now[0], {**self.start.weights, **moved})

    def step(self) -> bool:
        """One step; False when there is none that helps any more."""
        slope, bend = self._derivatives()
        free = [n for n in range(self.first, len(self.now)) if not self._held(n, slope[n])]
        if max((abs(slope[n]) for n in free), default=0.0) < TOLERANCE:
            return False
        way = solve([[bend[i][j] for j in free] for i in free], [-slope[n] for n in free])
        size, value = 1.0, self._value(self.now)
        for _ in range(HALVINGS):
            there = list(self.now)
            for n, by in zip(free, way, strict=True):
                there[n] = self._bounded(n, self.now[n] + size * by)
            promised = math.fsum(slope[n] * (there[n] - self.now[n]) for n in free)
            if self._value(there) <= value + ENOUGH * promised:
                moved = there != self.now
                self.now = there
                return moved
            size /= 2
        return False  # as near as these numbers can tell

    def _held(self, n: int, slope: float) -> bool:
        """Whether a weight stands at zero and would only leave its side."""
        return n > 0 and self.now[n] == 0.0 and (slope > 0) == (self.origin[n] > 0)

    def _bounded(self, n: int, weight: float) -> float:
        """The prior is free; every other weight keeps its side of zero."""
        if n == 0:
            return weight
        return max(weight, 0.0) if self.origin[n] > 0 else min(weight, 0.0)

    def _value(self, weights: Sequence[float]) -> float:
        losses = (
            log_loss(sum(weights[n] * x for n, x in row), happened=guilty)
            for row, guilty in zip(self.rows, self.guilty, strict=True)
        )
        drawn = math.fsum((w - o) ** 2 for w, o in zip(weights, self.origin, strict=True))
        return math.fsum(losses) + self.pull * drawn

    def _derivatives(self) -> tuple[list[float], list[list[float]]]:
        """Slope and curvature of the aim."""
        size = len(self.now)
        slope = [2 * self.pull * (w - o) for w, o in zip(self.now, self.origin, strict=True)]
        bend = [[0.0] * size for _ in range(size)]
        for n in range(size):
            bend[n][n] = 2 * self.pull
        for row, guilty in zip(self.rows, self.guilty, strict=True):
            probability = _sigmoid(sum(self.now[n] * x for n, x in row))
            error, spread = probability - guilty, probability * (1 - probability)
            for n, x in row:
                slope[n] += error * x
                line, part = bend[n], spread * x
                for m, y in row:
                    line[m] += part * y
        return slope, bend


def solve(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """``x`` with ``matrix · x = right`` for a symmetric, positive definite matrix (Cholesky)."""
    size = len(right)
    low = [[0.0] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i][j] - math.fsum(a * b for a, b in zip(low[i][:j], low[j][:j], strict=True))
            low[i][j] = math.sqrt(rest) if i == j else rest / low[j][j]
    half: list[float] = []
    for i in range(size):
        half.append((right[i] - math.fsum(a * b for a, b in zip(low[i][:i], half, strict=True))) / low[i][i])
    found = [0.0] * size
    for i in reversed(range(size)):
        found[i] = (half[i] - math.fsum(low[k][i] * found[k] for k in range(i + 1, size))) / low[i][i]
    return found


def _sigmoid(points: float) -> float:
    if points < 0:
        small = math.exp(max(points, -700.0))
        return small / (1 + small)
    return 1 / (1 + math.exp(-min(points, 700.0)))
