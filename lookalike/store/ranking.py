"""Where a lead stands in the queue: by its score, its age, the harm it does, whether it still answers, and by hand.

``rank = score * 2^(-age / 72 h) * harm * freshness``. Its logarithm falls for all leads alike as time passes, so that
what is stored holds at any time: ``log2(score * harm * freshness) + hours / 72``. Judges nothing.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from lookalike.store.models import Assessment, Lead, Visit
from seeds.loader import load_seeds

HALF_LIFE_H = 72.0
TAKES, NAMES, ELSE = 1.3, 1.15, 1.0
"""Harm: takes ID numbers or money; names a platform of a ministry; neither."""
STALE = 0.5
"""Freshness where the last two visits failed."""
LEAST = 0.01
"""Score that is counted at least: a logarithm has no zero."""
TOP = 3
"""Highest priority that is set by hand."""
STEP = 100_000.0
"""What a priority adds: more than any score and any age."""
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
MONEY = "advert_price"
FORM, ASKS = "query_form", "证件号码"
_LOTS = 2_654_435_761
"""Knuth's multiplicative hash (The Art of Computer Programming 6.4): numbers in a row are spread evenly."""
_NATIONAL = re.compile(r"^(?!.*(?:省|自治区|市(?!场)|县)).*(?:部|总局|国务院|国家|委员会)")


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a rank is made of; whoever reads them can work it out again."""

    score: float
    since: str
    """First sighting, or when it was last raised again: ISO 8601."""
    harm: float
    why: str
    """takes, names, or empty."""
    freshness: float
    priority: int = 0


def key(inputs: Inputs) -> float:
    """What is stored and sorted by, higher first."""
    hours = (datetime.fromisoformat(inputs.since) - EPOCH).total_seconds() / 3600
    weight = max(inputs.score, LEAST) * inputs.harm * inputs.freshness
    return math.log2(weight) + hours / HALF_LIFE_H + STEP * inputs.priority


def rank(inputs: Inputs, now: datetime) -> float:
    """The rank at ``now``, as it is shown; priority is not part of it."""
    age = (now - datetime.fromisoformat(inputs.since)).total_seconds() / 3600
    return max(inputs.score, LEAST) * math.exp2(-age / HALF_LIFE_H) * inputs.harm * inputs.freshness


def inputs_of(stored: Mapping[str, Any]) -> Inputs:
    """The inputs as ``Lead.rank_inputs`` holds them."""
    return Inputs(**{name: stored[name] for name in Inputs.__dataclass_fields__})


def harm(rows: Iterable[Mapping[str, Any]], platform: str | None) -> tuple[float, str]:
    """Factor and why, by the rows of a judgement."""
    for row in rows:
        fired = float(row.get("points", 0)) > 0
        if fired and (row.get("signal") == MONEY or (row.get("signal") == FORM and ASKS in str(row.get("text", "")))):
            return TAKES, "takes"
    return (NAMES, "names") if platform in national() else (ELSE, "")


@lru_cache(maxsize=1)
def national() -> frozenset[str]:
    """Platforms of ministries and of the State Council's other bodies, by the names of their organs."""
    return frozenset(p.id for p in load_seeds().platforms if p.kind != "body" and _NATIONAL.match(p.organ))


def lottery(number: int) -> int:
    """A number below 2^31 of a lead's own number; the same for ever."""
    return number * _LOTS % 2**32 >> 1


def refresh(connection: Connection, ids: Sequence[int], marks: Mapping[int, str]) -> None:
    """Works out the ranks of these leads anew; what has not changed is not written."""
    failed = _failed_twice(connection, ids)
    mine = (
        select(
            Lead.id,
            Lead.site_id,
            Lead.score,
            Lead.impersonates,
            Lead.first_seen,
            Lead.raised_at,
            Lead.priority,
            Lead.rank,
            Lead.rank_inputs,
            Lead.marks,
            Assessment.rows,
        )
        .outerjoin(Assessment, Assessment.id == Lead.assessment_id)
        .where(Lead.id.in_(ids))
    )
    changed = []
    for row in connection.execute(mine):
        factor, why = harm(row.rows or [], row.impersonates)
        since = max(row.first_seen, row.raised_at) if row.raised_at else row.first_seen
        fresh = STALE if row.site_id in failed else 1.0
        inputs = Inputs(row.score, since.isoformat(), factor, why, fresh, row.priority)
        now_is = (key(inputs), asdict(inputs), marks[row.id])
        if (row.rank, row.rank_inputs, row.marks) != now_is:
            changed.append(dict(zip(("r", "i", "m"), now_is, strict=True)) | {"n": row.id, "l": lottery(row.id)})
    if changed:
        values: dict[str, Any] = {"rank": bindparam("r"), "rank_inputs": bindparam("i"), "marks": bindparam("m")}
        statement = update(Lead.__table__).where(Lead.__table__.c.id == bindparam("n"))  # type: ignore[arg-type]
        connection.execute(statement.values(values | {"lottery": bindparam("l")}), changed)


def _failed_twice(connection: Connection, ids: Sequence[int]) -> set[int]:
    """Sites of these leads whose last two visits brought nothing."""
    age = func.row_number().over(partition_by=Visit.site_id, order_by=Visit.id.desc()).label("age")
    sites = select(Lead.site_id).where(Lead.id.in_(ids), Lead.site_id.is_not(None))
    every = select(Visit.site_id, Visit.outcome, age).where(Visit.site_id.in_(sites)).subquery()
    newest: defaultdict[int, list[str]] = defaultdict(list)
    for site, outcome in connection.execute(select(every.c.site_id, every.c.outcome).where(every.c.age <= 2)):
        newest[site].append(outcome)
    return {site for site, outcomes in newest.items() if outcomes == ["failed", "failed"]}
