"""The audit trail, for whoever audits: searched, taken along as a table, and checked from end to end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams
from starlette.responses import Response

from lookalike.evidence.documents.values import LONGEST_CELL
from lookalike.exchange.clean import cut
from lookalike.exchange.spooled import csv_rows, spool
from lookalike.review import auditing
from lookalike.store import audit_search, exports
from lookalike.store.audit import came_from
from lookalike.store.audit_search import Wanted
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit
from lookalike.web.desk import Call, go
from lookalike.web.download import attachment
from lookalike.web.jobs import Job, TooManyJobs
from lookalike.web.views.exports import day, number
from lookalike.web.wording import Words
from spiders.clock import CHINA

MOST = 100_000
"""Entries of one table at most."""
SHOWN = 2_000
"""Letters of what stood there that a page shows."""
_HEAD = re.compile(r"[0-9a-f]{64}")
_COLUMNS = ("id", "at", "utc", "who", "deed", "what", "lead", "network", "before", "after", "prev_hash", "hash")
_FIELDS = ("who", "what", "lead", "since", "until")


def trail(call: Call) -> Response:
    """One page of entries, what the last check found, and how far back the trail goes."""
    return _page(call)


def state(call: Call) -> Response:
    """The part of the page that tells of checks: a script asks for it while one runs."""
    job, running = _job(call)
    with reading(call.desk.factory) as session:
        checked = auditing.latest(session)
    return call.render("audit_state.html", checked=checked, job=job, running=running)


def check(call: Call) -> Response:
    """Reads the whole trail in the background; what it finds is an entry of the trail."""
    noted = call.form.text("head", 100).lower()
    if noted and not _HEAD.fullmatch(noted):
        return _page(call, 422, refused="head")
    desk, who, network = call.desk, call.who.name, call.origin.network
    running = desk.jobs.newest("audit")
    if running is None or running.over:

        def work(job: Job) -> Any:
            with came_from(network):
                return auditing.check(desk.factory, who, call.now, noted, job.progress)

        try:
            desk.jobs.start("audit", who, call.now, work)
        except TooManyJobs:
            return _page(call, 503, refused="busy")
    return go("/audit#checks")


def take(call: Call) -> Response:
    """The entries that were looked for as CSV; who took them, and for whom, is recorded first."""
    wanted, to = _wanted(QueryParams(call.form.pairs)), call.form.text("to", 200)
    if not to:
        return _page(call, 422, refused="to", asked=_asked(QueryParams(call.form.pairs)))
    name = f"审计日志-{call.now.astimezone(CHINA):%Y%m%d-%H%M%S}.csv"
    with reading(call.desk.factory) as session:
        made = spool(call.desk.config.home, csv_rows(_heading(call.words), _rows(session, wanted, call.words)))
    with writing(call.desk.factory) as session:
        by = call.who.name
        exports.record(session, at=call.now, by=by, form="audit", to=to, leads=(), file=name, sha256=made.sha256)
    return attachment(name, made.size, made.parts(), sha256=made.sha256)


def deed(words: Words, what: str) -> str:
    """A deed in words; one that has none is its own name."""
    return words.said.get(f"deed.{what.replace('.', '_')}", what)


def _page(call: Call, status: int = 200, *, refused: str = "", asked: dict[str, str] | None = None) -> Response:
    asked = _asked(call.query) if asked is None else asked
    wanted = _wanted(QueryParams(asked))
    before, (job, running) = call.query.get("before", ""), _job(call)
    with reading(call.desk.factory) as session:
        found = audit_search.entries(session, wanted, before=number(before), limit=audit_search.PAGE + 1)
        deeds = audit_search.deeds(session)
        first, last = audit_search.ends(session)
        checked = auditing.latest(session)
    rows = found[: audit_search.PAGE]
    more = len(found) > len(rows)
    return call.render(
        "audit.html",
        status,
        rows=rows,
        told=_told,
        deed=deed,
        deeds=deeds,
        first=first,
        last=last,
        kept=(call.now - first.at).days if first else 0,
        months=auditing.MONTHS,
        checked=checked,
        job=job,
        running=running,
        asked=asked,
        most=MOST,
        refused=refused,
        turned=bool(before),
        again=f"/audit?{urlencode(asked)}" if asked else "/audit",
        later=f"/audit?{urlencode({**asked, 'before': rows[-1].id})}" if more else "",
    )


def _job(call: Call) -> tuple[Job | None, bool]:
    """The check that was begun last, and whether it runs: asked before the store is, so that no result is missed."""
    job = call.desk.jobs.newest("audit")
    return job, job is not None and not job.over


def _asked(query: QueryParams) -> dict[str, str]:
    return {name: value for name in _FIELDS if (value := query.get(name, "")[:100].strip())}


def _wanted(query: QueryParams) -> Wanted:
    """What an address asks for; what cannot be read asks for nothing."""
    asked = _asked(query)
    return Wanted(
        asked.get("who", ""),
        asked.get("what", ""),
        number(asked.get("lead", "").lstrip("#")),
        day(asked.get("since", "")),
        day(asked.get("until", ""), end=True),
    )


def _told(value: Any, most: int = SHOWN) -> str:
    """What an entry says, as JSON on one line, cut."""
    return cut(json.dumps(value, ensure_ascii=False, sort_keys=True), most) if value is not None else ""


def _heading(words: Words) -> list[str]:
    return [words(f"audit.column.{name}") for name in _COLUMNS]


def _rows(session: Session, wanted: Wanted, words: Words) -> Iterator[list[str]]:
    for entry in audit_search.everything(session, wanted, MOST):
        yield _row(entry, words)


def _row(entry: Audit, words: Words) -> list[str]:
    cells = [
        str(entry.id),
        entry.at.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S"),
        entry.at.isoformat(),
        entry.who,
        deed(words, entry.what),
        entry.what,
        "" if entry.lead_id is None else str(entry.lead_id),
        entry.address or words("audit.here"),
        _told(entry.before, LONGEST_CELL),
        _told(entry.after, LONGEST_CELL),
        entry.prev_hash,
        entry.hash,
    ]
    return [cut(cell, LONGEST_CELL) for cell in cells]
