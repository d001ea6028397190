"""The suspect's page and the genuine one line by line, as text: what was copied, changed, added and left out."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.store import casefile
from lookalike.store.engine import reading
from lookalike.web import side_by_side
from lookalike.web.desk import Call
from lookalike.web.troubles import NotFound
from lookalike.web.views.lead import seen_of, sides_of


def lines(call: Call) -> Response:
    """Both pages; where either was not captured, which one."""
    with reading(call.desk.factory) as session:
        file = casefile.read(session, call.path["lead_id"])
    if file is None:
        raise NotFound
    seen, broken = seen_of(call, file)
    sides = sides_of(call, file, seen)
    pages = (sides[0].page, sides[1].page) if sides else (None, None)
    suspect, genuine = pages
    told = suspect is not None and genuine is not None
    return call.render(
        "lines.html",
        lead=file.lead,
        broken=broken,
        missing="" if told else "no_suspect" if sides and suspect is None else "no_genuine",
        parts=(
            (("text", side_by_side.texts(suspect, genuine)), ("outline", side_by_side.outlines(suspect, genuine)))
            if suspect is not None and genuine is not None
            else ()
        ),
        most=side_by_side.LINES,
        hosts=tuple(side.host for side in sides) if sides else ("", ""),
    )
