"""The gate: how well a version of the weights tells guilty from honest on labelled cases, and which cases it fails.

Works on hits, not on pages, so that a version can be tried in milliseconds and without the cases' sources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, get_args

from scoring.result import Band, Kind
from scoring.tally import Hit, kind_of, platform_of, score_of_sum, total

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scoring.weights import Weights

Label = Literal["fake", "advert", "benign"]
Group = Literal["", "genuine", "gov"]
"""``genuine``: a registered platform's own address; ``gov``: a host at a gov.cn label boundary."""
SHOWN: tuple[Band, ...] = ("high", "medium")
GUILTY_AS: dict[Label, Kind | None] = {"fake": "site", "advert": "advert", "benign": None}


@dataclass(frozen=True, slots=True)
class GateCase:
    """A labelled case as its signals saw it."""

    id: str
    label: Label
    hits: tuple[Hit, ...]
    impersonates: str | None = None
    group: Group = ""
    bare: bool = False
    """A text or picture by itself, without a site."""
    crew: str = ""
    """Cases of one crew are kept together when folds are made."""

    def without(self, signals: Collection[str]) -> GateCase:
        """The case as it would be if these signals did not exist."""
        return replace(self, hits=tuple(hit for hit in self.hits if hit.signal not in signals))


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled case and what a version of the weights says of it."""

    case: GateCase
    kind: Kind
    points: float
    """Log-odds."""
    score: float
    band: Band
    impersonates: str | None

    @property
    def right(self) -> bool:
        """Whether the case is what it is called: the event whose probability the score is."""
        return GUILTY_AS[self.case.label] == self.kind


@dataclass(frozen=True, slots=True)
class Measures:
    """What the gate measures; ids of the cases that each measure loses stand beside it."""

    ap_sites: float
    ap_adverts: float
    precision_high: float
    """Share of the high band that is what it is called; 0 when nothing is high."""
    precision_shown: float
    """Share of what is shown (medium or high) that is guilty: without it a version could find more by accusing all."""
    recall_medium: float
    """Share of the guilty that an analyst is shown: medium or high."""
    named_right: float
    """Share of the fakes whose platform is named."""
    official_shown: tuple[str, ...]
    """Genuine platforms and hosts at a gov.cn label boundary in a shown band."""
    wrong_high: tuple[str, ...]
    """Cases in the high band that are not what they are called."""
    honest_shown: tuple[str, ...]
    missed: tuple[str, ...]
    """Guilty cases in the low band."""
    miscalled: tuple[str, ...]
    """Fakes called adverts, and adverts called fakes."""
    misnamed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Floors:
    """The least that each measure has to reach."""

    ap_sites: float
    ap_adverts: float
    precision_high: float
    precision_shown: float
    recall_medium: float
    named_right: float


NUMBERS = tuple(Floors.__dataclass_fields__)
TITLES = {
    "ap_sites": "仿冒站平均精度",
    "ap_adverts": "广告平均精度",
    "precision_high": "高分档准确率",
    "precision_shown": "中分档以上准确率",
    "recall_medium": "中分档以上召回率",
    "named_right": "仿冒对象识别率",
}
LOST_IN = {
    "ap_sites": ("honest_shown", "missed", "miscalled"),
    "ap_adverts": ("honest_shown", "missed", "miscalled"),
    "precision_high": ("wrong_high",),
    "precision_shown": ("honest_shown",),
    "recall_medium": ("missed",),
    "named_right": ("misnamed",),
}
NAMED = 12
"""Cases that a line names."""


def judge(case: GateCase, weights: Weights, core: Sequence[str]) -> Judged:
    """What ``weights`` say of a case, as ``scoring.engine`` says it of the case's source; ``core``: see ``tally``."""
    kind = kind_of(case.hits, weights, bare=case.bare)
    points = total(case.hits, kind, weights)
    score = score_of_sum(points)
    named = platform_of(case.hits, weights, core) if kind == "site" else None
    return Judged(case, kind, points, score, weights.band(score), named)


