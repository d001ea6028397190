"""Tonight: what each source gave against its usual, what was refused, cut or not visited, and what broke."""

from __future__ import annotations

from starlette.responses import Response

from lookalike.store import tonight
from lookalike.store.engine import reading
from lookalike.web import nights
from lookalike.web.desk import Call
from lookalike.web.troubles import NotFound
from seeds.loader import load_seeds
from spiders.refusal import SENTENCES


def latest(call: Call) -> Response:
    """The newest night."""
    return _page(call, None)


def one(call: Call) -> Response:
    """Any night."""
    return _page(call, call.path["run"])


def _page(call: Call, number: int | None) -> Response:
    with reading(call.desk.factory) as session:
        told = tonight.night(session, number)
        listed = tonight.listing(session)
    if told is None and number is not None:
        raise NotFound
    seeds = load_seeds(call.desk.config.seeds_folder)
    summary = told.summary if told else {}
    files = frozenset(source.id for source in seeds.sources if source.kind == "file")
    lines = nights.lines(summary.get("sources", {}), told.before if told else (), files)
    return call.render(
        "tonight.html",
        run=told.run if told else None,
        night=summary,
        lines=lines,
        bad=sum(line.bad for line in lines),
        names={source.id: source.name for source in seeds.sources},
        columns=nights.NUMBERS,
        runs=listed,
        codes={code: text.partition("：")[0] for code, text in SENTENCES.items()},
    )
