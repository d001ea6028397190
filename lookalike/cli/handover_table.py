"""Hand-overs as a table for people, or as JSON lines."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rich.table import Table

from lookalike.cli.leads import defanged
from lookalike.cli.output import console, json_line, safe
from spiders.clock import CHINA

if TYPE_CHECKING:
    from lookalike.review.handling import Line


def show(found: list[Line], *, json: bool) -> None:
    """One line a hand-over, or a waiting lead."""
    from lookalike.review.handling import kind_text

    if json:
        for line in found:
            json_line(line.as_json())
        return
    table = Table(title="移交与反馈", show_lines=True)
    for name in ("移交", "线索"):
        table.add_column(name, justify="right", no_wrap=True)
    for name in ("主机", "状态", "接收单位", "日期", "法定期限"):
        table.add_column(name, overflow="fold")
    for line in found:
        number = "" if line.handover_id is None else str(line.handover_id)
        office = "\n".join(filter(None, (line.office, kind_text(line.kind), line.pack, line.receipt)))
        state = "\n".join((line.text, {True: "最近访问可达", False: "最近访问不可达", None: ""}[line.alive]))
        table.add_row(
            number, str(line.lead_id), safe(defanged(line.host)), state, safe(office), _dates(line), _limit(line)
        )
    console().print(table)


def _dates(line: Line) -> str:
    named = (
        ("移交", line.handed_at),
        ("受理", line.accepted_at),
        ("关停", line.closed_at),
        ("答复", line.refused_at),
        ("复活", line.raised_at),
    )
    return "\n".join(f"{_day(at)} {name}" for name, at in named if at is not None)


def _limit(line: Line) -> str:
    if line.due_at is None:
        return ""
    late = "已逾期：" if line.overdue else ""
    return f"{late}{line.due_at.astimezone(CHINA):%Y-%m-%d %H:%M} 前\n{line.due_what}"


def _day(at: datetime) -> str:
    return f"{at.astimezone(CHINA):%Y-%m-%d}"
