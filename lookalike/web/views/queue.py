"""The queue: one ranked list, every state of it in the address."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.orm import Session
from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.review import leases, waiting
from lookalike.review.leases import Held
from lookalike.review.waiting import Shown
from lookalike.store import queue
from lookalike.store.engine import reading
from lookalike.store.facets import Facets, facets
from lookalike.store.models import Lead
from lookalike.store.queue import Page
from lookalike.store.queue_rows import QueueRow, rows_of
from lookalike.web import queue_facets
from lookalike.web.desk import Call, go
from lookalike.web.queue_address import Asked, address, changed, filter_of

AT = (8, 22, 36)
"""Lines of a first page before which the leads by lot stand."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list."""

    row: QueueRow
    drawn: bool = False
    """Whether it is there by lot."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What one look at the database brought."""

    page: Page
    lines: list[Line]
    facets: Facets
    shown: Shown
    held: dict[int, Held]
    done: Lead | None
    veiled: frozenset[int]
    """Leads whose verdict must not be shown."""


def home(call: Call) -> Response:
    """Where one's work is."""
    return go("/leads" if call.who.may("leads.read") else "/audit" if call.who.may("audit.read") else "/account")


def leads(call: Call) -> Response:
    """One page of the list; a script that narrows it is sent the list and its facets alone."""
    asked = filter_of(call.query, blind=call.blind)
    with reading(call.desk.factory) as session:
        read = _read(session, call, asked)
    page = read.page
    return call.render(
        "queue_list.html" if call.partial else "queue.html",
        lines=read.lines,
        found=read.facets,
        total=max(read.facets.total, len(page.rows)),
        facets=queue_facets.shown(call, asked, read.facets, read.shown.owners),
        asked=asked,
        here_is=address(asked),
        query=address(asked)[6:],
        low=read.facets.counts["band"].get("low", 0) if "low" not in asked.filter.band and asked.filter.band else 0,
        low_is=address(changed(asked, band=("low",))),
        leased=read.shown.hidden,
        leased_is=address(changed(asked, owner=(waiting.OTHERS,))),
        all_is=address(changed(asked, status=(), band=())),
        held=read.held,
        done=read.done,
        veiled=read.veiled,
        back_to=address(asked)[6:],
        earlier=address(asked, before=page.previous or "") if page.previous else "",
        later=address(asked, after=page.next or "") if page.next else "",
        turned=bool(call.query.get("before") or call.query.get("after")),
    )


def decided(session: Session, call: Call) -> Lead | None:
    """The lead that was decided right before: to tell of it, and to take it back."""
    text = call.query.get("done", "")
    row = session.get(Lead, int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else None
    return row if row is not None and not call.veiled(session, [row]) else None


def beside(session: Session, call: Call, lead: Lead) -> tuple[int | None, int | None]:
    """The leads before and after one, in the queue that the address names; after one that came by lot, its first."""
    asked = filter_of(call.query, blind=call.blind)
    if asked.wrong is not None:
        return None, None
    shown = waiting.shown(session, asked.filter, call.who.name, call.now).filter
    if call.query.get("drawn"):
        first = queue.ranked(session, shown, order=asked.order, limit=2)
        return None, next((number for number in first if number != lead.id), None)
    return queue.neighbours(session, shown, lead, asked.order)


def _read(session: Session, call: Call, asked: Asked) -> _Read:
    if asked.wrong is not None:
        nothing = Shown(replace(asked.filter, only=()), {}, 0)
        empty = {name: dict[str, int]() for name in ("band", "status", "kind", "platform")}
        return _Read(Page([], None, None), [], Facets(empty, 0), nothing, {}, decided(session, call), frozenset())
    shown = waiting.shown(session, asked.filter, call.who.name, call.now)
    page = _page(session, call, asked, shown)
    lines = _lines(session, call, asked, shown, page)
    held = leases.held(session, [line.row.lead.id for line in lines], call.who.name, call.now)
    veiled = call.veiled(session, [line.row.lead for line in lines])
    return _Read(page, lines, facets(session, shown.filter), shown, held, decided(session, call), veiled)


def _page(session: Session, call: Call, asked: Asked, shown: Shown) -> Page:
    """The page that the address names; a place that is none is the start."""
    before, after = call.query.get("before") or None, call.query.get("after") or None
    try:
        return queue.page(session, shown.filter, order=asked.order, before=before, after=after)
    except UsageError:
        return queue.page(session, shown.filter, order=asked.order)


def _lines(session: Session, call: Call, asked: Asked, shown: Shown, page: Page) -> list[Line]:
    """The page's lines, on the first page of everybody's list with those by lot among them."""
    lines = [Line(row) for row in page.rows]
    if not asked.usual or page.previous is not None:
        return lines
    there = [*(row.lead.id for row in page.rows), *shown.filter.without]
    drawn = rows_of(session, waiting.drawn(session, call.now, there))
    for place, row in zip(AT, drawn, strict=False):
        lines.insert(place, Line(row, drawn=True))
    return lines
