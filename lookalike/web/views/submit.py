"""Reports typed in: into the store at once, line by line with what came of each; from here nothing is fetched."""

from __future__ import annotations

from starlette.responses import Response

from lookalike import tips_submit
from lookalike.store.engine import reading
from lookalike.tips_submit import MOST, SubmitError
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound

LONGEST = 40_000
"""Characters of one form; the body itself is bounded before anything reads it."""


def form(call: Call) -> Response:
    """The empty form, and what was sent of late."""
    return _form(call)


def take(call: Call) -> Response:
    """Stores each line as a report; a line that cannot be used keeps none of the others back."""
    typed = call.form.text("reports", LONGEST)
    channel, number = call.form.text("channel", 60), call.form.text("number", 60)
    try:
        desk = call.desk
        done = tips_submit.submit(desk.config, desk.factory, typed, call.who.name, channel=channel, number=number)
    except SubmitError as error:
        return _form(call, 422, typed, call.words(f"submit.refused.{error.code}", most=MOST))
    return go(f"/submit/{done.run}")


def done(call: Call) -> Response:
    """What came of each line."""
    with reading(call.desk.factory) as session:
        found = tips_submit.lines_of(session, call.path["run"])
    if found is None:
        raise NotFound
    run, lines = found
    counts = {came: sum(line["came"] == came for line in lines) for came in ("new", "repeated", "bad")}
    return call.render("submitted.html", run=run, lines=lines, counts=counts)


def _form(call: Call, status: int = 200, typed: str = "", refused: str = "") -> Response:
    with reading(call.desk.factory) as session:
        recent = tips_submit.recent(session)
    return call.render("submit.html", status, typed=typed, refused=refused, recent=recent, most=MOST)
