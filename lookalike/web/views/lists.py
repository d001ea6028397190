"""A view of the queue as a file: the same address, another form. Who took it, and for whom, is recorded first."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.exchange import spooled
from lookalike.exchange.spooled import Spooled
from lookalike.review import waiting
from lookalike.store import exports
from lookalike.store.engine import reading, writing
from lookalike.store.facets import facets
from lookalike.store.queue import Filter
from lookalike.web import list_file
from lookalike.web.desk import Call
from lookalike.web.download import attachment
from lookalike.web.list_file import COLUMNS, Manner
from lookalike.web.queue_address import Asked, address, filter_of
from lookalike.web.templating import defanged
from spiders.clock import CHINA

FORMS = ("csv", "xlsx", "json")
LONGEST = 4000
_SCHEME = re.compile("http(?=s?://)", re.IGNORECASE)


def ask(call: Call) -> Response:
    """Which view, how many leads, in which form, for whom."""
    return _page(call, call.url.query[:LONGEST])


def take(call: Call) -> Response:
    """The file. It is whole and recorded, with the number of every lead, before a byte of it leaves."""
    query = call.form.text("view", LONGEST)
    asked = filter_of(QueryParams(query), blind=call.blind)
    form, to = call.form.text("form", 10), call.form.text("to", 200)
    refused = "to" if not to else "form" if form not in FORMS else "wrong" if asked.wrong is not None else ""
    if refused:
        return _page(call, query, 422, refused=refused)
    told: list[int] = []
    with reading(call.desk.factory) as session:
        made = _made(call, session, asked, form, told)
    name = f"线索清单-{call.now.astimezone(CHINA):%Y%m%d-%H%M%S}.{form}"
    with writing(call.desk.factory) as session:
        by = call.who.name
        exports.record(session, at=call.now, by=by, form=form, to=to, leads=told, file=name, sha256=made.sha256)
    return attachment(name, made.size, made.parts(), sha256=made.sha256)


def dead(address: str) -> str:
    """An address that no program makes a link of, whatever other addresses it carries."""
    return _SCHEME.sub("hxxp", defanged(address))


def _made(call: Call, session: Session, asked: Asked, form: str, told: list[int]) -> Spooled:
    how = Manner(call.words, call.desk.platforms, dead if call.form.text("defang", 5) == "on" else str)
    found = list_file.everything(session, _shown(call, session, asked), asked.order, told, call.veiled)
    lines, heading = (list_file.cells(row, how) for row in found), list_file.heading(call.words)
    if form == "csv":
        write = spooled.csv_rows(heading, lines)
    elif form == "xlsx":
        write = spooled.xlsx_rows(heading, [width for _, width, _ in COLUMNS], lines, call.now)
    else:
        head = {"view": address(asked), "at": call.now.astimezone(CHINA).isoformat(), "most": list_file.MOST}
        write = spooled.json_rows(head, "leads", (list_file.as_json(row, how) for row in found))
    return spooled.spool(call.desk.config.home, write)


def _shown(call: Call, session: Session, asked: Asked) -> Filter:
    """What the page itself shows: not what others look at right now, unless it is asked for."""
    return waiting.shown(session, asked.filter, call.who.name, call.now).filter


def _page(call: Call, query: str, status: int = 200, *, refused: str = "") -> Response:
    asked = filter_of(QueryParams(query), blind=call.blind)
    facts: dict[str, Any] = {"total": 0, "exact": True}
    if asked.wrong is None:
        with reading(call.desk.factory) as session:
            counted = facets(session, _shown(call, session, asked))
        facts = {"total": counted.total, "exact": counted.exact}
    view = address(asked)
    return call.render(
        "list_out.html",
        status,
        view=view,
        query=view.partition("?")[2],
        most=list_file.MOST,
        forms=FORMS,
        refused=refused or ("wrong" if asked.wrong is not None else ""),
        to=call.form.text("to", 200),
        **facts,
    )
