"""Captured pages and the evidence behind a score's rows, as text with the quote marked. Nothing of it is rendered."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.store import casefile
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.web import captured
from lookalike.web.desk import Call
from lookalike.web.exhibits import exhibit
from lookalike.web.troubles import NotFound
from lookalike.web.views.lead import seen_of
from lookalike.web.waterfall import waterfall


def source(call: Call) -> Response:
    """The source of one captured page, as text."""
    with reading(call.desk.factory) as session:
        visit = casefile.visit(session, call.path["lead_id"], call.path["visit"])
        lead = session.get(Lead, call.path["lead_id"])
    if visit is None or visit.warc_sha256 is None or lead is None:
        raise NotFound
    pages = captured.visit_of(call.desk.blobs, visit.warc_sha256).pages
    if call.path["page"] >= len(pages):
        raise NotFound
    taken = pages[call.path["page"]]
    return call.render("source.html", lead=lead, visit=visit, page=taken, source=captured.source_of(taken))


def evidence(call: Call) -> Response:
    """One quote of one row of the lead's score, marked where it stands."""
    with reading(call.desk.factory) as session:
        file = casefile.read(session, call.path["lead_id"])
    if file is None or file.assessment is None or file.assessment.id != call.path["assessment"]:
        raise NotFound
    steps = waterfall(file.assessment.rows, call.desk.signals).steps
    row, item = call.path["row"], call.path["item"]
    if row >= len(steps) or item >= len(steps[row].quotes):
        raise NotFound
    seen, broken = seen_of(call, file)
    quote = steps[row].quotes[item]
    found = exhibit(quote, seen, file.sightings)
    return call.render(
        "evidence.html",
        lead=file.lead,
        visit=file.judged_visit,
        step=steps[row],
        quote=quote,
        number=f"{file.assessment.id}-{row}.{item}",
        exhibit=found,
        broken=broken,
    )
