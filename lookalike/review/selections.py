"""Bulk verdicts over a frozen selection: the leads that somebody chose, with the versions that he saw.

A filter that matches others by the time the verdict is sent changes nothing: only what was frozen is touched, what has
changed since is skipped and listed, and the whole can be taken back.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.conflicts import StaleError
from lookalike.review.people import named, same_person
from lookalike.review.reasons import check_reason
from lookalike.review.snooze import put_off
from lookalike.review.statuses import Word
from lookalike.review.verdicts import give, undo
from lookalike.store import audit, desk, handovers, verdicts
from lookalike.store.models import Lead, Selection

MOST = 200
"""Leads of one selection."""
KEPT = timedelta(hours=1)
"""How long a selection can be used: what was seen is forgotten."""
SHOWN = 3
"""Leads that are shown before a bulk verdict is given."""
_PICK = re.compile(r"([1-9][0-9]{0,8}):([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A selection before its verdict: how many, and three of them to look at."""

    id: int
    count: int
    samples: tuple[Lead, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """A selection as it stands: ``row.state`` says whether its verdict was given, or taken back."""

    row: Selection
    leads: tuple[Lead, ...]
    changed: frozenset[int]
    """Leads that have another version now than the one that was seen."""
    done: Mapping[int, int]
    """Verdict by lead; none before there is one."""
    skipped: Mapping[int, str]
    """Why a lead was left as it is, by lead."""
    kept: Mapping[int, str]
    """Why a verdict was not taken back with the others, by lead."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a bulk verdict, or taking it back, did."""

    id: int
    done: Mapping[int, int]
    """Verdict by lead."""
    skipped: Mapping[int, str]
    """Why a lead was left as it is, by lead."""


def parse_picks(typed: Iterable[str]) -> list[tuple[int, int]]:
    """``12:3`` is lead 12 as of its version 3. Raises UsageError for anything else."""
    found = []
    for text in typed:
        match = _PICK.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"selection: expected LEAD:VERSION like 12:3, got {text[:40]!r}")
        found.append((int(match[1]), int(match[2])))
    return found


def freeze(session: Session, picks: Iterable[tuple[int, int]], by: str, now: datetime, source: str = "") -> Frozen:
    """Keeps a selection, with the versions that were on the page when it was made.

    Raises UsageError for none, for more than 200, for a lead twice with two versions, and for unknown leads.
    """
    who = named(by, "selects")
    rights.check(session, who, "leads.judge")
    items = sorted(set(picks))
    numbers = [number for number, _ in items]
    if not items:
        raise UsageError("selection: nothing is selected")
    if len(items) > MOST:
        raise UsageError(f"selection: {len(items)} leads; at most {MOST} at once")
    if len(set(numbers)) < len(numbers):
        raise UsageError("selection: a lead stands in it with two versions; load the page again")
    known = desk.versions(session, numbers)
    if unknown := [number for number in numbers if number not in known]:
        raise UsageError(f"selection: there is no lead {unknown[0]}")
    row = Selection(made_at=now, made_by=who, source=source, items=[list(item) for item in items], state="frozen")
    session.add(row)
    session.flush()
    after = {"selection": row.id, "leads": numbers, "source": source}
    audit.note(session, now, who, "selection.frozen", after=after)
    return Frozen(row.id, len(items), tuple(session.get_one(Lead, number) for number in numbers[:SHOWN]))


def freeze_campaign(session: Session, campaign: str, by: str, now: datetime, *, but: Collection[int] = ()) -> Frozen:
    """The same for all leads of a campaign save some, as they are now: their number and three of them are shown."""
    picks = [(number, version) for number, version in desk.of_campaign(session, campaign) if number not in but]
    if not picks:
        raise UsageError(f"campaign {campaign[:40]}: no lead of it is left to be selected")
    return freeze(session, picks, by, now, f"campaign {campaign}")


