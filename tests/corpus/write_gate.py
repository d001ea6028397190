"""Writes ``scoring/gate_cases.jsonl`` from the corpus: run ``make gate`` after a change of corpus, floors or signals."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from cases import read_corpus, read_reference  # noqa: E402 - found by the line above
from table import gate_table  # noqa: E402

from scoring.engine import observe  # noqa: E402
from scoring.gate import below, measure  # noqa: E402
from scoring.gate_table import FILE, GateTable, as_text  # noqa: E402
from scoring.weights import shipped  # noqa: E402


def build() -> GateTable:
    """The table of the corpus as it stands."""
    reference = read_reference()
    return gate_table([(labelled, observe(labelled.case, reference)) for labelled in read_corpus()], reference)


if __name__ == "__main__":
    made = build()
    (ROOT / "scoring" / FILE).write_text(as_text(made), encoding="utf-8")
    found = measure(made.judge(shipped()))
    print(f"{len(made.cases)} cases -> scoring/{FILE}\n{found}", *below(found, made.floors), sep="\n")
