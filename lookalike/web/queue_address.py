"""The queue's address: everything that a list was asked for, read and written. Decides nothing about leads.

Nothing said means: what waits (new, relapsed) of high and medium scores. ``all`` as a value means: whatever it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import get_args
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from lookalike.review import veil
from lookalike.store import search_fields, search_marks
from lookalike.store.leads import SHOWN
from lookalike.store.queue import OPEN, Filter, Order
from lookalike.store.search_fields import CHOICES, BadSearch
from lookalike.store.search_text import MAX_QUERY
from lookalike.store.types import storable
from spiders.clock import CHINA

LONGEST, MOST = 200, 40
"""Characters of a value, and values of one field."""
ALL = "all"
NONE = "none"
"""As a platform: those that imitate none."""
FIELDS = {
    "status": "status",
    "kind": "kind",
    "band": "band",
    "platform": "platform",
    "alive": "alive",
    "contact": "contact",
    "source": "source",
    "office": "jurisdiction",
    "campaign": "campaign",
    "signal": "signal",
    "owner": "owner",
}
"""Names in the address, and fields of the filter, that have several values."""
USUAL = {"status": OPEN, "band": SHOWN}
ORDERS: tuple[Order, ...] = get_args(Order)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for."""

    filter: Filter
    typed: str = ""
    """The search box, as it was typed."""
    day: str = ""
    """First seen on this day in China: ``2026-11-21``."""
    order: Order = "rank"
    wrong: BadSearch | None = None
    """Why what was typed cannot be read: then nothing is found."""

    @property
    def usual(self) -> bool:
        """Whether it is the list that everybody begins with."""
        return self == Asked(usual_filter())


def usual_filter() -> Filter:
    """What waits, of high and medium scores."""
    return Filter(status=OPEN, band=SHOWN)


def filter_of(query: QueryParams, *, blind: bool = False) -> Asked:
    """What an address asks for; what it does not know it leaves out.

    ``blind``: for somebody from whom verdicts are hidden, whose choice among leads must not tell them.
    """
    typed, wrong, also = storable(query.get("q", ""))[: MAX_QUERY + 1].strip(), None, None
    try:
        also = search_fields.read(typed)
    except BadSearch as error:
        wrong = error
    chosen = {field: _values(query, name) for name, field in FIELDS.items()}
    chosen["status"] = search_fields.spelled_out(chosen["status"])
    for name, usual in USUAL.items():
        given = tuple(value for value in chosen[name] if value != ALL)
        if ALL in chosen[name]:  # ticked beside what is ticked anyway it means all; beside another choice, that one
            chosen[name] = () if not given or set(given) == set(usual) else given
        elif not chosen[name] and not (also is not None and getattr(also, name)):
            chosen[name] = usual
    icp, day = query.get("icp", ""), query.get("day", "")
    icp = icp if icp in search_marks.FILINGS else ""
    region = search_marks.region_asked(query.get("region", ""))
    since = _day(day)
    found = Filter(**chosen, icp=icp, region=region, also=also)  # type: ignore[arg-type]
    if since is not None:
        found = replace(found, since=since, until=since + timedelta(days=1))
    if blind:
        found = _blindly(found)
    order: Order = next((order for order in ORDERS if order == query.get("order")), "rank")
    return Asked(found, typed, day if since else "", order, wrong)


def pairs(asked: Asked) -> Iterator[tuple[str, str]]:
    """The fields of an address, in their order."""
    typed = asked.filter.also
    for name, field in FIELDS.items():
        values: tuple[str, ...] = getattr(asked.filter, field)
        usual = () if typed is not None and getattr(typed, field) else USUAL.get(name, ())
        if values == usual:
            continue
        for value in values or (ALL,):
            yield name, NONE if (name, value) == ("platform", "") else value
    plain = (("icp", asked.filter.icp), ("region", asked.filter.region), ("day", asked.day), ("q", asked.typed))
    yield from ((name, value) for name, value in plain if value)
    if asked.order != "rank":
        yield "order", asked.order


def address(asked: Asked, path: str = "/leads", **more: str) -> str:
    """The address of a list; ``more`` are fields beside it (``after``, ``done`` …), left out where they are empty."""
    said = [*pairs(asked), *((name, value) for name, value in more.items() if value)]
    return path + (f"?{urlencode(said)}" if said else "")


def changed(asked: Asked, **fields: tuple[str, ...]) -> Asked:
    """The same with other choices."""
    return replace(asked, filter=replace(asked.filter, **fields))  # type: ignore[arg-type]


def _blindly(found: Filter) -> Filter:
    also = replace(found.also, status=veil.together(found.also.status)) if found.also is not None else None
    return replace(found, status=veil.together(found.status), also=also)


def _values(query: QueryParams, name: str) -> tuple[str, ...]:
    allowed = (*CHOICES[name], ALL) if name in CHOICES else ()
    found = (storable(value[:LONGEST]).strip() for value in query.getlist(name)[:MOST])
    known = dict.fromkeys(value for value in found if value and (not allowed or value in allowed))
    return tuple("" if (name, value) == ("platform", NONE) else value for value in known)


def _day(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=CHINA) if len(text) == 10 else None
    except ValueError:
        return None
