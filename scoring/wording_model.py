"""The linear model of adverts' wording: weights of what ``scoring.wording_grams`` counts, and the sum that they make.

Trained by ``tests/wording/train.py``; where a text is looked at, and what follows, is for ``scoring.wording``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scoring.wording_grams import Counted

K = TypeVar("K")
POWER, LEAST = 0.4, 4
"""A group's weights are summed and divided by (number known, at least LEAST) ** POWER."""


@dataclass(frozen=True)
class Model:
    """Weights by group and gram; ``slope`` and ``shift`` calibrate their sum."""

    weights: Mapping[str, Mapping[str, float]]
    bias: float
    slope: float
    shift: float

    def raw(self, counted: Mapping[str, set[str]]) -> float:
        """The sum before calibration."""
        return self._sum(_known(known, counted[group]) for group, known in self.weights.items())

    def said(self, counted: Counted) -> float:
        """``raw`` of the same before it is written out."""
        chars, sounds, kinds, beside, order = self._tables
        groups = {
            "c": _known(chars, counted.chars),
            "s": _known(sounds, counted.sounds),
            "k": _known(kinds, counted.kinds),
            "p": [*_known(beside, counted.beside), *_known(order, counted.order)],
        }
        return self._sum(groups[group] for group in self.weights)  # in their order, so that the sum is the same

    def logit(self, counted: Counted) -> float:
        """Calibrated log-odds of what was counted."""
        return self.slope * self.said(counted) + self.shift

    def _sum(self, groups: Iterable[list[float]]) -> float:
        total = self.bias
        for found in groups:
            total += sum(sorted(found)) / max(LEAST, len(found)) ** POWER
        return total

    @cached_property
    def _tables(
        self,
    ) -> tuple[
        Mapping[str, float],
        Mapping[tuple[str, ...], float],
        Mapping[str, float],
        Mapping[tuple[str, ...], float],
        Mapping[tuple[str, ...], float],
    ]:
        """The weights by what is counted, in the order of ``Counted``."""
        company = self.weights.get("p", {})
        return (
            self.weights.get("c", {}),
            {tuple(gram.split(" ")): weight for gram, weight in self.weights.get("s", {}).items()},
            self.weights.get("k", {}),
            {tuple(gram.split("&")): weight for gram, weight in company.items() if "&" in gram},
            {tuple(gram.split(">")): weight for gram, weight in company.items() if "&" not in gram},
        )


def _known(known: Mapping[K, float], found: set[K]) -> list[float]:
    return [known[gram] for gram in known.keys() & found]


def read_model(text: str) -> Model:
    """A model from its JSON text."""
    data = json.loads(text)
    return Model(data["weights"], data["bias"], data["slope"], data["shift"])


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model that comes with the program."""
    return read_model(files("scoring").joinpath("wording_model.json").read_text(encoding="utf-8"))