def average_precision(ranked: Iterable[bool]) -> float:
    """Mean of the precision at each positive's place (area under the precision-recall steps); 0 without positives."""
    hits, summed = 0, 0.0
    for place, positive in enumerate(ranked, 1):
        if positive:
            hits += 1
            summed += hits / place
    return summed / hits if hits else 0.0


def ranking(judged: Iterable[Judged], kind: Kind) -> list[bool]:
    """Whether each case of the list of one kind belongs there, best first; among equals the honest come first.

    A guilty case that is called the other kind stands at the end of the list that it belongs to, and as a mistake in
    the one it is shown in. An honest case counts with its score whatever it is called.
    """
    pool = []
    for item in judged:
        belongs = GUILTY_AS[item.case.label] == kind
        stands = item.kind == kind or item.case.label == "benign"
        if belongs or stands:
            pool.append((item.points if stands else float("-inf"), belongs))
    return [belongs for _, belongs in sorted(pool, key=lambda p: (-p[0], p[1]))]


def measure(judged: Sequence[Judged]) -> Measures:
    """All measures of one version of the weights."""
    guilty = [j for j in judged if j.case.label != "benign"]
    fakes = [j for j in judged if j.case.label == "fake"]
    high = [j for j in judged if j.band == "high"]
    shown = [j for j in judged if j.band in SHOWN]
    missed = _ids(j for j in guilty if j.band not in SHOWN)
    misnamed = _ids(j for j in fakes if j.impersonates != j.case.impersonates)
    return Measures(
        ap_sites=average_precision(ranking(judged, "site")),
        ap_adverts=average_precision(ranking(judged, "advert")),
        precision_high=_share(sum(j.right for j in high), len(high)),
        precision_shown=_share(sum(j.case.label != "benign" for j in shown), len(shown)),
        recall_medium=_share(len(guilty) - len(missed), len(guilty)),
        named_right=_share(len(fakes) - len(misnamed), len(fakes)),
        official_shown=_ids(j for j in shown if j.case.group),
        wrong_high=_ids(j for j in high if not j.right),
        honest_shown=_ids(j for j in shown if j.case.label == "benign"),
        missed=missed,
        miscalled=_ids(j for j in guilty if not j.right),
        misnamed=misnamed,
    )


def below(found: Measures, floors: Floors) -> list[str]:
    """One Chinese line for each floor that is not reached; empty when the gate is passed."""
    lines = []
    for name in NUMBERS:
        value, floor = getattr(found, name), getattr(floors, name)
        if value < floor:
            lines.append(f"{TITLES[name]} {value:.4f} 低于下限 {floor:g}{_cases(_lost(found, name))}")
    if found.official_shown:
        lines.append(f"官方平台或 gov.cn 网站被列为线索{_cases(found.official_shown)}")
    return lines


def worse(before: Measures, after: Measures) -> list[str]:
    """One Chinese line for each measure that is lower than it was, with the cases that are newly lost."""
    lines = []
    for name in NUMBERS:
        old, new = getattr(before, name), getattr(after, name)
        if new < old:
            fresh = [c for c in _lost(after, name) if c not in _lost(before, name)]
            lines.append(f"{TITLES[name]}由 {old:.4f} 降到 {new:.4f}{_cases(fresh)}")
    if fresh := [c for c in after.official_shown if c not in before.official_shown]:
        lines.append(f"新列为线索的官方平台或 gov.cn 网站{_cases(fresh)}")
    return lines


def _lost(found: Measures, name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(c for field in LOST_IN[name] for c in getattr(found, field)))


def _cases(ids: Collection[str]) -> str:
    named = ", ".join(list(ids)[:NAMED]) + (f" 等 {len(ids)} 个" if len(ids) > NAMED else "")
    return f"：{named}" if ids else ""


def _ids(judged: Iterable[Judged]) -> tuple[str, ...]:
    return tuple(j.case.id for j in judged)


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


LABELS: tuple[str, ...] = get_args(Label)