def look(session: Session, number: int, by: str) -> Look | None:
    """A selection of one's own, before or after its verdict; None: there is none of this number."""
    row = session.get(Selection, number)
    if row is None or not same_person(row.made_by, named(by, "looks")):
        return None
    known = {
        lead.id: lead for lead in session.scalars(select(Lead).where(Lead.id.in_([lead for lead, _ in row.items])))
    }
    changed = frozenset(lead for lead, version in row.items if known[lead].version != version)
    told = row.result or {}
    kept = _numbered(told.get("undone", {}).get("skipped", {}))
    leads = tuple(known[lead] for lead, _ in row.items)
    return Look(row, leads, changed, _numbered(told.get("done", {})), _numbered(told.get("skipped", {})), kept)


def judge(
    session: Session,
    number: int,
    verdict: Word,
    reason: str,
    note: str,
    by: str,
    now: datetime,
    until: datetime | None = None,
) -> Outcome:
    """One verdict on all leads of a selection, in one transaction; leads that changed since it was frozen are skipped.

    ``until``: when leads that are put off (*later*) come back. Raises UsageError for somebody else's selection, one
    that was used, or one that is older than an hour.
    """
    check_reason(verdict, reason, note)
    row = _mine(session, number, by, "frozen")
    if now - row.made_at > KEPT:
        raise UsageError(f"selection {number}: it was made more than an hour ago; select again")
    items = [(lead, version) for lead, version in row.items]
    handovers.locked_leads(session, [lead for lead, _ in items])  # all at once, before the trail is
    done: dict[int, int] = {}
    skipped: dict[int, str] = {}
    for lead, version in items:
        try:
            if verdict == "later":
                done[lead] = put_off(session, lead, row.made_by, now, until=until, note=note, version=version).id
            else:
                done[lead] = give(session, lead, verdict, reason, note, row.made_by, now, version).id
        except StaleError as stale:
            skipped[lead] = _why(stale)
    row.state, row.done_at = "done", now
    row.result = {"done": _keyed(done), "skipped": _keyed(skipped)}
    session.flush()
    audit.note(session, now, row.made_by, "selection.judged", after={"selection": row.id, **row.result})
    return Outcome(row.id, done, skipped)


def take_back(session: Session, number: int, by: str, now: datetime) -> Outcome:
    """Takes a bulk verdict back; leads that changed since, or whose verdict no longer stands, are skipped."""
    row = _mine(session, number, by, "done")
    given = {int(lead): verdict for lead, verdict in (row.result or {}).get("done", {}).items()}
    leads = handovers.locked_leads(session, given)
    done: dict[int, int] = {}
    skipped: dict[int, str] = {}
    for lead, verdict in sorted(given.items()):
        last = verdicts.standing(session, lead)
        if last is None or last.id != verdict:
            skipped[lead] = "此后已有新的判定或已撤销"
        elif leads[lead].version != last.lead_version:
            skipped[lead] = f"此后线索已变化，现为版本 {leads[lead].version}"
        else:
            done[lead] = undo(session, lead, row.made_by, now).id
    told = {"done": _keyed(done), "skipped": _keyed(skipped)}
    row.state, row.result = "undone", {**(row.result or {}), "undone": told}
    session.flush()
    audit.note(session, now, row.made_by, "selection.undone", after={"selection": row.id, **told})
    return Outcome(row.id, done, skipped)


def _mine(session: Session, number: int, by: str, state: str) -> Selection:
    who = named(by, "gives the verdict")
    row = desk.selection(session, number)
    if row is None or not same_person(row.made_by, who):
        raise UsageError(f"selection {number}: there is none of this number among yours")
    if row.state != state:
        raise UsageError(f"selection {number}: it is {row.state}, expected {state}")
    return row


def _why(stale: StaleError) -> str:
    told = "；".join(change.line for change in stale.changes)
    return f"选定之后已变化：{told}" if told else f"选定之后已变化，现为版本 {stale.version}"


def _numbered(found: Mapping[str, Any]) -> dict[int, Any]:
    return {int(lead): value for lead, value in found.items()}


def _keyed(found: Mapping[int, object]) -> dict[str, object]:
    return {str(lead): value for lead, value in found.items()}
