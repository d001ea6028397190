"""Who looks at a lead: the open page asks every few minutes; it warns others and forbids nothing."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import leases
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead
from lookalike.web.desk import Call, go
from lookalike.web.troubles import NotFound


def renew(call: Call) -> Response:
    """Takes the lead where nobody looks at it, renews one's own lease, else tells who has it."""
    lead_id = call.path["lead_id"]
    with reading(call.desk.factory) as session:
        row = session.get(Lead, lead_id)
    if row is None:
        raise NotFound
    with writing(call.desk.factory) as session:
        held = leases.open_lead(session, lead_id, call.who.name, call.now)
    return call.render("lease.html", lead=row, held=held, may_judge=True)


def take(call: Call) -> Response:
    """Takes the lead from whoever looks at it; both are told, and the audit trail too."""
    try:
        with writing(call.desk.factory) as session:
            leases.take_over(session, call.path["lead_id"], call.who.name, call.now)
    except UsageError as error:
        raise NotFound from error
    return go(f"/leads/{call.path['lead_id']}")
