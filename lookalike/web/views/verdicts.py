"""Verdicts and their undo; what is right is ``lookalike.review``'s business."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import snooze
from lookalike.review import verdicts as rules
from lookalike.review.conflicts import StaleError
from lookalike.review.rights import NotAllowedError
from lookalike.store import worklist
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web.desk import Call, go
from lookalike.web.views.lead import page
from lookalike.web.views.queue import filters_of
from spiders.clock import CHINA

_COMPLAINTS = (
    ("--reason other", "note_missing"),
    ("--reason", "reason_missing"),
    ("--of", "other_lead"),
    ("of:", "other_lead"),
    ("until", "until"),
    ("score", "score"),
)
"""How complaints of the rules begin, and what the page says for them."""


def give(call: Call) -> Response:
    """Confirmed, false positive, duplicate, or later; then the next lead of the queue that it came from."""
    lead_id = call.path["lead_id"]
    filters = filters_of(call.query)
    with reading(call.desk.factory) as session:
        row = session.get(Lead, lead_id)
        following = worklist.neighbours(session, filters, worklist.Key(row.score, row.id))[1] if row else None
    try:
        with writing(call.desk.factory) as session:
            _give(call, session, lead_id)
    except StaleError as stale:
        lines = tuple(change.line for change in stale.changes)
        return page(call, lead_id, 409, note=call.form.text("note"), conflict=lines or (str(stale),))
    except NotAllowedError:
        raise
    except UsageError as error:
        return page(call, lead_id, 422, refused=_said(call, error), note=call.form.text("note"))
    if not call.likes.advance:
        return go(_lead(lead_id, call.query, lead_id))
    return go(_lead(following, call.query, lead_id) if following else _queue(call.query, lead_id))


def undo(call: Call) -> Response:
    """Takes back the verdict that stands, where nobody has changed the lead since it was shown."""
    lead_id = call.path["lead_id"]
    try:
        with writing(call.desk.factory) as session:
            rules.undo(session, lead_id, call.who.name, call.now, call.form.number("version"))
    except StaleError as stale:
        return page(call, lead_id, 409, conflict=tuple(change.line for change in stale.changes) or (str(stale),))
    except NotAllowedError:
        raise
    except UsageError:
        return page(call, lead_id, 422, refused=call.words("verdict.nothing"))
    return go(_lead(lead_id, call.query, None))


def _give(call: Call, session: Session, lead_id: int) -> None:
    form, version = call.form, call.form.number("version")
    who, note = call.who.name, form.text("note")
    word = form.text("verdict", 40)
    if version is None:
        raise UsageError("version: the form does not say which version of the lead was seen")
    if word == "later":
        until, least = _day(form.text("until", 20)), form.text("min_score", 10)
        snooze.put_off(
            session,
            lead_id,
            who,
            call.now,
            until=until,
            min_score=_score(least) if least else None,
            note=note,
            version=version,
        )
    elif word == "duplicate":
        other = form.text("of", 20).lstrip("#")
        number = int(other) if other.isascii() and other.isdigit() else None
        if number is None:
            raise UsageError("of: expected the number of another lead")
        rules.give(session, lead_id, "duplicate", "", note, who, call.now, version, duplicate_of=number)
    elif word == "confirmed":
        rules.give(session, lead_id, "confirmed", form.text("reason", 40), note, who, call.now, version)
    elif word == "false_positive":
        rules.give(session, lead_id, "false_positive", form.text("reason", 40), note, who, call.now, version)
    else:
        raise UsageError(f"verdict {word}: there is no such verdict")


def _day(text: str) -> datetime | None:
    """Eight in the morning of that day, in China."""
    if not text:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(hour=8, tzinfo=CHINA)
    except ValueError as error:
        raise UsageError(f"until {text}: expected a day, as 2026-11-30") from error


def _score(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UsageError(f"score {text}: expected a number from 0 to 100") from error


def _said(call: Call, error: UsageError) -> str:
    """The rule's complaint in the words of the page; the rules speak to the command line."""
    text = str(error)
    for sign, key in _COMPLAINTS:
        if text.startswith(sign):
            return call.words(f"verdict.refused.{key}")
    return call.words("verdict.refused.other", why=text)


def _lead(lead_id: int, query: QueryParams, done: int | None) -> str:
    """A lead's address within the same queue."""
    asked = [(name, value) for name, value in query.multi_items() if name != "done" and value]
    asked += [("done", str(done))] if done is not None else []
    return f"/leads/{lead_id}" + (f"?{urlencode(asked)}" if asked else "")


def _queue(query: QueryParams, done: int) -> str:
    """The queue's address, with the lead that was the last one in it."""
    asked = [(name, value) for name, value in query.multi_items() if name != "done" and value]
    return f"/leads?{urlencode([*asked, ('done', str(done))])}"
