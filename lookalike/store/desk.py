"""Leases, frozen selections, second readings and leads put off, as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from lookalike.store import veil
from lookalike.store.models import Audit, Lead, Lease, SecondReading, Selection, Snooze, Verdict
from lookalike.store.numbers import among
from lookalike.store.queue_steps import hidden

_LEASES = 2_000
_ENTRIES = 200
"""Entries of one lead that are looked through for what changed it."""
SPOT = 8
"""Of so many false positives one is read a second time."""


def entries_of(session: Session, lead_id: int) -> list[Audit]:
    """The newest entries of the audit trail about a lead, the newest first."""
    mine = select(Audit).where(Audit.lead_id == lead_id).order_by(Audit.id.desc())
    return list(session.scalars(mine.limit(_ENTRIES)))


def leases(session: Session, leads: Iterable[int], now: datetime) -> list[Lease]:
    """Leases that stand on these leads."""
    mine = select(Lease).where(among(Lease.lead_id, leads), Lease.until > now).order_by(Lease.lead_id)
    return list(session.scalars(mine))


def standing_leases(session: Session, now: datetime) -> list[Lease]:
    """All leases that stand; as many as there are open pages, at most."""
    return list(session.scalars(select(Lease).where(Lease.until > now).order_by(Lease.lead_id).limit(_LEASES)))


def lease(session: Session, lead_id: int) -> Lease | None:
    """The lease of a lead, whether it stands or not; the caller has locked the lead."""
    return session.get(Lease, lead_id, populate_existing=True)


def selection(session: Session, number: int) -> Selection | None:
    """A selection, locked to the end of the transaction."""
    return session.get(Selection, number, with_for_update=True, populate_existing=True)


def selection_with(session: Session, verdict: Verdict) -> Selection | None:
    """The selection whose bulk verdict this verdict is part of."""
    mine = select(Selection).where(Selection.made_by == verdict.by, Selection.done_at == verdict.at)
    for found in session.scalars(mine.where(Selection.state == "done").order_by(Selection.id.desc())):
        if verdict.id in (found.result or {}).get("done", {}).values():
            return found
    return None


def versions(session: Session, leads: Iterable[int]) -> dict[int, int]:
    """The version of each of these leads; unknown numbers are missing."""
    found = session.execute(select(Lead.id, Lead.version).where(among(Lead.id, leads)))
    return {row.id: row.version for row in found}


def of_campaign(session: Session, campaign: str) -> list[tuple[int, int]]:
    """Numbers and versions of a campaign's leads, ascending."""
    found = session.execute(select(Lead.id, Lead.version).where(Lead.campaign == campaign).order_by(Lead.id))
    return [(number, version) for number, version in found]


def last_verdict(session: Session, by: str, since: datetime) -> Verdict | None:
    """The newest verdict that somebody gave since then and that was not taken back."""
    undo = aliased(Verdict)
    mine = select(Verdict).where(Verdict.by == by, Verdict.at >= since, Verdict.verdict != "undo")
    return session.scalar(mine.where(~exists().where(undo.undoes == Verdict.id)).order_by(Verdict.id.desc()).limit(1))


def readings(session: Session, verdicts: Sequence[int]) -> list[SecondReading]:
    """Second readings of these verdicts, the oldest first."""
    mine = select(SecondReading).where(SecondReading.verdict_id.in_(verdicts)).order_by(SecondReading.id)
    return list(session.scalars(mine))


class Unread(NamedTuple):
    """Leads whose standing verdict nobody has read a second time, each with who gave it; the oldest verdict first."""

    leads: list[tuple[int, str]]
    after: int | None
    """The verdict behind which the others stand; None: there are none."""


def unread(session: Session, after: int, most: int) -> Unread:
    """Those whose verdict is one of the next ``most`` behind a verdict.

    All that are confirmed, and of the false positives one in ``SPOT``, drawn by lot.
    """
    next_ones = select(Verdict.id).where(Verdict.id > after).order_by(Verdict.id)
    last = session.scalar(next_ones.offset(most - 1).limit(1))
    undo = aliased(Verdict)
    drawn = or_(Lead.status == "confirmed", Lead.lottery % SPOT == 1)
    checks = [hidden(each) for each in (Verdict.verdict == Lead.status, drawn, veil.unread())]
    mine = (
        select(Lead.id, Verdict.by)
        .join(Lead, Lead.id == Verdict.lead_id)
        .where(Verdict.id > after, ~exists().where(undo.undoes == Verdict.id), *checks)
        .order_by(Verdict.id)
    )
    found = session.execute(mine if last is None else mine.where(Verdict.id <= last))
    return Unread([(number, by) for number, by in found], last)


def due_snoozes(session: Session, now: datetime) -> list[Snooze]:
    """Leads put off whose time or score has come and that have not come back yet, by lead."""
    due = or_(Snooze.until <= now, and_(Snooze.min_score.is_not(None), Lead.score >= Snooze.min_score))
    mine = (
        select(Snooze)
        .join(Lead, Lead.id == Snooze.lead_id)
        .where(Snooze.woken_at.is_(None), Lead.status == "later", due)
        .order_by(Snooze.lead_id, Snooze.verdict_id)
    )
    return list(session.scalars(mine))
