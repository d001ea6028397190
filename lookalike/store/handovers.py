"""Hand-overs as rows: what went to whom, every answer, and the packs and verdicts that their rules ask about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from lookalike.store import veil, verdicts
from lookalike.store.models import Export, Handover, HandoverAnswer, Lead, Pack, Verdict

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Told:
    """One hand-over with its lead, its pack and all answers, the oldest first."""

    row: Handover
    lead: Lead
    pack: Pack | None
    answers: tuple[HandoverAnswer, ...]


def locked_leads(session: Session, numbers: Iterable[int]) -> dict[int, Lead]:
    """These leads, locked to the end of the transaction, in one order everywhere; unknown numbers are missing."""
    wanted = select(Lead).where(Lead.id.in_(sorted(set(numbers)))).order_by(Lead.id)
    found = session.scalars(wanted.with_for_update(key_share=True).execution_options(populate_existing=True))
    return {lead.id: lead for lead in found}


def locked(session: Session, number: int) -> Handover | None:
    """One hand-over; its lead is locked before it is read again, as answers change both."""
    lead_id = session.scalar(select(Handover.lead_id).where(Handover.id == number))
    if lead_id is None:
        return None
    locked_leads(session, [lead_id])
    return session.get_one(Handover, number, populate_existing=True)


def pack_of(session: Session, number: str, version: int | None) -> Pack | None:
    """The pack of this number, locked; of its newest version where none is named."""
    mine = select(Pack).where(Pack.number == number).order_by(Pack.version.desc()).limit(1)
    mine = mine.where(Pack.version == version) if version is not None else mine
    return session.scalar(mine.with_for_update().execution_options(populate_existing=True))


def packs_with(session: Session, lead_id: int) -> list[Pack]:
    """All packs that hold this lead, the newest first."""
    found = session.scalars(select(Pack).order_by(Pack.id.desc()))
    return [pack for pack in found if lead_id in pack.leads]


def reviewed_packs(session: Session) -> list[Pack]:
    """All packs that somebody has reviewed, the newest first."""
    return list(session.scalars(select(Pack).where(Pack.state == "reviewed").order_by(Pack.id.desc())))


def confirming(session: Session, lead_id: int) -> Verdict | None:
    """The verdict that stands on a lead, where it confirms it."""
    verdict = verdicts.standing(session, lead_id)
    return verdict if verdict is not None and verdict.verdict == "confirmed" else None


def add(session: Session, row: Handover) -> Handover:
    """Stores a hand-over."""
    session.add(row)
    session.flush()
    return row


def add_answer(session: Session, row: Handover, answer: HandoverAnswer) -> HandoverAnswer:
    """Stores an answer; the hand-over's own columns follow it."""
    answer.handover_id = row.id
    session.add(answer)
    row.state, row.answered_at = answer.state, answer.at
    session.flush()
    return answer


def note_export(
    session: Session, form: str, at: datetime, by: str, *, to: str, leads: Sequence[int], file: str, sha256: str | None
) -> Export:
    """Notes that something left."""
    row = Export(at=at, by=by, form=form, to=to, leads=sorted(leads), file=file, sha256=sha256)
    session.add(row)
    session.flush()
    return row


def of_lead(session: Session, lead_id: int) -> list[Handover]:
    """All hand-overs of a lead, the oldest first."""
    return list(session.scalars(select(Handover).where(Handover.lead_id == lead_id).order_by(Handover.id)))


def told(session: Session, number: int) -> Told:
    """One hand-over that is known to be there, with what belongs to it."""
    row = session.get_one(Handover, number)
    return _told(session, [row])[0]


def listing(session: Session, lead_id: int | None = None) -> list[Told]:
    """All hand-overs, or those of one lead, the oldest first."""
    mine = select(Handover).order_by(Handover.id)
    mine = mine.where(Handover.lead_id == lead_id) if lead_id is not None else mine
    rows = list(session.scalars(mine))
    return [told for start in range(0, len(rows), _CHUNK) for told in _told(session, rows[start : start + _CHUNK])]


def recent(session: Session, states: Sequence[str], before: int | None, limit: int) -> list[Told]:
    """The newest hand-overs in these states, of numbers below ``before``; the newest first."""
    mine = select(Handover).where(Handover.state.in_(states)).order_by(Handover.id.desc()).limit(limit)
    mine = mine.where(Handover.id < before) if before is not None else mine
    return _told(session, list(session.scalars(mine)))


def counts(session: Session) -> dict[str, int]:
    """How many hand-overs are in each state."""
    found = session.execute(select(Handover.state, func.count()).group_by(Handover.state))
    return {row[0]: row[1] for row in found}


def waiting(
    session: Session, lead_id: int | None = None, *, newest: int | None = None, reader: str | None = None
) -> list[Lead]:
    """Leads that were found guilty and of which no hand-over stands, by number; ``newest``: so many, the newest first.

    One that came back and was confirmed again waits anew, unless it was closed since. ``reader``: somebody who must
    not learn of verdicts that nobody has read a second time.
    """
    holds = or_(
        Lead.raised_at.is_(None),
        Lead.status == "relapsed",
        Handover.handed_at >= Lead.raised_at,
        and_(Handover.state == "closed", Handover.answered_at > Lead.raised_at),
    )
    gone = exists().where(Handover.lead_id == Lead.id, Handover.state != "withdrawn", holds)
    mine = select(Lead).where(_guilty(session), ~gone)
    mine = mine.where(~veil.unread(reader)) if reader is not None else mine
    if newest is not None:  # read backwards along the index of guilty leads
        return list(session.scalars(mine.order_by(Lead.id.desc()).limit(newest)))
    mine = mine.order_by(Lead.id)
    return list(session.scalars(mine.where(Lead.id == lead_id) if lead_id is not None else mine))


def _guilty(session: Session) -> ColumnElement[bool]:
    """Literal, as ``ix_lead_guilty`` has it; SQLite, which has no statistics, is told that it is no rare condition."""
    found = Lead.status.in_(bindparam(None, list(verdicts.GUILTY), expanding=True, literal_execute=True))
    return func.likely(found) if session.get_bind().dialect.name == "sqlite" else found


def _told(session: Session, rows: Sequence[Handover]) -> list[Told]:
    ids = [row.id for row in rows]
    leads = {x.id: x for x in session.scalars(select(Lead).where(Lead.id.in_({row.lead_id for row in rows})))}
    packs = {x.id: x for x in session.scalars(select(Pack).where(Pack.id.in_({row.pack_id for row in rows} - {None})))}
    answers: dict[int, list[HandoverAnswer]] = {}
    mine = select(HandoverAnswer).where(HandoverAnswer.handover_id.in_(ids)).order_by(HandoverAnswer.id)
    for answer in session.scalars(mine):
        answers.setdefault(answer.handover_id, []).append(answer)
    return [Told(row, leads[row.lead_id], packs.get(row.pack_id or 0), tuple(answers.get(row.id, ()))) for row in rows]
