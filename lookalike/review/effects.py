"""What another version of the weights would make of past leads, from the rows that are stored."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from lookalike.store.verdicts import Scored
from scoring.gate import SHOWN
from scoring.result import Kind
from scoring.tally import Hit, score_of_sum, total
from scoring.weights import Weights


@dataclass(frozen=True, slots=True)
class LeadChange:
    """A lead whose band or rank would change; a rank of None: not shown."""

    lead: int
    host: str
    status: str
    score_before: float
    score_after: float
    band_before: str
    band_after: str
    rank_before: int | None
    rank_after: int | None

    @property
    def band_changes(self) -> bool:
        """Whether it would be shown as something else, or no longer, or anew."""
        return self.band_before != self.band_after

    def as_json(self) -> dict[str, Any]:
        """As ``calibrate --json`` prints it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Lead:
    """What is needed of a lead; its rows are let go."""

    number: int
    host: str
    status: str
    before: float
    after: float


def changes_of(
    leads: Iterable[Scored], kept: Mapping[str, Weights], before: Weights, after: Weights
) -> tuple[LeadChange, ...]:
    """Leads whose band or rank would change, those whose band changes first; leads of unknown versions are left out."""
    known = [_judged(lead, kept[lead.weights_version], before, after) for lead in leads if lead.weights_version in kept]
    rank_was = _ranks({lead.number: lead.before for lead in known}, before)
    rank_now = _ranks({lead.number: lead.after for lead in known}, after)
    changed = []
    for lead in known:
        change = LeadChange(
            lead.number,
            lead.host,
            lead.status,
            lead.before,
            lead.after,
            before.band(lead.before),
            after.band(lead.after),
            rank_was.get(lead.number),
            rank_now.get(lead.number),
        )
        if change.band_changes or change.rank_before != change.rank_after:
            changed.append(change)
    return tuple(sorted(changed, key=lambda c: (not c.band_changes, -abs(c.score_after - c.score_before), c.lead)))


def strengths_of(rows: Sequence[Mapping[str, Any]], made_with: Weights, kind: Kind) -> dict[str, float]:
    """Strength of every signal that has a row: its points over its weight in the version that made the row."""
    pairs = ((row["signal"], row["points"], made_with.points(kind, row["signal"])) for row in rows)
    return {name: min(max(points / weight, 0.0), 1.0) for name, points, weight in pairs if weight}


def _judged(lead: Scored, made_with: Weights, before: Weights, after: Weights) -> _Lead:
    kind: Kind = "site" if lead.kind == "site" else "advert"
    hits = [Hit(name, strength) for name, strength in strengths_of(lead.rows, made_with, kind).items()]
    was, now = (score_of_sum(total(hits, kind, weights)) for weights in (before, after))
    return _Lead(lead.lead_id, lead.host, lead.status, was, now)


def _ranks(scores: Mapping[int, float], weights: Weights) -> dict[int, int]:
    """Places in the default list: best first, among equals the newest lead."""
    shown = [number for number, score in scores.items() if weights.band(score) in SHOWN]
    return {number: rank for rank, number in enumerate(sorted(shown, key=lambda n: (-scores[n], -n)), 1)}
