"""Fits ``scoring/weights.toml`` to the corpus, pulled to the judged weights: ``make refit``, then read the difference.

``scoring/weights_judged.toml`` keeps what was judged, so that a second refit starts where the first one did. The
prior stays as judged: a corpus that was chosen does not tell how rare the guilty are in the field.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]

from learn import examples, forecasts, start_of  # noqa: E402 - found by the line above
from write_gate import build  # noqa: E402

from scoring.calibration.fit import fit  # noqa: E402
from scoring.calibration.folds import PULLS, choose  # noqa: E402
from scoring.calibration.reliability import quality  # noqa: E402
from scoring.gate import below, measure, worse  # noqa: E402
from scoring.gate_table import GateTable, shipped_table  # noqa: E402
from scoring.result import Kind  # noqa: E402
from scoring.weights import Weights, read_weights, with_numbers  # noqa: E402

FILE = ROOT / "scoring" / "weights.toml"
JUDGED = ROOT / "scoring" / "weights_judged.toml"
DIGITS = 3
KINDS: tuple[Kind, ...] = ("site", "advert")


def judged() -> Weights:
    """The judged weights; a signal that has come since stands there as the file of today has it."""
    now = read_weights(FILE.read_text(encoding="utf-8"))
    if not JUDGED.exists():
        return now
    kept = read_weights(JUDGED.read_text(encoding="utf-8"), JUDGED.name)
    site = {name: kept.site.get(name, points) for name, points in now.site.items()}
    advert = {name: kept.advert.get(name, points) for name, points in now.advert.items()}
    return Weights(now.version, kept.prior, now.bands, site, advert)


def refit(
    table: GateTable, origin: Weights, version: str, pull: float | None, advert_pull: float | None = None
) -> Weights:
    """The weights fitted to the corpus; prints pull and prior of each kind."""
    fitted = {}
    for kind in KINDS:
        cases, start = examples(table, kind), start_of(origin, kind)
        given = advert_pull if kind == "advert" and advert_pull is not None else pull
        chosen = choose(cases, start).pull if given is None else given
        fitted[kind] = fit(cases, start, chosen, free_prior=False)
        print(f"{kind}: pull {chosen:g}, prior {start.prior:g}")
    rows = {kind: {name: round(w, DIGITS) for name, w in found.weights.items()} for kind, found in fitted.items()}
    return Weights(version, origin.prior, origin.bands, rows["site"], rows["advert"])


def tell(table: GateTable, before: Weights, after: Weights) -> list[str]:
    """Print what would change; the lines that speak against it."""
    for kind, old, new in (("site", before.site, after.site), ("advert", before.advert, after.advert)):
        for name in sorted(new, key=lambda n: -abs(new[n] - old[n])):
            if abs(new[name] - old[name]) >= 0.05:
                print(f"  {kind:6} {name:24} {old[name]:+8.3f} -> {new[name]:+8.3f}")
    for name, weights in (("before", before), ("after", after)):
        print(name, quality(forecasts(table, weights)))
    was, now = measure(table.judge(before)), measure(table.judge(after))
    return [*below(now, table.floors), *worse(was, now)]


def main() -> int:
    """Fit, tell, write; 1 when the gate speaks against it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--version", help="name of the new version; default: the file's own")
    parser.add_argument("--pull", type=float, help=f"instead of the best of {PULLS}")
    parser.add_argument(
        "--advert-pull", type=float, help="for adverts, whose wording model has read the corpus: pull harder there"
    )
    parser.add_argument("--table", action="store_true", help="fit to scoring/gate_cases.jsonl as it is")
    parser.add_argument("--write", action="store_true", help="write the file when the gate holds")
    parser.add_argument("--although", action="store_true", help="write it although the gate speaks against it")
    options = parser.parse_args()
    table, origin = shipped_table() if options.table else build(), judged()
    text = FILE.read_text(encoding="utf-8")
    before = read_weights(text)
    after = refit(table, origin, options.version or before.version, options.pull, options.advert_pull)
    against = tell(table, before, after)
    print(*against, sep="\n")
    if options.write and (options.although or not against):
        if not JUDGED.exists():
            JUDGED.write_text(text, encoding="utf-8")
        FILE.write_text(with_numbers(text, after), encoding="utf-8")
        print(f"written: {FILE.relative_to(ROOT)}; now: make gate")
    return 1 if against else 0


if __name__ == "__main__":
    sys.exit(main())
