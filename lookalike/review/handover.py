"""Handing leads over, and what became of it: a change of state and its audit entry are the caller's one transaction.

Only confirmed leads go out, each after a second reader (``lookalike.review.readings``), a pack after its review
(``lookalike.review.packs``). Nothing is sent here: this keeps the record of what people handed over.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import readings, rights
from lookalike.review.packs import check_reviewed, name_of
from lookalike.review.people import named
from lookalike.review.relapse import DEALT_WITH, RELAPSED
from lookalike.store import audit, handovers
from lookalike.store.models import Handover, HandoverAnswer, Lead, Pack

Kind = Literal["police", "notice", "report"]
KINDS: dict[str, str] = {"police": "移送公安机关", "notice": "通知平台或服务商", "report": "报告主管部门"}
Answer = Literal["accepted", "closed", "refused", "withdrawn"]
ANSWERS: tuple[str, ...] = get_args(Answer)
OPEN = ("handed", "accepted")
"""States of hand-overs that have not come to an end."""


@dataclass(frozen=True, slots=True)
class Passed:
    """To whom something is handed over, by whom, when."""

    office: str
    kind: Kind
    by: str
    at: datetime
    receipt: str = ""
    note: str = ""


def hand_over_pack(session: Session, pack: Pack, passed: Passed, now: datetime) -> list[Handover]:
    """Records that a pack was handed over: one row a lead of it, or none at all.

    The caller has locked the pack. Raises UsageError when a lead is not confirmed, has come back since, or is with that
    office already; when no second reader has seen the pack; when the time is impossible.
    """
    leads = handovers.locked_leads(session, pack.leads)
    check_reviewed(session, pack)
    return _hand_over(session, leads, pack.leads, pack, passed, now)


def hand_over_lead(session: Session, lead_id: int, passed: Passed, now: datetime) -> list[Handover]:
    """Records that one lead was handed over: to the police with its newest reviewed pack, elsewhere without one.

    Raises UsageError as ``hand_over_pack`` does, when nobody has read the lead a second time, and when the police would
    get no pack.
    """
    if passed.kind == "police":
        return hand_over_pack(session, _own_pack(session, lead_id), passed, now)
    return _hand_over(session, handovers.locked_leads(session, [lead_id]), [lead_id], None, passed, now)


def answer(
    session: Session,
    number: int,
    state: Answer,
    by: str,
    at: datetime,
    now: datetime,
    *,
    receipt: str = "",
    note: str = "",
) -> HandoverAnswer:
    """Records what an office answered at ``at``; a later answer replaces an earlier one and leaves it in sight.

    *withdrawn* takes back a hand-over that was recorded by mistake and says why. Raises UsageError for an unknown or
    withdrawn hand-over, an answer that stands already, or an impossible time.
    """
    who = named(by, "records the answer")
    rights.check(session, who, "handover.answer")
    row = handovers.locked(session, number)
    if row is None:
        raise UsageError(f"hand-over {number}: there is none of this number; see: lookalike handover list")
    _check_answer(row, state, at, now, note)
    lead = session.get_one(Lead, row.lead_id)
    before = {"status": lead.status, "version": lead.version, "handover": row.id, "state": row.state}
    said = HandoverAnswer(state=state, at=at, noted_at=now, by=who, receipt=receipt.strip(), note=note.strip())
    handovers.add_answer(session, row, said)
    _settle(session, lead)
    after = {"status": lead.status, "version": lead.version, "handover": row.id, "state": state, "answer": said.id}
    after |= {"at": at.isoformat(), "receipt": said.receipt, "note": said.note}
    audit.note(session, now, who, "handover.answer", lead_id=lead.id, before=before, after=after)
    return said


def status_of(lead: Lead, rows: Iterable[Handover]) -> str:
    """Where the review of a lead stands after its hand-overs: referred, closed, or as it was.

    What was handed over before the lead came back says nothing of it any more, unless it was closed since. A lead
    that nobody holds guilty any more keeps its status.
    """
    if lead.status not in DEALT_WITH | {RELAPSED}:
        return lead.status
    raised = lead.raised_at
    states = [
        row.state
        for row in rows
        if raised is None or row.handed_at >= raised or (row.state == "closed" and (row.answered_at or raised) > raised)
    ]
    if "closed" in states:
        return "closed"
    if any(state in OPEN for state in states):
        return "referred"
    return RELAPSED if lead.status == RELAPSED else "confirmed"


def _own_pack(session: Session, lead_id: int) -> Pack:
    """The newest reviewed pack of this lead alone, locked."""
    known = handovers.packs_with(session, lead_id)
    mine = next((p for p in known if p.state == "reviewed" and p.leads == [lead_id]), None)
    if mine is None:
        hint = f"lookalike handover review {name_of(known[0])}" if known else f"lookalike export {lead_id} -o DIR"
        raise UsageError(f"lead {lead_id}: the police get a reviewed pack of it, and there is none yet; see: {hint}")
    found = handovers.pack_of(session, mine.number, mine.version)
    assert found is not None, "packs are never deleted"
    return found


def _hand_over(
    session: Session,
    leads: Mapping[int, Lead],
    wanted: Sequence[int],
    pack: Pack | None,
    passed: Passed,
    now: datetime,
) -> list[Handover]:
    who, office = named(passed.by, "hands it over"), passed.office.strip()
    rights.check(session, who, "handover.give")
    if not office:
        raise UsageError("--to: expected the office that gets it")
    for number in wanted:
        _check_lead(session, number, leads.get(number), office, passed, now)
    if pack is not None and pack.reviewed_at is not None and passed.at < pack.reviewed_at:
        raise UsageError(f"--at {passed.at.isoformat()}: {name_of(pack)} was reviewed later than that")
    made = []
    for number in wanted:
        lead = leads[number]
        row = Handover(lead_id=number, pack_id=pack.id if pack else None, office=office, kind=passed.kind)
        row.state, row.handed_at, row.handed_by = "handed", passed.at, who
        row.receipt, row.note = passed.receipt.strip(), passed.note.strip()
        before = {"status": lead.status, "version": lead.version}
        handovers.add(session, row)
        _settle(session, lead)
        made.append((row, before))
    file, sha256 = (pack.file, pack.sha256) if pack else ("", None)
    handovers.note_export(session, "handover", passed.at, who, to=office, leads=wanted, file=file, sha256=sha256)
    for row, before in made:  # last: the trail is locked to the transaction's end
        _note(session, leads[row.lead_id], row, pack, before, now)
    return [row for row, _ in made]


def _note(
    session: Session, lead: Lead, row: Handover, pack: Pack | None, before: Mapping[str, object], now: datetime
) -> None:
    after = {"status": lead.status, "version": lead.version, "handover": row.id, "office": row.office}
    after |= {"kind": row.kind, "at": row.handed_at.isoformat(), "receipt": row.receipt, "note": row.note}
    if pack is not None:
        after |= {"pack": pack.id, "sha256": pack.sha256, "reviewed_by": pack.reviewed_by}
    audit.note(session, now, row.handed_by, "handover", lead_id=lead.id, before=dict(before), after=after)


def _check_lead(session: Session, number: int, lead: Lead | None, office: str, passed: Passed, now: datetime) -> None:
    if lead is None:
        raise UsageError(f"lead {number}: there is no such lead; see the numbers in: lookalike leads")
    verdict = handovers.confirming(session, number)
    if lead.status == RELAPSED:
        raise UsageError(
            f"lead {number}: it has come back and nobody has judged it since; lookalike verdict {number} …"
        )
    if verdict is None or lead.status not in DEALT_WITH:
        raise UsageError(f"lead {number}: only confirmed leads are handed over; it is {lead.status}")
    if not verdict.at <= passed.at <= now:
        raise UsageError(
            f"--at {passed.at.isoformat()}: expected a time between the verdict on lead {number} "
            f"({verdict.at.isoformat()}) and now"
        )
    for row in handovers.of_lead(session, number):
        if row.state in OPEN and (row.kind, row.office) == (passed.kind, office) and not _over(lead, row):
            raise UsageError(f"lead {number}: {office} has it already (hand-over {row.id}); record its answer instead")
    readings.check_agreed(session, f"lead {number}", [verdict], needed=True)


def _over(lead: Lead, row: Handover) -> bool:
    """Whether the lead came back after it had been handed over."""
    return lead.raised_at is not None and lead.raised_at > row.handed_at


def _check_answer(row: Handover, state: Answer, at: datetime, now: datetime, note: str) -> None:
    if row.state == "withdrawn":
        raise UsageError(f"hand-over {row.id}: it was taken back; record a new one")
    if row.state == state:
        raise UsageError(f"hand-over {row.id}: this answer stands already")
    if state == "withdrawn" and not note.strip():
        raise UsageError("--note: why is it taken back?")
    if not row.handed_at <= at <= now:
        raise UsageError(
            f"--at {at.isoformat()}: expected a time between the hand-over ({row.handed_at.isoformat()}) and now"
        )


def _settle(session: Session, lead: Lead) -> None:
    status = status_of(lead, handovers.of_lead(session, lead.id))
    if status != lead.status:
        lead.status, lead.version = status, lead.version + 1
        session.flush()
