"""The corpus as a refit sees it, and what is printed of how calibrated a version is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from scoring.calibration.fit import Example, Fitted
from scoring.calibration.folds import choose, unseen
from scoring.calibration.reliability import Bin, Forecast, Quality, at_rate, curve, even_curve, quality
from scoring.gate import NUMBERS, TITLES, measure
from scoring.gate_table import GateTable
from scoring.result import Kind
from scoring.weights import Weights

ROOT = Path(__file__).resolve().parents[2]
DOC = ROOT / "docs" / "calibration.md"
LABEL = {"site": "fake", "advert": "advert"}
RATES = (0.05, 0.2)
START, END = "<!-- measured: written by make gate -->", "<!-- end of measured -->"


def examples(table: GateTable, kind: Kind) -> list[Example]:
    """The guilty of one kind and all honest cases."""
    wanted = (LABEL[kind], "benign")
    return [
        Example(c.id, c.label == LABEL[kind], {h.signal: h.strength for h in c.hits}, c.crew)
        for c in table.cases
        if c.label in wanted
    ]


def start_of(weights: Weights, kind: Kind) -> Fitted:
    return Fitted(weights.prior[kind], weights.site if kind == "site" else weights.advert)


def forecasts(table: GateTable, weights: Weights) -> list[Forecast]:
    """What the score says of each case, and whether the case is what it is called."""
    return [Forecast(j.points, j.right) for j in table.judge(weights)]


def on_unseen(table: GateTable, weights: Weights, kind: Kind) -> tuple[float, Quality]:
    """The pull that a refit would take, and its quality on cases it has not seen."""
    cases, start = examples(table, kind), start_of(weights, kind)
    pull = choose(cases, start).pull
    return pull, quality(unseen(cases, start, pull))


def report(table: GateTable, weights: Weights) -> str:
    """The measured part of docs/calibration.md."""
    said = forecasts(table, weights)
    found = measure(table.judge(weights))
    lines = [
        f"Weights {weights.version}, {len(table.cases)} cases.",
        "",
        "| gate | measured | floor |",
        "|---|---|---|",
    ]
    lines += [f"| {n} ({TITLES[n]}) | {getattr(found, n):.4f} | {getattr(table.floors, n):g} |" for n in NUMBERS]
    lines += [
        "",
        "| cases weighted to | Brier | log loss | ECE |",
        "|---|---|---|---|",
        _row("the corpus as it is", said),
    ]
    lines += [_row(f"{rate:.0%} guilty", at_rate(said, rate)) for rate in RATES]
    for kind in ("site", "advert"):
        start = start_of(weights, kind)
        lines.append(_row(f"{kind}: shipped", [Forecast(start.points(e), e.guilty) for e in examples(table, kind)]))
        pull, cross = on_unseen(table, weights, kind)
        lines.append(f"| {kind}: refit, unseen cases, pull {pull:g} | {_numbers(cross)} |")
    lines += ["", "Equal steps of probability:", "", *_curve(curve(said))]
    lines += ["", "Bins of like size:", "", *_curve(even_curve(said))]
    return "\n".join(lines)


def _row(name: str, found: Sequence[Forecast]) -> str:
    return f"| {name} | {_numbers(quality(found))} |"


def _numbers(found: Quality) -> str:
    return f"{found.brier:.4f} | {found.log_loss:.4f} | {found.ece:.4f}"


def _curve(bins: Sequence[Bin]) -> list[str]:
    head = ["| from | to | cases | said | was |", "|---|---|---|---|---|"]
    return head + [f"| {b.low:.3f} | {b.high:.3f} | {b.count} | {b.said:.3f} | {b.was:.3f} |" for b in bins]


def in_document(text: str, measured: str) -> str:
    """The document with its measured part replaced."""
    fresh = f"{START}\n\n{measured}\n\n{END}"
    return re.sub(f"{re.escape(START)}.*{re.escape(END)}", lambda _: fresh, text, flags=re.DOTALL)
