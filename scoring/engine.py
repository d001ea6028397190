"""Runs the signals, adds up the points, says the probability. Dull on purpose: no judgement of its own."""

from __future__ import annotations

import math
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scoring.context import Context
from scoring.not_seen import not_seen
from scoring.result import MISS, Assessment, Kind, Row, SignalResult, Unchecked
from scoring.self_told import believed
from scoring.signals import SIGNALS
from scoring.tally import Hit, kind_of, platform_of, points_of, prior_of, score_of_sum

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from scoring.case import Case
    from scoring.challenge import Wall
    from scoring.reference import Reference
    from scoring.result import Signal
    from scoring.weights import Weights

PRIOR_TEXT: dict[Kind, str] = {
    "site": "先验：搜索所见网站绝大多数不是仿冒网站",
    "advert": "先验：搜索所见页面绝大多数不是涉假证广告",
}


class Outcome(NamedTuple):
    """What one signal said."""

    signal: Signal
    result: SignalResult


_as_outcome = partial(tuple.__new__, Outcome)


def assess(case: Case, ref: Reference, weights: Weights, signals: Sequence[Signal] = SIGNALS) -> Assessment:
    """Judge one case as the kind it is likelier to be. Never raises: a signal that fails is listed as unchecked."""
    ctx = Context(case, ref)
    return conclude(case, _observed(ctx, signals), ref, weights, ctx.walls)


def conclude(
    case: Case, outcomes: Sequence[Outcome], ref: Reference, weights: Weights, walls: Mapping[str, Wall] | None = None
) -> Assessment:
    """The judgement that ``weights`` make of what was observed; ``walls`` of the case where they are known."""
    outcomes = [outcome for outcome in outcomes if outcome.result is not MISS]  # misses, which are most, add nothing
    hits = hits_of(outcomes)
    kind = kind_of(hits, weights, bare=is_bare(case))
    rows = _rows(kind, outcomes, weights)
    score = score_of(rows)
    return Assessment(
        kind=kind,
        score=score,
        band=weights.band(score),
        impersonates=platform_of(hits, weights, ref.core) if kind == "site" else None,
        rows=rows,
        unchecked=(*_unchecked(outcomes), *_linear(case), *not_seen(case, walls)),
        weights_version=weights.version,
    )


def score_of(rows: Iterable[Row]) -> float:
    """``100 × sigmoid(sum of points)``; the sum is exact, so the order of rows does not matter."""
    return score_of_sum(math.fsum(row.points for row in rows))


def observe(case: Case, ref: Reference, signals: Sequence[Signal] = SIGNALS) -> list[Outcome]:
    """What every signal says of a case; weights have no part in it."""
    return _observed(Context(case, ref), signals)


def _observed(ctx: Context, signals: Sequence[Signal]) -> list[Outcome]:
    case = ctx.case
    return [_as_outcome((signal, _run(signal, case, ctx))) for signal in signals]


def hits_of(outcomes: Iterable[Outcome]) -> list[Hit]:
    """The hits alone, in the order of the signals."""
    return [Hit(s.name, result.strength, result.platform) for s, result in outcomes if result.status == "hit"]


def is_bare(case: Case) -> bool:
    """Whether a case is a text or picture by itself, without a site."""
    return case.site is None and not case.views


def core_ids(ref: Reference) -> tuple[str, ...]:
    """The platforms that are reported by name, in the reference's order."""
    return ref.core


def _run(signal: Signal, case: Case, ctx: Context) -> SignalResult:
    try:
        result = signal(case, ctx)
        return believed(signal.name, result, ctx) if result.status == "hit" else result
    except Exception as error:  # noqa: BLE001 - one broken signal must not cost the night its lead
        why = f"检查出错：{type(error).__name__}: {error}"[:200]
        return SignalResult("unknown", text=why)


def _rows(kind: Kind, outcomes: Sequence[Outcome], weights: Weights) -> tuple[Row, ...]:
    found = []
    for outcome in outcomes:
        if outcome.result.status != "hit":
            continue
        points = points_of(Hit(outcome.signal.name, outcome.result.strength), kind, weights)
        if points:
            found.append(Row(outcome.signal.name, points, outcome.result.text, outcome.result.evidence))
    prior = Row("prior", prior_of(kind, weights), PRIOR_TEXT[kind])
    return (prior, *sorted(found, key=lambda r: (-r.points, r.signal)))


def _unchecked(outcomes: Iterable[Outcome]) -> tuple[Unchecked, ...]:
    """One line a reason: a page that did not come leaves many signals without an answer."""
    by_why: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.result.status == "unknown":
            by_why.setdefault(outcome.result.text, []).append(outcome.signal.title)
    return tuple(Unchecked("、".join(what), why) for why, what in by_why.items())


def _linear(case: Case) -> tuple[Unchecked, ...]:
    """Pages that were read without a tree: what a script builds or a style hides is not seen there."""
    whys = dict.fromkeys(view.page.why_linear for view in case.pages if view.page and view.page.why_linear)
    return tuple(Unchecked("网页结构（已改为逐标签读取）", why) for why in whys)
