"""Writes ``scoring/gate_cases.jsonl`` and the measured part of docs/calibration.md: ``make gate``, after a change of
corpus, floors, signals or weights.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from cases import read_corpus, read_reference  # noqa: E402 - found by the line above
from learn import DOC, in_document, report  # noqa: E402
from table import broken, gate_table  # noqa: E402

from scoring.engine import observe  # noqa: E402
from scoring.gate import NUMBERS, below, measure  # noqa: E402
from scoring.gate_table import FILE, GateTable, as_text  # noqa: E402
from scoring.weights import shipped  # noqa: E402


def build() -> GateTable:
    """The table of the corpus as it stands."""
    reference = read_reference()
    observed = [(labelled, observe(labelled.case, reference)) for labelled in read_corpus()]
    if found := broken(observed):
        sys.exit(f"{len(found)} signals broke, nothing was written; the first: {' '.join(found[0])}")
    return gate_table(observed, reference)


def write(table: GateTable) -> None:
    """Both files."""
    (ROOT / "scoring" / FILE).write_text(as_text(table), encoding="utf-8")
    DOC.write_text(in_document(DOC.read_text(encoding="utf-8"), report(table, shipped())), encoding="utf-8")


if __name__ == "__main__":
    made = build()
    write(made)
    print(f"{len(made.cases)} cases -> scoring/{FILE}, docs/{DOC.name}")
    found = measure(made.judge(shipped()))
    for name in NUMBERS:
        print(f"{name:15} {getattr(found, name):.4f} (floor {getattr(made.floors, name):g})")
    print(*below(found, made.floors), sep="\n")
