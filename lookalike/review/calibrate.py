"""A refit of the weights from analysts' verdicts: what it would change, what speaks against it, and putting it to use.

Lessons are the rows that analysts had before them; the strength of a signal is its points over its weight in the
version that the row was made with. Nothing is fetched or parsed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review.effects import LeadChange, changes_of, strengths_of
from lookalike.store import verdicts, weights
from lookalike.store.models import WeightsVersion
from lookalike.store.verdicts import Lesson
from scoring.calibration.fit import Example, Fitted, fit
from scoring.calibration.folds import choose, unseen
from scoring.calibration.reliability import Forecast, Quality, quality
from scoring.gate import Measures, below, measure, worse
from scoring.gate_table import GateTable, shipped_table
from scoring.result import Kind
from scoring.weights import Weights, shipped

LEAST = 30
"""Verdicts of one kind from which a refit of it is tried."""
LEAST_OF_EACH = 5
DIGITS = 3
KINDS: tuple[Kind, ...] = ("site", "advert")


@dataclass(frozen=True, slots=True)
class KindFit:
    """What one kind was fitted to, and how well; ``after`` is measured on verdicts that the fit had not seen."""

    confirmed: int
    false_positive: int
    pull: float
    before: Quality
    after: Quality


@dataclass(frozen=True, slots=True)
class Proposal:
    """A refit that is not in use yet."""

    current: Weights
    """The version in use."""
    parent: str
    """The shipped version that the fit was pulled to."""
    proposed: Weights
    fits: Mapping[Kind, KindFit]
    too_few: Mapping[Kind, tuple[int, int]]
    """Kinds that keep their shipped weights, with their confirmed leads and false positives."""
    left_out: int
    """Verdicts on judgements whose weights version is not kept."""
    gate_before: Measures
    gate_after: Measures
    against: tuple[str, ...]
    """Why it is refused, a Chinese line each; empty: the gate holds."""
    leads: tuple[LeadChange, ...]
    verdicts: int

    @property
    def moved(self) -> list[tuple[Kind, str, float, float]]:
        """Weights that change: kind, signal (or ``prior``), before, after; the largest change first."""
        found: list[tuple[Kind, str, float, float]] = []
        for kind in KINDS:
            old, new = rows_of(self.current, kind), rows_of(self.proposed, kind)
            names = ((name, old.get(name, 0.0), points) for name, points in new.items())
            found += [(kind, name, was, now) for name, was, now in names if was != now]
        return sorted(found, key=lambda m: (-abs(m[3] - m[2]), m[0], m[1]))

    def facts(self) -> dict[str, Any]:
        """What is kept beside the version."""
        fits = {kind: asdict(found) for kind, found in self.fits.items()}
        return {"verdicts": self.verdicts, "fits": fits, "gate": asdict(self.gate_after)}


def propose(session: Session, *, pull: float | None = None, table: GateTable | None = None) -> Proposal:
    """Fit to all verdicts that stand; UsageError when there are too few. The same verdicts give the same proposal."""
    found = verdicts.lessons(session)
    current, start = weights.active(session), shipped()
    kept = {row.version: weights.as_weights(row) for row in weights.every(session)}
    by_kind, left_out = examples(found, kept)
    few = {kind: _count(cases) for kind, cases in by_kind.items() if not _enough(cases)}
    if len(few) == len(KINDS):
        raise UsageError(_too_few(few))
    fits: dict[Kind, KindFit] = {}
    fitted: dict[Kind, Fitted] = {}
    for kind in KINDS:
        origin = fitted_of(start, kind)
        if kind in few:
            fitted[kind] = origin
            continue
        chosen = choose(by_kind[kind], origin).pull if pull is None else pull
        fitted[kind] = fit(by_kind[kind], origin, chosen)
        fits[kind] = _fit_of(by_kind[kind], origin, fitted_of(current, kind), chosen)
    proposed = _rounded(start, fitted)
    gate = table or shipped_table()
    before, after = measure(gate.judge(current)), measure(gate.judge(proposed))
    return Proposal(
        current,
        start.version,
        proposed,
        fits,
        few,
        left_out,
        before,
        after,
        (*below(after, gate.floors), *worse(before, after)),
        changes_of(verdicts.scored(session), kept, current, proposed),
        len(found),
    )


def apply(session: Session, proposal: Proposal, who: str, now: datetime) -> WeightsVersion:
    """Keep the proposal as a version and use it from now on, in one transaction.

    UsageError when the gate speaks against it, or when verdicts or the version in use have changed since.
    """
    if proposal.against:
        raise UsageError("the gate speaks against this refit: " + "; ".join(proposal.against))
    in_use, count = weights.active(session), len(verdicts.lessons(session))
    if in_use != proposal.current or count != proposal.verdicts:
        raise UsageError("verdicts or the version in use have changed meanwhile; run: lookalike calibrate again")
    return weights.add(session, now, who, proposal.proposed, proposal.parent, proposal.facts())


def examples(found: Sequence[Lesson], kept: Mapping[str, Weights]) -> tuple[dict[Kind, list[Example]], int]:
    """Lessons by kind as a fit takes them, and how many had to be left out."""
    by_kind: dict[Kind, list[Example]] = {kind: [] for kind in KINDS}
    left_out = 0
    for lesson in found:
        made_with = kept.get(lesson.weights_version)
        kind: Kind = "site" if lesson.kind == "site" else "advert"
        if made_with is None:
            left_out += 1
            continue
        strengths = strengths_of(lesson.rows, made_with, kind)
        by_kind[kind].append(Example(str(lesson.lead_id), lesson.guilty, strengths, lesson.campaign))
    return by_kind, left_out


def rows_of(found: Weights, kind: Kind) -> dict[str, float]:
    """Prior and weights of one kind by name."""
    return {"prior": found.prior[kind], **(found.site if kind == "site" else found.advert)}


def fitted_of(found: Weights, kind: Kind) -> Fitted:
    """Weights of one kind as a fit takes them."""
    return Fitted(found.prior[kind], found.site if kind == "site" else found.advert)


def _fit_of(cases: Sequence[Example], origin: Fitted, current: Fitted, pull: float) -> KindFit:
    before = quality([Forecast(current.points(case), case.guilty) for case in cases])
    return KindFit(*_count(cases), pull, before, quality(unseen(cases, origin, pull)))


def _rounded(start: Weights, fitted: Mapping[Kind, Fitted]) -> Weights:
    """Short numbers, which people can read and which give the same sum everywhere; no minus zero."""
    rows = {kind: {n: round(w, DIGITS) + 0.0 for n, w in found.weights.items()} for kind, found in fitted.items()}
    priors: dict[str, float] = {kind: round(found.prior, DIGITS) + 0.0 for kind, found in fitted.items()}
    return Weights("proposed", priors, start.bands, rows["site"], rows["advert"])


def _count(cases: Sequence[Example]) -> tuple[int, int]:
    guilty = sum(case.guilty for case in cases)
    return guilty, len(cases) - guilty


def _enough(cases: Sequence[Example]) -> bool:
    return len(cases) >= LEAST and min(_count(cases)) >= LEAST_OF_EACH


def _too_few(few: Mapping[Kind, tuple[int, int]]) -> str:
    told = ", ".join(f"{kind}: {good} confirmed and {bad} false positives" for kind, (good, bad) in few.items())
    return (
        f"too few verdicts for a refit ({told}); one kind needs at least {LEAST}, {LEAST_OF_EACH} of either sort; "
        "give more with: lookalike verdict"
    )
