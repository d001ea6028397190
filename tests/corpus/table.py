"""The labelled corpus as hits alone, and the floors that it is held to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from cases import Labelled

from scoring.domains import is_gov_label
from scoring.engine import Outcome, core_ids, hits_of, is_bare
from scoring.gate import Floors, GateCase, Group
from scoring.gate_table import GateTable
from scoring.reference import Reference

HERE = Path(__file__).parent
BROKEN = "检查出错"
KNOWN = ("honest_shown", "missed", "miscalled", "misnamed")


@dataclass(frozen=True)
class Bar:
    """What ``floors.toml`` asks for."""

    floors: Floors
    cases: int
    campaigns_f1: float
    known: dict[str, tuple[str, ...]]


def read_bar() -> Bar:
    table = tomllib.loads((HERE / "floors.toml").read_text())
    known = {name: tuple(table["known"].get(name, ())) for name in KNOWN}
    assert set(table["known"]) <= set(KNOWN), "unknown list in floors.toml"
    return Bar(Floors(**table["floors"]), table["corpus"]["cases"], table["campaigns"]["f1"], known)


def read_ceilings() -> dict[str, float]:
    """The most that each measure of calibration may come to."""
    return tomllib.loads((HERE / "floors.toml").read_text())["ceilings"]


def group_of(labelled: Labelled, reference: Reference) -> Group:
    site = labelled.case.site
    if site is None:
        return ""
    if reference.genuine(site) is not None:
        return "genuine"
    return "gov" if is_gov_label(site.host) else ""


def broken(observed: list[tuple[Labelled, list[Outcome]]]) -> list[tuple[str, str, str]]:
    """Signals that raised: case, signal, what it said."""
    return [
        (labelled.id, outcome.signal.name, outcome.result.text)
        for labelled, outcomes in observed
        for outcome in outcomes
        if outcome.result.text.startswith(BROKEN)
    ]


def gate_case(labelled: Labelled, outcomes: list[Outcome], reference: Reference) -> GateCase:
    return GateCase(
        labelled.id,
        labelled.label,
        tuple(hits_of(outcomes)),
        labelled.impersonates,
        group_of(labelled, reference),
        is_bare(labelled.case),
        labelled.campaign,
    )


def gate_table(observed: list[tuple[Labelled, list[Outcome]]], reference: Reference) -> GateTable:
    cases = tuple(gate_case(labelled, outcomes, reference) for labelled, outcomes in observed)
    return GateTable(read_bar().floors, core_ids(reference), cases)
