"""The weights of one version: points per signal for both kinds, priors, bands. Data; the engine only multiplies."""

from __future__ import annotations

import hashlib
import re
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


def as_toml(weights: Weights, comment: str) -> str:
    """The whole table as text, which ``read_weights`` reads back to the bit; ``comment`` is its first line."""
    lines = [f"# {comment}", f'version = "{weights.version}"', "", "[prior]"]
    lines += [f"{kind} = {points!r}" for kind, points in weights.prior.items()]
    lines += ["", "[bands]", *(f"{band} = {least!r}" for band, least in weights.bands.items()), "", "[signals]"]
    lines += [
        f"{name} = {{ site = {weights.site[name]!r}, advert = {weights.advert[name]!r} }}" for name in weights.site
    ]
    return "\n".join(lines) + "\n"


def with_numbers(text: str, weights: Weights) -> str:
    """The same file with the numbers and the version of ``weights``; comments, order and bands stay.

    Raises WeightsError when the text has a signal that ``weights`` lack, or is not laid out a line a row.
    """
    lines = [_renumbered(line, weights) for line in text.splitlines()]
    section, kinds = "", {"site": weights.prior["site"], "advert": weights.prior["advert"]}
    for number, line in enumerate(lines):
        if line.startswith("["):
            section = line.strip("[] ")
        key = line.partition("=")[0].strip()
        if section == "prior" and key in kinds:
            lines[number] = f"{key} = {kinds[key]!r}"
    made = "\n".join(lines) + "\n"
    again = read_weights(made)
    if (again.site, again.advert, again.prior) != (weights.site, weights.advert, weights.prior):
        raise WeightsError("weights.toml: its rows are not the signals that were fitted; one row a line is expected")
    return made


_ROW = re.compile(r"^(\w+) = \{ site = [-+.\de]+, advert = [-+.\de]+ \}")


def _renumbered(line: str, weights: Weights) -> str:
    if line.startswith("version = "):
        return f'version = "{weights.version}"'
    row = _ROW.match(line)
    if row is None or row[1] not in weights.site:
        return line
    name = row[1]
    fresh = f"{name} = {{ site = {weights.site[name]!r}, advert = {weights.advert[name]!r} }}"
    return fresh + line[row.end() :]


def fingerprint(text: str) -> str:
    """SHA-256 of a table's text."""
    return hashlib.sha256(text.encode()).hexdigest()


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
    return read_weights(shipped_text())


@lru_cache(maxsize=1)
def shipped_text() -> str:
    """The file that ships with the project; read once, so that it is always the text of ``shipped``."""
    return files("scoring").joinpath("weights.toml").read_text(encoding="utf-8")
