"""线索移交单: what is handed over with a pack, on A4 paper, to be signed by both sides; printed by the browser."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.review.packs import name_of
from lookalike.review.reasons import reasons
from lookalike.store import packs as rows
from lookalike.store import verdicts
from lookalike.store.engine import reading
from lookalike.web import troubles
from lookalike.web.desk import Call
from lookalike.web.packing import MOST
from lookalike.web.troubles import NotFound


def form(call: Call) -> Response:
    """The form of one pack: its leads, who decided and who reviewed, its hashes on every page, room for signatures."""
    with reading(call.desk.factory) as session:
        pack = rows.get(session, call.path["pack"])
        if pack is None:
            raise NotFound
        leads = rows.leads(session, pack.leads[:MOST])
        if call.veiled(session, leads):
            return troubles.page(call, 409, "unread")
        decided = {lead.id: verdicts.standing(session, lead.id) for lead in leads}
    return call.render(
        "handover_form.html",
        pack=pack,
        name=name_of(pack),
        leads=leads,
        more=len(pack.leads) - len(leads),
        decided=decided,
        reasons=reasons(),
        unit=call.desk.config.unit,
    )
