"""What of the queue one person is shown: not what others look at right now, and a few leads drawn by lot.

A lead that somebody looks at is left out unless it is asked for, and it is told how many those are. The sample is of
medium and low scores, the same for everybody on one day: without it nobody would learn what the ranking misses.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from lookalike.review.people import same_person
from lookalike.store import desk, queue, sample
from lookalike.store.models import Lease
from lookalike.store.queue import Filter
from spiders.clock import CHINA

ALL, OTHERS = "*all", "*others"
"""Owners that are no names: leave nothing out; whatever others look at. No account's name begins so."""
SAMPLE = 3
"""Leads by lot on a first page of fifty: about one in twenty of what is looked at."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A filter as it is for one person now."""

    filter: Filter
    owners: dict[str, int]
    """How many leads of the filter each person looks at."""
    hidden: int
    """How many are left out because others look at them."""


def shown(session: Session, wanted: Filter, who: str, now: datetime) -> Shown:
    """Who looks at what, and the filter with that worked in."""
    standing = desk.standing_leases(session, now)
    asked = (*wanted.owner, *(wanted.also.owner if wanted.also else ()))
    plain = replace(wanted, owner=(), also=replace(wanted.also, owner=()) if wanted.also else None)
    passing = _passing(session, plain, standing)
    owners = dict(Counter(row.who for row in passing).most_common())
    if ALL in asked:
        return Shown(plain, owners, 0)
    others = [row for row in passing if not same_person(row.who, who)]
    if not asked:
        return Shown(replace(plain, without=tuple(sorted(row.lead_id for row in others))), owners, len(others))
    chosen = {row.lead_id for row in passing if any(same_person(row.who, name) for name in asked)}
    chosen |= {row.lead_id for row in others} if OTHERS in asked else set()
    return Shown(replace(plain, only=tuple(sorted(chosen))), owners, 0)


def drawn(session: Session, now: datetime, without: Sequence[int]) -> list[int]:
    """Today's sample, as much of it as nobody has judged yet; ``without``: leads that are shown anyway."""
    day = now.astimezone(CHINA).strftime("%Y-%m-%d")
    start = int.from_bytes(hashlib.sha256(day.encode()).digest()[:4]) >> 1
    return sample.drawn(session, start, SAMPLE, without)


def _passing(session: Session, plain: Filter, standing: Sequence[Lease]) -> list[Lease]:
    if not standing:
        return []
    only = replace(plain, only=tuple(row.lead_id for row in standing))
    found = set(queue.ranked(session, only, limit=len(standing)))
    return [row for row in standing if row.lead_id in found]
