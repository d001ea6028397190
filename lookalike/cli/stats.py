"""``lookalike stats``: the table of the work, the monthly report, a typical case, and when they are due."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import Config, load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.store.engine import Factory, reading

if TYPE_CHECKING:
    from lookalike.statistics.deadlines import Due
    from lookalike.statistics.imported import Imported
    from lookalike.statistics.table import Head

PART_FAILED = 3


def stats(
    out: Annotated[Path | None, typer.Option("-o", metavar="FILE", help="Where it goes: .xlsx, or .docx.")] = None,
    first: Annotated[str, typer.Option("--from", metavar="DAY", help="First day of the cumulative figures.")] = "",
    last: Annotated[str, typer.Option("--to", metavar="DAY", help="Last day, Beijing time; default: today.")] = "",
    imports: Annotated[
        list[Path] | None, typer.Option("--import", metavar="FILE", help="Other offices' figures: .xlsx or .csv.")
    ] = None,
    unit: Annotated[str, typer.Option(help="填报单位; default: the setting unit.")] = "",
    reporter: Annotated[str, typer.Option(help="填报人; default: the setting reporter.")] = "",
    contact: Annotated[str, typer.Option(help="联系方式; default: the setting reporter_contact.")] = "",
    due: Annotated[bool, typer.Option("--due", help="When which report is due, and which are written.")] = False,
    monthly: Annotated[str, typer.Option(metavar="YYYY-MM", help="The monthly report (.docx).")] = "",
    case: Annotated[
        int | None, typer.Option(metavar="ID", help="A typical case without personal data (.docx).")
    ] = None,
    by: Annotated[str, typer.Option(help="Who makes it; default: the user of this machine.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """《工作情况统计表》 with cumulative figures of both days and all between; or --monthly, --case, --due.

    Exit 3: rows of an imported file could not be used; each is named, the table holds the others.

    Example: lookalike stats --from 2026-01-01 --to 2026-12-18 -o 工作情况统计表.xlsx
    """
    from spiders import clock

    if sum((due, bool(monthly), case is not None)) > 1:
        raise UsageError("stats: expected one of --due, --monthly, --case")
    if imports and (due or monthly or case is not None):
        raise UsageError("--import: only the table takes other offices' figures")
    config = load_config()
    factory, now, who = open_store(config), clock.now(config), by.strip() or getpass.getuser()
    if due:
        _due(config, factory, now, json=json)
        return
    if out is None:
        raise UsageError("stats: expected -o FILE; see: lookalike stats --help")
    if monthly:
        told = _month(config, factory, monthly, first, out, who, now, unit or config.unit)
    elif case is not None:
        told = _case(config, factory, case, out, who, now)
    else:
        from lookalike.statistics.periods import beijing_day
        from lookalike.statistics.table import Head

        head = Head(
            unit or config.unit, reporter or config.reporter, contact or config.reporter_contact, beijing_day(now)
        )
        _table(factory, (first, last), out, imports or [], head, who, now, json=json)
        return
    if json:
        json_line(told)
    else:
        typer.echo(told["path"])


def _table(
    factory: Factory,
    days: tuple[str, str],
    out: Path,
    imports: Sequence[Path],
    head: Head,
    who: str,
    now: datetime,
    *,
    json: bool,
) -> None:
    from lookalike.cli.when import day
    from lookalike.statistics.columns import COLUMNS, printed
    from lookalike.statistics.counted import MEANINGS, counted
    from lookalike.statistics.imported import read_tables, total
    from lookalike.statistics.periods import beijing_day, period
    from lookalike.statistics.publishing import Made, check_target, publish
    from lookalike.statistics.table import workbook

    today = beijing_day(now)
    if not days[0]:
        raise UsageError("--from: expected the first day of the cumulative figures, like 2026-01-01")
    span = period(day(days[0], "--from"), day(days[1], "--to") if days[1] else today, today)
    if days[1] and span.last < day(days[1], "--to"):
        sys.stderr.write(f"--to {days[1]} 尚未到来，数字截至 {span.last}\n")
    final = check_target(factory, out, ".xlsx", imports)
    others = read_tables(imports)
    with reading(factory) as session:
        found = counted(session, span)
    values = {**total(others), **found.values()}
    sha256 = publish(
        factory, final, Made(workbook(head, values, span, now), "table", span.first, span.last, found.leads), who, now
    )
    if json:
        told = {"path": str(final), "from": span.first.isoformat(), "to": span.last.isoformat(), "sha256": sha256}
        shown = {c.key: printed(values[c.key]) for c in COLUMNS if c.key in values}
        json_line(told | {"figures": found.values(), "table": shown, "imported": [one.as_json() for one in others]})
    else:
        typer.echo(str(final))
        titles = {column.key: column.heading for column in COLUMNS}
        for key, number in found.values().items():
            typer.echo(f"{titles[key]}：{number}　{MEANINGS[key]}", err=True)
    _tell(others)


def _tell(others: Sequence[Imported]) -> None:
    """What of the imported files was left out, on stderr; exit 3 where rows were."""
    for one in others:
        for remark in one.remarks:
            sys.stderr.write(f"{safe(one.file)}：{safe(remark)}\n")
        for row in one.bad:
            sys.stderr.write(f"{safe(one.file)} 第 {row.number} 行：{safe(row.why)}（该行未计入）\n")
    if any(one.bad for one in others):
        raise typer.Exit(PART_FAILED)


def _month(
    config: Config, factory: Factory, text: str, first: str, out: Path, who: str, now: datetime, unit: str
) -> dict[str, str]:
    from lookalike.cli.when import day, month
    from lookalike.evidence.documents.word import as_docx
    from lookalike.statistics.month import span
    from lookalike.statistics.month_sheet import month_sheet
    from lookalike.statistics.periods import Period, beijing_day, month_of
    from lookalike.statistics.publishing import Made, check_target, publish
    from seeds.loader import load_seeds

    mine = month_of(month(text, "--monthly"), beijing_day(now))
    since = day(first, "--from") if first else None
    if since is not None and since > mine.last:
        raise UsageError(f"--from {first}: expected a day before the end of {text}")
    final = check_target(factory, out, ".docx", ())
    start = Period(since, mine.last).since if since else None
    with reading(factory) as session:
        this, ever = span(session, mine.since, mine.until), span(session, start, mine.until)
    sheet = month_sheet(load_seeds(config.seeds_folder), mine, this, ever, since, unit)
    made = Made(as_docx(sheet, now), "month", mine.first, mine.last)
    return {"path": str(final), "month": text, "sha256": publish(factory, final, made, who, now)}


def _case(config: Config, factory: Factory, number: int, out: Path, who: str, now: datetime) -> dict[str, str]:
    from lookalike.evidence.documents.word import as_docx
    from lookalike.statistics.case import case_sheet
    from lookalike.statistics.publishing import Made, check_target, publish
    from seeds.loader import load_seeds

    final = check_target(factory, out, ".docx", ())
    with reading(factory) as session:
        sheet = case_sheet(session, load_seeds(config.seeds_folder), number, now)
    made = Made(as_docx(sheet, now), "case", None, None, (number,))
    return {"path": str(final), "sha256": publish(factory, final, made, who, now)}


def _due(config: Config, factory: Factory, now: datetime, *, json: bool) -> None:
    from lookalike.statistics.deadlines import due, reports
    from lookalike.statistics.periods import beijing_day
    from lookalike.store import figures

    with reading(factory) as session:
        written = [(r["form"], date.fromisoformat(r["to"])) for r in figures.reports(session) if r["to"]]
        began = figures.began_at(session)
    path = Path(config.deadlines) if config.deadlines else None
    found = due(reports(path), beijing_day(now), written, beijing_day(began) if began else None)
    if json:
        for one in found:
            json_line(one.as_json())
    else:
        _show_due(found)


def _show_due(found: Sequence[Due]) -> None:
    table = Table(title="报送期限", show_lines=True)
    for name in ("截止", "还有", "报送", "本期", "上期", "依据"):
        table.add_column(name, overflow="fold")
    for one in found:
        report = one.report
        ended = f"；方案已于 {report.ended} 到期，沿用其报送日" if report.ended and report.ended < one.day else ""
        last = {True: "已生成", False: "未生成", None: "此前无数据"}[one.last_done]
        table.add_row(
            one.day.isoformat(),
            "今天" if one.days_left == 0 else f"{one.days_left} 天",
            safe(report.what),
            f"已统计至 {one.written_to}" if one.written_to else "未生成",
            f"{one.last.isoformat()} {last}",
            safe(f"{report.title}（{report.number}）{ended}"),
        )
    console().print(table)
