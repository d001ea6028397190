"""The dated data of the law: what texts say and who checked them. Files hold the facts, nothing is written in code."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from lookalike.evidence.documents.values import because


@dataclass(frozen=True, slots=True)
class Law:
    """One text of the law."""

    id: str
    title: str
    number: str
    """As published; empty: nobody has looked it up."""
    in_force: date
    checked_on: date
    checked_by: str
    """The person who held the entry against the published text; empty: nobody has."""
    note: str

    @property
    def status(self) -> str:
        """When and by whom it was checked, for print."""
        by = self.checked_by or because("尚无人核对原文")
        return f"{self.checked_on.isoformat()}\n核对人：{by}"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One countable condition: ``needed`` of what ``measure`` names."""

    rule: str
    article: str
    text: str
    measure: str
    needed: int
    unit: str


@dataclass(frozen=True, slots=True)
class Offence:
    """One offence without a count, suggested by rows of the score."""

    article: str
    basis: str
    why: str
    any_of: frozenset[str]
    beside: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """The whole file."""

    laws: tuple[Law, ...]
    thresholds: tuple[Threshold, ...]
    offences: tuple[Offence, ...]
    measured: dict[str, str]
    """By measure what is counted, in words."""
    unmeasured: dict[str, str]
    """By measure why it cannot be counted here."""
    posing: frozenset[str]
    """Signals that say that a site poses as a public body."""


@cache
def legal_basis() -> LegalBasis:
    """``legal_basis.toml`` as it ships."""
    told = read("legal_basis.toml")
    return LegalBasis(
        laws=tuple(Law(**law) for law in told["law"]),
        thresholds=tuple(Threshold(**row) for row in told["threshold"]),
        offences=tuple(_offence(row) for row in told["offence"]),
        measured=told["measured"],
        unmeasured=told["unmeasured"],
        posing=frozenset(told["posing"]["signals"]),
    )


def _offence(row: dict[str, Any]) -> Offence:
    beside, words = frozenset(row.get("with", ())), tuple(row.get("words", ()))
    return Offence(row["article"], row["basis"], row["why"], frozenset(row["any_of"]), beside, words)


def read(name: str) -> dict[str, Any]:
    """A data file of this package."""
    return tomllib.loads(files("lookalike.evidence.documents").joinpath(name).read_text("utf-8"))
