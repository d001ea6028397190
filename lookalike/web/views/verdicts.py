"""Verdicts and their undo; what is right is ``lookalike.review``'s business."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import duplicates, snooze
from lookalike.review import undo as last
from lookalike.review import verdicts as rules
from lookalike.review.conflicts import StaleError
from lookalike.review.duplicates import NoSuchLead
from lookalike.review.rights import NotAllowedError
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web import troubles
from lookalike.web.desk import Call, go
from lookalike.web.templating import defanged
from lookalike.web.views.lead import Typed, page, place_of
from spiders.clock import CHINA

LEFT = ("done", "drawn")
"""What an address says of one lead alone."""
_COMPLAINTS = (
    ("--reason other", "note_missing"),
    ("--reason", "reason_missing"),
    ("--of", "other_lead"),
    ("until", "until"),
    ("score", "score"),
)
"""How complaints of the rules begin, and what the page says for them."""


def give(call: Call) -> Response:
    """Confirmed, false positive, duplicate, or later; then the next lead of the queue that it came from."""
    lead_id = call.path["lead_id"]
    with reading(call.desk.factory) as session:
        row = session.get(Lead, lead_id)
        veiled = row is not None and bool(call.veiled(session, [row]))
        following = place_of(call, session, row).down if row else None
    if veiled:  # what he typed is kept for his own reading
        return page(call, lead_id, 409, replace(_typed(call), refused=call.words("trouble.unread.text")))
    try:
        with writing(call.desk.factory) as session:
            _give(call, session, lead_id)
    except StaleError as stale:
        return page(call, lead_id, 409, replace(_typed(call), conflict=told(stale)))
    except NotAllowedError:
        raise
    except UsageError as error:
        return page(call, lead_id, 422, replace(_typed(call), refused=_said(call, error)))
    if not call.likes.advance:
        return go(_lead(lead_id, call.query, lead_id))
    return go(_lead(following, call.query, lead_id) if following else _queue(call.query, lead_id))


def undo(call: Call) -> Response:
    """Takes back the verdict that stands, where nobody has changed the lead since it was shown."""
    lead_id = call.path["lead_id"]
    try:
        with writing(call.desk.factory) as session:
            row = session.get(Lead, lead_id)
            if row is not None and call.veiled(session, [row]):
                return troubles.page(call, 409, "unread")
            rules.undo(session, lead_id, call.who.name, call.now, call.form.number("version"))
    except StaleError as stale:
        return page(call, lead_id, 409, replace(_typed(call), conflict=told(stale)))
    except NotAllowedError:
        raise
    except UsageError:
        return page(call, lead_id, 422, Typed(refused=call.words("verdict.nothing")))
    return go(_lead(lead_id, call.query, None))


def undo_last(call: Call) -> Response:
    """Takes back what one decided last, of whatever lead, within a quarter of an hour; a bulk verdict whole."""
    try:
        with writing(call.desk.factory) as session:
            undone = last.undo_last(session, call.who.name, call.now)
    except (StaleError, NotAllowedError):
        raise
    except UsageError:
        return troubles.page(call, 422, "nothing_to_undo")
    return go(f"/leads/{undone.leads[0]}" if len(undone.leads) == 1 else "/leads")


def told(stale: StaleError) -> tuple[str, ...]:
    """What others did, line by line."""
    return tuple(change.line for change in stale.changes) or (str(stale),)


def _typed(call: Call) -> Typed:
    """What was sent, to be shown again beside what the lead is now."""
    form = call.form
    return Typed(
        note=form.text("note"),
        verdict=form.text("verdict", 40),
        reason=form.text("reason", 40),
        version=form.number("version"),
        status=form.text("seen_status", 40),
        score=form.text("seen_score", 10),
    )


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
        number = duplicates.lead_of(session, _own_link(call, form.text("of")), lead_id)
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


def _own_link(call: Call, text: str) -> str:
    """What was pasted; of a link to one of our own leads its number."""
    begins = f"{call.url.scheme}://{call.url.netloc}/leads/"
    return text[len(begins) :].partition("?")[0] if text.startswith(begins) else text


def _said(call: Call, error: UsageError) -> str:
    """The rule's complaint in the words of the page; the rules speak to the command line."""
    if isinstance(error, NoSuchLead):
        listed = " ".join(f"#{lead.id} {defanged(lead.host)}" for lead in error.found)
        return call.words(f"verdict.of_refused.{error.why}", leads=listed)
    text = str(error)
    for sign, key in _COMPLAINTS:
        if text.startswith(sign):
            return call.words(f"verdict.refused.{key}")
    return call.words("verdict.refused.other", why=text)


def _lead(lead_id: int, query: QueryParams, done: int | None) -> str:
    """A lead's address within the same queue."""
    asked = [(name, value) for name, value in query.multi_items() if name not in LEFT and value]
    asked += [("done", str(done))] if done is not None else []
    return f"/leads/{lead_id}" + (f"?{urlencode(asked)}" if asked else "")


def _queue(query: QueryParams, done: int) -> str:
    """The queue's address, with the lead that was the last one in it."""
    asked = [(name, value) for name, value in query.multi_items() if name not in LEFT and value]
    return f"/leads?{urlencode([*asked, ('done', str(done))])}"
