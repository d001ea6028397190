"""The labelled cases as they ship with the program: hits only, one JSON object a line, so that a refit can be held
to the gate where the cases' sources are not at hand. Written by ``make gate``; never edited by hand.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from scoring.gate import Floors, GateCase, Judged, judge
from scoring.tally import Hit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.weights import Weights

FILE = "gate_cases.jsonl"


class GateError(ValueError):
    """The table is not usable; names the place."""


@dataclass(frozen=True, slots=True)
class GateTable:
    """The cases, the floors that they are held to, and the platforms that are reported by name."""

    floors: Floors
    core: tuple[str, ...]
    cases: tuple[GateCase, ...]

    def judge(self, weights: Weights) -> list[Judged]:
        """All cases under one version of the weights."""
        return [judge(case, weights, self.core) for case in self.cases]


def as_text(table: GateTable) -> str:
    """The table as its file holds it; the same table always gives the same bytes."""
    head = {"floors": asdict(table.floors), "core": list(table.core)}
    return "\n".join(_line(row) for row in (head, *(_row(case) for case in table.cases))) + "\n"


def read_table(text: str, name: str = FILE) -> GateTable:
    """The table from its file's text. Raises GateError with the place."""
    rows: list[dict[str, Any]] = []
    try:
        rows.extend(json.loads(line) for line in text.splitlines())
        floors, core = Floors(**rows[0]["floors"]), tuple(rows[0]["core"])
        cases = [_case(row) for row in rows[1:]]
    except (ValueError, KeyError, TypeError, IndexError) as error:
        where = rows[-1].get("id", "its head") if rows and isinstance(rows[-1], dict) else "its head"
        raise GateError(f"{name}: not the gate's table ({error}) at or after {where}; write it: make gate") from error
    return GateTable(floors, core, tuple(cases))


@lru_cache(maxsize=1)
def shipped_table() -> GateTable:
    """The table that ships with the program."""
    return read_table(files("scoring").joinpath(FILE).read_text(encoding="utf-8"))


def _row(case: GateCase) -> dict[str, Any]:
    row: dict[str, Any] = {"id": case.id, "label": case.label}
    for key in ("impersonates", "group", "crew"):
        if value := getattr(case, key):
            row[key] = value
    if case.bare:
        row["bare"] = True
    row["hits"] = [[h.signal, h.strength, *([h.platform] if h.platform else [])] for h in _sorted(case.hits)]
    return row


def _case(row: dict[str, Any]) -> GateCase:
    hits = tuple(Hit(hit[0], float(hit[1]), hit[2] if len(hit) > 2 else None) for hit in row["hits"])
    return GateCase(
        row["id"],
        row["label"],
        hits,
        row.get("impersonates"),
        row.get("group", ""),
        row.get("bare", False),
        row.get("crew", ""),
    )


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda h: h.signal)


def _line(row: dict[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":"))
