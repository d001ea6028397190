"""The weights of one version: points per signal for both kinds, priors, bands. Data; the engine only multiplies."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.result import Band, Kind


class WeightsError(ValueError):
    """A weights table is wrong: names the key, what was expected and what came."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Points for a hit of strength 1, by kind; negative for counter-evidence."""

    version: str
    prior: Mapping[str, float]
    """Log-odds before anything is seen, by kind."""
    bands: Mapping[str, float]
    """Least score of ``high`` and ``medium``."""
    site: Mapping[str, float]
    advert: Mapping[str, float]

    def points(self, kind: Kind, signal: str) -> float:
        """Points of a full hit; 0 for a signal without a weight in this kind."""
        return (self.site if kind == "site" else self.advert).get(signal, 0.0)

    def band(self, score: float) -> Band:
        """The band that a score falls in."""
        if score >= self.bands["high"]:
            return "high"
        return "medium" if score >= self.bands["medium"] else "low"


def read_weights(text: str, name: str = "weights.toml") -> Weights:
    """Weights from TOML. Raises WeightsError with file and key."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise WeightsError(f"{name}: not TOML: {error}") from error
    version = table.get("version")
    if not isinstance(version, str) or not version:
        raise WeightsError(f'{name}: version: expected a text such as "2026-11-21.1", got {version!r}')
    signals = table.get("signals")
    if not isinstance(signals, dict) or not signals:
        raise WeightsError(f"{name}: signals: expected a table with one row a signal")
    rows = {key: _numbers(row, ("site", "advert"), f"{name}: signals.{key}") for key, row in signals.items()}
    return Weights(
        version,
        _numbers(table.get("prior"), ("site", "advert"), f"{name}: prior"),
        _numbers(table.get("bands"), ("high", "medium"), f"{name}: bands"),
        {key: row["site"] for key, row in rows.items()},
        {key: row["advert"] for key, row in rows.items()},
    )


def _numbers(row: Any, keys: tuple[str, ...], where: str) -> dict[str, float]:
    if not isinstance(row, dict):
        raise WeightsError(f"{where}: expected a table with {' and '.join(keys)}, got {row!r}")
    values: dict[str, float] = {}
    for key in keys:
        value = row.get(key)
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            raise WeightsError(f"{where}.{key}: expected a number, got {value!r}")
        values[key] = float(value)
    return values


@lru_cache(maxsize=1)
def shipped() -> Weights:
    """The weights that ship with the project."""
    return read_weights(files("scoring").joinpath("weights.toml").read_text(encoding="utf-8"))
