"""What became of confirmed leads: not handed over, handed over, accepted, closed, refused, or back; with dates."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import handling, handover
from lookalike.review.handover import ANSWERS, Answer
from lookalike.review.rights import NotAllowedError
from lookalike.store import handovers
from lookalike.store.engine import reading, writing
from lookalike.web.desk import Call, go
from spiders.clock import CHINA

SHOWN = 50


def listing(call: Call) -> Response:
    """The list, by state; the address names the state and how far back."""
    return _listing(call)


def answer(call: Call) -> Response:
    """Records what an office answered."""
    try:
        with writing(call.desk.factory) as session:
            _answer(call, session)
    except NotAllowedError:
        raise
    except UsageError as error:
        return _listing(call, call.words("handling.refused", why=str(error)))
    return go("/handling")


def _answer(call: Call, session: Session) -> None:
    form = call.form
    state, at = form.text("state", 20), _at(call, form.text("at", 20))
    if state not in ANSWERS:
        raise UsageError("state: there is no such answer")
    said, receipt = cast("Answer", state), form.text("receipt", 200)
    number, note = call.path["handover"], form.text("note")
    handover.answer(session, number, said, call.who.name, at, call.now, receipt=receipt, note=note)


def _at(call: Call, text: str) -> datetime:
    """The end of the day that is named, or now where that is to come or none is named."""
    if not text:
        return call.now
    try:
        day = datetime.strptime(text, "%Y-%m-%d").replace(hour=23, minute=59, second=59, tzinfo=CHINA)
    except ValueError as error:
        raise UsageError(f"at {text}: expected a day, as 2026-11-30") from error
    return min(day, call.now) if day.date() == call.now.astimezone(CHINA).date() else day


def _listing(call: Call, refused: str = "") -> Response:
    chosen = call.query.get("state", "")
    states = [chosen] if chosen in handling.STATES else list(handling.OPEN)
    before = call.query.get("before", "")
    with reading(call.desk.factory) as session:
        number = int(before) if before.isascii() and before.isdigit() and len(before) < 19 else None
        reader = call.who.name if call.blind else None
        found = handling.part(session, call.now, states, number, SHOWN, reader)
        counts = handovers.counts(session)
    return call.render(
        "handling.html",
        422 if refused else 200,
        found=found,
        states=handling.STATES,
        counts=counts,
        chosen=chosen if chosen in handling.STATES else "",
        answers=ANSWERS,
        refused=refused,
    )
