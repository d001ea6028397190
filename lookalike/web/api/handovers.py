"""Hand-overs as the office that got them sees them, and what it answers. An office sees no other one's."""

from __future__ import annotations

from lookalike.errors import UsageError
from lookalike.review import handover
from lookalike.store import programs
from lookalike.store.engine import reading, writing
from lookalike.store.handovers import Told
from lookalike.web.api.leads import number_in, refused
from lookalike.web.api.points import Asked
from lookalike.web.api.problems import Refusal
from lookalike.web.api.shapes import AnswerGiven, AnswerLine, HandoverLine, Handovers, NewAnswer
from spiders.clock import CHINA


def handovers(asked: Asked) -> Handovers:
    """One page of what the key's own office was handed."""
    with reading(asked.desk.factory) as session:
        found, following = programs.handed_to(session, asked.bearer.office, asked.query.after, asked.query.limit)
    return Handovers(items=tuple(_line(told) for told in found), next=following)


def answer(asked: Asked) -> AnswerGiven:
    """What the key's own office did with a hand-over, recorded under the key's name."""
    sent: NewAnswer = asked.body
    number = number_in(asked, "handover_id")
    with writing(asked.desk.factory) as session:
        if not programs.is_handed_to(session, number, asked.bearer.office):
            raise Refusal("not_found")
        try:
            said = handover.answer(
                session,
                number,
                sent.state,
                asked.bearer.name,
                sent.at,
                asked.now,
                receipt=sent.receipt,
                note=sent.note,
            )
        except UsageError as error:
            raise refused(error) from error
        return AnswerGiven(id=said.id, handover=number, state=said.state)


def _line(told: Told) -> HandoverLine:
    row = told.row
    return HandoverLine.model_validate(
        {
            "id": row.id,
            "lead": row.lead_id,
            "kind": row.kind,
            "state": row.state,
            "handed_at": row.handed_at.astimezone(CHINA),
            "answered_at": row.answered_at.astimezone(CHINA) if row.answered_at else None,
            "receipt": row.receipt,
            "pack_sha256": told.pack.sha256 if told.pack else None,
            "answers": [
                AnswerLine(
                    id=a.id,
                    state=a.state,
                    at=a.at.astimezone(CHINA),
                    noted_at=a.noted_at.astimezone(CHINA),
                    receipt=a.receipt,
                    note=a.note,
                )
                for a in told.answers
            ],
        }
    )
