"""Notes to a lead, and the notes that name who looks."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import notes as rules
from lookalike.review.people import folded
from lookalike.review.rights import NotAllowedError
from lookalike.store import notes
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound
from lookalike.web.views.lead import Typed, page


def write(call: Call) -> Response:
    """Adds a note and shows the lead again, where it stands."""
    lead_id = call.path["lead_id"]
    with reading(call.desk.factory) as session:
        if session.get(Lead, lead_id) is None:
            raise NotFound
    try:
        with writing(call.desk.factory) as session:
            rules.write(session, lead_id, call.form.text("text", rules.LONGEST + 1), call.who.name, call.now)
    except NotAllowedError:
        raise
    except UsageError:
        said = call.words("notes.refused", n=rules.LONGEST)
        return page(call, lead_id, 422, Typed(refused=said))
    asked = f"?{call.url.query}" if call.url.query else ""
    return go(f"/leads/{lead_id}{asked}#notes")


def mentions(call: Call) -> Response:
    """The newest notes that name who looks."""
    with reading(call.desk.factory) as session:
        found = notes.naming(session, folded(call.who.name))
        veiled = call.veiled(session, [lead for _, lead in found])
    return call.render("mentions.html", found=found, veiled=veiled)
