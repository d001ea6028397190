"""Priority by hand; what it does is ``lookalike.review``'s business."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import priority
from lookalike.review.rights import NotAllowedError
from lookalike.store.engine import writing
from lookalike.web.desk import Call, go
from lookalike.web.forms import BadForm
from lookalike.web.queue_address import address, filter_of


def prefer(call: Call) -> Response:
    """Sets it, and shows the lead again."""
    lead_id, wanted = call.path["lead_id"], call.form.number("priority")
    try:
        with writing(call.desk.factory) as session:
            priority.prefer(session, lead_id, -1 if wanted is None else wanted, call.who.name, call.now)
    except NotAllowedError:
        raise
    except UsageError as error:
        raise BadForm(str(error)) from error
    return go(address(filter_of(call.query), f"/leads/{lead_id}"))
