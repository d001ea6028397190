"""The arithmetic of a score: hits times weights, summed, as a probability, with a kind and a platform's name.

Knows neither cases nor signals, so that judgements can be made again from hits alone.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.result import Kind
    from scoring.weights import Weights

DIGITS = 4
"""Decimal places of points: what an analyst adds up is exactly what the program added up."""
SUBJECT_SIGNALS = frozenset({"certificate_result", "emblem", "unsigned_query"})
BY_SUBJECT = 0.3
"""Naming a platform by what its certificates are about, or by an emblem that all organs share, counts less than by what
the page says of itself."""


@dataclass(frozen=True, slots=True)
class Hit:
    """What one signal said: how strongly in (0, 1], and which platform is imitated."""

    signal: str
    strength: float
    platform: str | None = None


def points_of(hit: Hit, kind: Kind, weights: Weights) -> float:
    """Points of a hit in log-odds, as the row shows them."""
    return round(weights.points(kind, hit.signal) * hit.strength, DIGITS)


def prior_of(kind: Kind, weights: Weights) -> float:
    """Points of the prior, as the row shows them."""
    return round(weights.prior[kind], DIGITS)


def total(hits: Iterable[Hit], kind: Kind, weights: Weights) -> float:
    """Log-odds of a case with these hits; the sum is exact, so their order does not matter."""
    return math.fsum((prior_of(kind, weights), *(points_of(hit, kind, weights) for hit in hits)))


def score_of_sum(points: float) -> float:
    """``100 × sigmoid(points)``, without overflow."""
    if points < 0:
        small = math.exp(max(points, -700.0))
        return 100 * small / (1 + small)
    return 100 / (1 + math.exp(-min(points, 700.0)))


def kind_of(hits: Sequence[Hit], weights: Weights, *, bare: bool) -> Kind:
    """The likelier kind; a ``bare`` text or picture without a site is an advert."""
    if bare or total(hits, "advert", weights) > total(hits, "site", weights):
        return "advert"
    return "site"


def platform_of(hits: Iterable[Hit], weights: Weights, core: Sequence[str]) -> str | None:
    """The platform that most points name; other bodies' rows stand as ``gov``.

    ``core`` are the ids that are reported by name, in order of preference among equals: of services and provinces
    crews take the numbers, not the names.
    """
    points: dict[str, float] = defaultdict(float)
    for hit in hits:
        worth = weights.points("site", hit.signal) * hit.strength
        if hit.platform and worth > 0:
            points[hit.platform if hit.platform in core else "gov"] += worth * (
                BY_SUBJECT if hit.signal in SUBJECT_SIGNALS else 1.0
            )
    named = {p: v for p, v in points.items() if p == "gov" or p in core}
    if not named:
        return "gov" if points else None
    place = {p: n for n, p in enumerate(core)}
    return min(named, key=lambda p: (-round(named[p], DIGITS), p == "gov", place.get(p, 0)))
