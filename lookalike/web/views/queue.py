"""The queue: one ranked list, every state of it in the address."""

from __future__ import annotations

import math
from dataclasses import asdict
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.review import leases
from lookalike.review.rights import may
from lookalike.store import worklist
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.store.worklist import Filters, Key
from lookalike.web.desk import Call, go

LONGEST = 200


def home(call: Call) -> Response:
    """Where one's work is."""
    return go("/leads" if may(call.who.role, "leads.read") else "/account")


def leads(call: Call) -> Response:
    """One page of the list; a script that narrows it is sent the list alone."""
    filters = filters_of(call.query)
    before, after = key_of(call.query.get("before", "")), key_of(call.query.get("after", ""))
    with reading(call.desk.factory) as session:
        found = worklist.page(session, filters, after=after, before=before)
        facets = worklist.facets(session, filters)
        hidden = worklist.hidden(session, filters)
        done = decided(session, call)
        held = leases.held(session, [line.lead.id for line in found.lines], call.who.name, call.now)
    return call.render(
        "queue_list.html" if call.partial else "queue.html",
        found=found,
        facets=facets,
        filters=filters,
        hidden=hidden,
        held=held,
        done=done,
        asked=address(filters),
        low=address(filters, band="low"),
        earlier=address(filters, before=key_text(found.before)) if found.before else "",
        later=address(filters, after=key_text(found.after)) if found.after else "",
        turned=before is not None or after is not None,
    )


def decided(session: Session, call: Call) -> Lead | None:
    """The lead that was decided right before: to tell of it, and to take it back."""
    text = call.query.get("done", "")
    return session.get(Lead, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None


def filters_of(query: QueryParams) -> Filters:
    """What an address asks for; what it does not know it leaves out."""
    names = Filters.__dataclass_fields__
    return Filters(**{name: query.get(name, "")[:LONGEST].strip() for name in names})


def address(filters: Filters, **more: str) -> str:
    """The address of a list."""
    asked = {name: value for name, value in (asdict(filters) | more).items() if value}
    return "/leads" + (f"?{urlencode(asked)}" if asked else "")


def key_text(key: Key) -> str:
    """A place in the queue as addresses carry it: the score's shortest exact form, and the lead."""
    return f"{key.score!r}:{key.id}"


def key_of(text: str) -> Key | None:
    """The place, or None for what is none."""
    score, mark, number = text.partition(":")
    if not mark or not (number.isascii() and number.isdigit()) or int(number) >= 2**63:
        return None
    try:
        at = float(score)
    except ValueError:
        return None
    return Key(at, int(number)) if math.isfinite(at) else None
