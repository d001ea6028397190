"""The second reader: leads that wait for one, and his word on each, given before he sees the first."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import readings
from lookalike.review.conflicts import StaleError
from lookalike.review.readings import Opinion
from lookalike.review.rights import NotAllowedError
from lookalike.store import veil
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound
from lookalike.web.views.lead import Typed, page
from lookalike.web.views.verdicts import told

SHOWN = 50
_COMPLAINTS = (("--reason other", "note_missing"), ("--reason", "reason_missing"))
"""How complaints of the rules begin, and what the page says for them."""


def waiting(call: Call) -> Response:
    """Leads that wait for a second reader, nothing of their first verdict; and those on which two did not agree."""
    with reading(call.desk.factory) as session:
        numbers = readings.waiting(session, call.who.name, SHOWN + 1)
        rows = [row for number in numbers[:SHOWN] if (row := session.get(Lead, number)) is not None]
        differing = veil.differing(session, SHOWN)
    return call.render("second.html", rows=rows, more=len(numbers) > SHOWN, differing=differing)


def give(call: Call) -> Response:
    """His word; then the next lead that waits, or this one, where both are shown."""
    lead_id, form = call.path["lead_id"], call.form
    with reading(call.desk.factory) as session:
        if session.get(Lead, lead_id) is None:
            raise NotFound
    typed = Typed(note=form.text("note"), verdict=form.text("opinion", 40), reason=form.text("reason", 40))
    try:
        with writing(call.desk.factory) as session:
            _read(call, session, lead_id, typed)
            following = readings.waiting(session, call.who.name, 1)
    except StaleError as stale:
        return page(call, lead_id, 409, replace(typed, conflict=told(stale), version=form.number("version")))
    except NotAllowedError:
        raise
    except UsageError as error:
        key = next((name for sign, name in _COMPLAINTS if str(error).startswith(sign)), "other")
        return page(call, lead_id, 422, replace(typed, refused=call.words(f"second.refused.{key}", why=str(error))))
    return go(f"/leads/{following[0]}" if call.likes.advance and following else f"/leads/{lead_id}")


def _read(call: Call, session: Session, lead_id: int, typed: Typed) -> None:
    version = call.form.number("version")
    if version is None:
        raise UsageError("version: the form does not say which version of the lead was seen")
    opinion = cast("Opinion", typed.verdict)  # the rules look whether it is one
    readings.read(session, lead_id, opinion, typed.reason, typed.note, call.who.name, call.now, version)
