"""The second reader: somebody who did not give the first verdict, and has not seen it, says what he makes of a lead.

His word changes no status. A hand-over can rest on agreement; a difference stops it until the lead is judged anew.
Some false positives are among what he is given: else that he is asked would tell him what the first reader said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy.orm import Session

from lookalike.errors import UsageError
from lookalike.review import rights
from lookalike.review.conflicts import check_version
from lookalike.review.people import folded, named, same_person
from lookalike.review.reasons import check_reason
from lookalike.review.veil import veiled
from lookalike.store import audit, desk, handovers, verdicts
from lookalike.store.models import Lead, SecondReading, Verdict
from lookalike.store.veil import HIDDEN, by_somebody

Opinion = Literal["confirmed", "false_positive", "later"]
Standing = Literal["none", "agreed", "differs"]
_NEXT = 1_000
"""Verdicts that are looked through at first; where they bring too few, four times as many."""


def read(
    session: Session,
    lead_id: int,
    opinion: Opinion,
    reason: str,
    note: str,
    by: str,
    now: datetime,
    version: int | None = None,
) -> SecondReading:
    """What a second person makes of a lead that was judged; the row and the audit entry are one transaction.

    Raises UsageError for a lead that is neither confirmed nor a false positive, for whoever judged it or has read it
    already, and for a missing reason; StaleError when the lead has changed since it was shown.
    """
    if opinion not in get_args(Opinion):
        raise UsageError(f"opinion {str(opinion)[:40]}: expected one of: {', '.join(get_args(Opinion))}")
    check_reason(opinion, reason, note)
    who = named(by, "reads the lead a second time")
    rights.check(session, who, "handover.approve")
    lead = handovers.locked_leads(session, [lead_id]).get(lead_id)
    first = verdicts.standing(session, lead_id) if lead is not None else None
    if lead is None or first is None or first.verdict not in HIDDEN or not by_somebody(first):
        raise UsageError(f"lead {lead_id}: only a lead that somebody judged is read a second time")
    check_version(session, lead, version)
    if same_person(first.by, who):
        raise UsageError(f"lead {lead_id}: {who} judged it; a second reader is somebody else")
    if any(same_person(reading.by, who) for reading in desk.readings(session, [first.id])):
        raise UsageError(f"lead {lead_id}: {who} has read it already")
    row = _row(first, opinion, reason, note.strip(), who, now, blind=True)
    session.add(row)
    session.flush()
    after = {"reading": row.id, "verdict": first.id, "opinion": opinion, "reason": reason, "note": row.note}
    audit.note(session, now, who, "second_reading", lead_id=lead_id, after=after)
    return row


def agree(session: Session, given: Sequence[Verdict], note: str, who: str, now: datetime) -> list[int]:
    """Who reviewed a pack agrees with its verdicts, where nobody has read them before; numbers of the rows.

    These readings are not blind, and say so; the caller's audit entry names them.
    """
    read_before = {reading.verdict_id for reading in desk.readings(session, [verdict.id for verdict in given])}
    rows = [
        _row(verdict, "confirmed", verdict.reason, note, who, now, blind=False)
        for verdict in given
        if verdict.id not in read_before
    ]
    session.add_all(rows)
    session.flush()
    return [row.id for row in rows]


def blind(session: Session, lead_id: int, who: str) -> bool:
    """Whether the verdict must not be shown to ``who``: he may be asked for his own word, and nobody has given one yet.

    So it is for everybody who may approve and did not give the verdict himself. What is hidden: verdict, reason, note,
    name of the first reader, and entries of the trail that tell them.
    """
    lead = session.get(Lead, lead_id)
    return lead is not None and lead_id in veiled(session, [lead], who) and _approves(session, who)


def waiting(session: Session, who: str, limit: int | None = None) -> list[int]:
    """Leads that wait for a second reader and that ``who`` may read, the oldest verdict first; ``limit``: so many."""
    if not _approves(session, who):
        return []
    found: list[int] = []
    after: int | None = 0
    most = _NEXT
    while after is not None and (limit is None or len(found) < limit):
        told = desk.unread(session, after, most)
        found += (lead_id for lead_id, by in told.leads if not same_person(by, who))
        after, most = told.after, 4 * most
    return found[:limit]


def standing(session: Session, lead_id: int) -> Standing:
    """What second readers make of the verdict that stands: one who differs weighs more than any who agree."""
    first = handovers.confirming(session, lead_id)
    found = desk.readings(session, [first.id]) if first is not None else []
    if not found:
        return "none"
    return "agreed" if all(reading.opinion == "confirmed" for reading in found) else "differs"


def check_agreed(session: Session, name: str, given: Sequence[Verdict], *, needed: bool = False) -> None:
    """UsageError where a second reader differs from one of these verdicts, or, where ``needed``, nobody has read it."""
    found = desk.readings(session, [verdict.id for verdict in given])
    for reading in found:
        if reading.opinion != "confirmed":
            raise UsageError(
                f"{name}: {reading.by} does not agree with the verdict on lead {reading.lead_id} ({reading.opinion}); "
                "it has to be judged anew"
            )
    unread = sorted({verdict.lead_id for verdict in given} - {reading.lead_id for reading in found})
    if needed and unread:
        listed = ", ".join(map(str, unread))
        mend = f"; somebody else runs: lookalike handover read {unread[0]} confirmed --reason CODE --by NAME"
        raise UsageError(f"{name}: nobody has read lead {listed} a second time{mend}")


def _row(
    first: Verdict, opinion: str, reason: str, note: str, who: str, now: datetime, *, blind: bool
) -> SecondReading:
    row = SecondReading(lead_id=first.lead_id, verdict_id=first.id, opinion=opinion, reason=reason, note=note, by=who)
    row.folded, row.first_folded, row.blind, row.at = folded(who), folded(first.by), blind, now
    return row


def _approves(session: Session, who: str) -> bool:
    try:
        rights.check(session, who, "handover.approve")
    except rights.NotAllowedError:
        return False
    return True
