"""《工作情况统计表》 and when it is due, for the head: figures of a period, and the workbook to take along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from starlette.responses import Response

from lookalike.errors import UsageError
from lookalike.statistics.columns import COLUMNS
from lookalike.statistics.counted import MEANINGS, Counted, counted
from lookalike.statistics.deadlines import Due, due, reports
from lookalike.statistics.periods import Period, beijing_day, period
from lookalike.statistics.publishing import Made, publish
from lookalike.statistics.table import Head, workbook
from lookalike.store import figures
from lookalike.store.engine import reading
from lookalike.web import packing
from lookalike.web.desk import Call
from lookalike.web.download import attachment
from spiders.clock import CHINA


@dataclass(frozen=True, slots=True)
class _Figure:
    """One number that the program counts, and what it means."""

    title: str
    value: int
    meaning: str


def statistics(call: Call) -> Response:
    """Deadlines; and the figures of a period where one is asked for."""
    asked = call.query.get("from", "")[:20], call.query.get("to", "")[:20]
    return _page(call, asked, count=bool(asked[0]))


def take(call: Call) -> Response:
    """The table as a workbook; that it was made, and for whom, is recorded with it."""
    asked = call.form.text("from", 20), call.form.text("to", 20)
    to, span = call.form.text("purpose", 200), _period(call, asked)
    if span is None or not to:
        return _page(call, asked, 422, refused="to" if span is not None else "period")
    config = call.desk.config
    with reading(call.desk.factory) as session:
        found = counted(session, span)
    head = Head(config.unit, config.reporter, config.reporter_contact, beijing_day(call.now))
    data = workbook(head, found.values(), span, call.now)
    stamp = call.now.astimezone(CHINA).strftime("%Y%m%d-%H%M%S")
    path = _folder(call) / f"工作情况统计表-{span.first:%Y%m%d}-{span.last:%Y%m%d}-{stamp}.xlsx"
    made = Made(data, "table", span.first, span.last, found.leads)
    sha256 = publish(call.desk.factory, path, made, call.who.name, call.now, to=to)
    return attachment(path.name, len(data), packing.bytes_of(path), sha256=sha256)


def _page(call: Call, asked: tuple[str, str], status: int = 200, *, count: bool = False, refused: str = "") -> Response:
    span = _period(call, asked) if count else None
    if count and span is None:
        status, refused = 422, "period"
    with reading(call.desk.factory) as session:
        found = counted(session, span) if span is not None else None
        written = [(row["form"], date.fromisoformat(row["to"])) for row in figures.reports(session) if row["to"]]
        began = figures.began_at(session)
    today = beijing_day(call.now)
    return call.render(
        "statistics.html",
        status,
        due=_due(call, today, written, beijing_day(began) if began else None),
        figures=_figures(found) if found is not None else [],
        asked=(asked[0] or f"{today.year}-01-01", asked[1] or today.isoformat()),
        span=span,
        refused=refused,
    )


def _due(call: Call, today: date, written: list[tuple[str, date]], began: date | None) -> list[Due]:
    path = Path(call.desk.config.deadlines) if call.desk.config.deadlines else None
    return due(reports(path), today, written, began)


def _figures(found: Counted) -> list[_Figure]:
    titles = {column.key: column.heading for column in COLUMNS}
    return [_Figure(titles[key], value, MEANINGS[key]) for key, value in found.values().items()]


def _period(call: Call, asked: tuple[str, str]) -> Period | None:
    """The period that was asked for, ended today at the latest; None for what is none."""
    today = beijing_day(call.now)
    try:
        return period(date.fromisoformat(asked[0]), date.fromisoformat(asked[1]) if asked[1] else today, today)
    except (ValueError, UsageError):
        return None


def _folder(call: Call) -> Path:
    folder = call.desk.config.home / "reports"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
