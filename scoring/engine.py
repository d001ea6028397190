"""Runs the signals, adds up the points, says the probability. Dull on purpose: no judgement of its own."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scoring.context import Context
from scoring.result import Assessment, Kind, Row, SignalResult, Unchecked
from scoring.signals import SIGNALS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scoring.case import Case
    from scoring.reference import Reference
    from scoring.result import Signal
    from scoring.weights import Weights

PRIOR_TEXT = {
    "site": "先验：搜索所见网站绝大多数不是仿冒网站",
    "advert": "先验：搜索所见页面绝大多数不是涉假证广告",
}
DIGITS = 4
SUBJECT_SIGNALS = frozenset({"certificate_result", "unsigned_query"})
BY_SUBJECT = 0.3
"""Naming a platform by what its certificates are about counts less than by what the page says of itself."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one signal said."""

    signal: Signal
    result: SignalResult


def assess(case: Case, ref: Reference, weights: Weights, signals: Sequence[Signal] = SIGNALS) -> Assessment:
    """Judge one case as the kind it is likelier to be. Never raises: a signal that fails is listed as unchecked."""
    ctx = Context(case, ref)
    outcomes = [_run(signal, case, ctx) for signal in signals]
    rows = {kind: _rows(kind, outcomes, weights) for kind in ("site", "advert")}
    kind = _kind(case, rows)
    score = score_of(rows[kind])
    return Assessment(
        kind=kind,
        score=score,
        band=weights.band(score),
        impersonates=_impersonates(outcomes, weights, ref) if kind == "site" else None,
        rows=rows[kind],
        unchecked=_unchecked(outcomes),
        weights_version=weights.version,
    )


def score_of(rows: Iterable[Row]) -> float:
    """``100 × sigmoid(sum of points)``; the sum is exact, so the order of rows does not matter."""
    total = math.fsum(row.points for row in rows)
    if total < 0:
        small = math.exp(max(total, -700.0))
        return 100 * small / (1 + small)
    return 100 / (1 + math.exp(-min(total, 700.0)))


def _run(signal: Signal, case: Case, ctx: Context) -> Outcome:
    try:
        return Outcome(signal, signal(case, ctx))
    except Exception as error:  # noqa: BLE001 - one broken signal must not cost the night its lead
        why = f"检查出错：{type(error).__name__}: {error}"[:200]
        return Outcome(signal, SignalResult("unknown", text=why))


def _rows(kind: str, outcomes: Sequence[Outcome], weights: Weights) -> tuple[Row, ...]:
    as_kind: Kind = "site" if kind == "site" else "advert"
    prior = Row("prior", round(weights.prior[as_kind], DIGITS), PRIOR_TEXT[as_kind])
    found = []
    for outcome in outcomes:
        if outcome.result.status != "hit":
            continue
        points = round(weights.points(as_kind, outcome.signal.name) * outcome.result.strength, DIGITS)
        if points:
            found.append(Row(outcome.signal.name, points, outcome.result.text, outcome.result.evidence))
    return (prior, *sorted(found, key=lambda r: (-r.points, r.signal)))


def _kind(case: Case, rows: dict[str, tuple[Row, ...]]) -> Kind:
    if case.site is None and not case.views:
        return "advert"
    totals = {kind: math.fsum(r.points for r in found) for kind, found in rows.items()}
    return "advert" if totals["advert"] > totals["site"] else "site"


def _impersonates(outcomes: Sequence[Outcome], weights: Weights, ref: Reference) -> str | None:
    """The platform that most points name; other bodies' rows stand as ``gov``."""
    points: dict[str, float] = defaultdict(float)
    for outcome in outcomes:
        platform = outcome.result.platform
        if outcome.result.status != "hit" or not platform:
            continue
        worth = weights.points("site", outcome.signal.name) * outcome.result.strength
        if worth > 0:
            points[platform] += worth * (BY_SUBJECT if outcome.signal.name in SUBJECT_SIGNALS else 1.0)
    core = {p: v for p, v in points.items() if p == "gov" or _is_core(ref, p)}
    if not core:
        return "gov" if points else None
    order = list(ref.platforms)
    return min(core, key=lambda p: (-round(core[p], DIGITS), p == "gov", order.index(p) if p in order else 0))


def _is_core(ref: Reference, platform_id: str) -> bool:
    """Rows of services and provinces are reported as ``gov``: crews take their numbers, not their names."""
    platform = ref.platforms.get(platform_id)
    return platform is not None and platform.group == "core"


def _unchecked(outcomes: Iterable[Outcome]) -> tuple[Unchecked, ...]:
    """One line a reason: a page that did not come leaves many signals without an answer."""
    by_why: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.result.status == "unknown":
            by_why.setdefault(outcome.result.text, []).append(outcome.signal.title)
    return tuple(Unchecked("、".join(what), why) for why, what in by_why.items())
