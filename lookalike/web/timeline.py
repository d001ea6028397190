"""What happened to a lead, the newest first: sightings, visits, scores, changes of the site, and what people did."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from lookalike.review.handling import STATES
from lookalike.review.reasons import reasons
from lookalike.review.statuses import STATUSES
from lookalike.store.casefile import CaseFile
from lookalike.store.models import Audit, SecondReading, Verdict
from lookalike.web.changes import Change
from lookalike.web.wording import catalogue

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


def timeline(
    file: CaseFile, changed: Sequence[Change] = (), read: Sequence[SecondReading] = (), *, blind: bool = False
) -> tuple[Event, ...]:
    """The newest ``MOST`` events; ``blind``: without what tells a second reader the verdict."""
    people = () if blind else (*_decided(file), *_read(read))
    found = [*_seen(file), *_judged(file), *_changed(changed), *people]
    found.reverse()  # of one instant the effect stands above its cause
    return tuple(sorted(found, key=lambda e: e.at, reverse=True)[:MOST])


def verdict_text(row: Verdict) -> str:
    """What was decided, in words, with reason and note."""
    if row.verdict == "undo":
        return f"撤销判定，恢复为“{STATUSES.get(row.status_before, row.status_before)}”之前的状态"
    return opinion_text(row.verdict, row.reason, row.note, row.duplicate_of)


def opinion_text(verdict: str, reason: str, note: str, duplicate_of: int | None = None) -> str:
    """A verdict or a second reading, in words."""
    said = reasons().get(verdict, {}).get(reason, reason)
    parts = [STATUSES.get(verdict, verdict), said, f"与线索 {duplicate_of} 重复" if duplicate_of else ""]
    return "：".join(filter(None, ("，".join(filter(None, parts)), note)))


def _seen(file: CaseFile) -> Iterator[Event]:
    if file.sightings:
        yield Event(file.lead.first_seen, "first", "", "")
    for visit in file.visits:
        yield Event(visit.started_at, f"visit_{visit.outcome}", "", visit.why, visit.warc_sha256 or "")
    for event in file.events:
        yield Event(event.at, "back" if event.back else "life", "", event.why)
    if file.lead.raised_at:
        yield Event(file.lead.raised_at, "raised", "", file.lead.raised_why or "")


def _judged(file: CaseFile) -> Iterator[Event]:
    """Only judgements that changed the score."""
    before: float | None = None
    for row in reversed(file.assessments):
        if before is None or round(row.score, 1) != round(before, 1):
            change = "" if before is None else f"{before:.1f} → "
            yield Event(row.at, "score", "", f"{change}{row.score:.1f}")
        before = row.score


def _changed(changed: Sequence[Change]) -> Iterator[Event]:
    for change in changed:
        yield Event(change.at, "changed", "", f"{change.name}：{change.before} → {change.after}")


def _read(rows: Sequence[SecondReading]) -> Iterator[Event]:
    for row in rows:
        yield Event(row.at, "second_reading", row.by, opinion_text(row.opinion, row.reason, row.note))


def _decided(file: CaseFile) -> Iterator[Event]:
    for verdict in file.verdicts:
        yield Event(verdict.at, verdict.verdict, verdict.by, verdict_text(verdict))
    for entry in file.entries:
        yield from _entered(entry)
    for row in file.handovers:
        yield Event(row.handed_at, "handed", row.handed_by, f"{row.office} {row.receipt}".rstrip())


def _entered(entry: Audit) -> Iterator[Event]:
    after = entry.after or {}
    if entry.what.startswith("export."):
        form = catalogue("zh").of("deed", entry.what.replace(".", "_"))
        yield Event(entry.at, "export", entry.who, f"{form} {after.get('file', '')}".strip())
    elif entry.what == "handover.answer":
        state = str(after.get("state", ""))
        yield Event(
            entry.at, "handover_answer", entry.who, f"{STATES.get(state, state)} {after.get('note', '')}".strip()
        )
    elif entry.what == "lease.taken":
        before = (entry.before or {}).get("who", "")
        yield Event(entry.at, "lease_taken", entry.who, f"← {before}" if before else "")
    elif entry.what == "pack.review":
        yield Event(entry.at, "pack_review", entry.who, "")
    elif entry.what.startswith("allow."):
        yield Event(entry.at, entry.what.replace(".", "_"), entry.who, str(after.get("value", "")))
