"""What happened to a lead, the newest first: sightings, visits, scores, changes of the site, and what people did."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from lookalike.review.reasons import reasons
from lookalike.review.statuses import STATUSES
from lookalike.store.casefile import CaseFile
from lookalike.store.models import Verdict

MOST = 120


@dataclass(frozen=True, slots=True)
class Event:
    """One line."""

    at: datetime
    kind: str
    """Key below ``event`` in the catalogue."""
    who: str
    text: str
    """As it was recorded, in Chinese."""
    digest: str = ""


def timeline(file: CaseFile) -> tuple[Event, ...]:
    """The newest ``MOST`` events."""
    found = [*_seen(file), *_judged(file), *_decided(file)]
    found.reverse()  # of one instant the effect stands above its cause
    return tuple(sorted(found, key=lambda e: e.at, reverse=True)[:MOST])


def verdict_text(row: Verdict) -> str:
    """What was decided, in words, with reason and note."""
    if row.verdict == "undo":
        return f"撤销判定，恢复为“{STATUSES.get(row.status_before, row.status_before)}”之前的状态"
    said = reasons().get(row.verdict, {}).get(row.reason, row.reason)
    parts = [
        STATUSES.get(row.verdict, row.verdict),
        said,
        f"与线索 {row.duplicate_of} 重复" if row.duplicate_of else "",
    ]
    return "：".join(filter(None, ("，".join(filter(None, parts)), row.note)))


def _seen(file: CaseFile) -> Iterator[Event]:
    if file.sightings:
        yield Event(file.lead.first_seen, "first", "", "")
    for visit in file.visits:
        yield Event(visit.started_at, f"visit_{visit.outcome}", "", visit.why, visit.warc_sha256 or "")
    for event in file.events:
        yield Event(event.at, "back" if event.back else "life", "", event.why)


def _judged(file: CaseFile) -> Iterator[Event]:
    """Only judgements that changed the score."""
    before: float | None = None
    for row in reversed(file.assessments):
        if before is None or round(row.score, 1) != round(before, 1):
            change = "" if before is None else f"{before:.1f} → "
            yield Event(row.at, "score", "", f"{change}{row.score:.1f}")
        before = row.score


def _decided(file: CaseFile) -> Iterator[Event]:
    for verdict in file.verdicts:
        yield Event(verdict.at, verdict.verdict, verdict.by, verdict_text(verdict))
    if file.lead.raised_at:
        yield Event(file.lead.raised_at, "raised", "", file.lead.raised_why or "")
    for entry in file.entries:
        if entry.what.startswith(("export", "handover", "lease.taken")):
            yield Event(entry.at, entry.what.replace(".", "_"), entry.who, "")
    for row in file.handovers:
        yield Event(row.handed_at, "handed", row.handed_by, row.office)
