"""``lookalike runs``: what has run, and how it ended."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config

STATES = {"running": "进行中", "interrupted": "中断，待续", "done": "完成", "failed": "部分失败", "lost": "放弃"}
KINDS = {"nightly": "采集", "digest": "早报", "refresh": "基线", "tips": "导入", "submit": "提交", "prune": "清理"}
NUMBERS = {"sightings": "见到", "sites": "站点", "leads_new": "新线索", "waiting": "待访"}


def runs(
    kind: Annotated[str, typer.Option(help="Only of this kind: nightly, digest, refresh …")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="The newest so many.")] = 30,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line, the newest first.")] = False,
) -> None:
    """The history of nights and other runs, the newest first.

    Example: lookalike runs --kind nightly --limit 7
    """
    from lookalike.lock import is_held
    from lookalike.opening import open_store
    from lookalike.ops.history import DIGEST, as_json, listed
    from lookalike.store.engine import reading

    config = load_config()
    at_work = {DIGEST: is_held(config.home / "digest.lock")}
    crawling = is_held(config.home / "nightly.lock")
    if config.database_url.startswith("postgres"):
        crawling = True  # another machine may be at it: nobody here can say that it is not
    with reading(open_store(config)) as session:
        found = [as_json(run, running=at_work.get(run.kind, crawling)) for run in listed(session, kind, limit)]
    if json:
        for one in found:
            json_line(one)
        return
    table = Table("编号", "种类", "情况", "开始", "用时", *NUMBERS.values(), "警报与失败", title="运行记录")
    for one in found:
        table.add_row(
            str(one["run"]),
            KINDS.get(one["kind"], safe(one["kind"])),
            STATES[one["state"]] + ("（续）" if one["resumed"] else ""),
            one["started_at"][:16].replace("T", " "),
            _span(one["seconds"]),
            *("" if one[name] is None else str(one[name]) for name in NUMBERS),
            safe(_trouble(one)),
        )
    console().print(table)


def _span(seconds: float | None) -> str:
    if seconds is None:
        return ""
    minutes = int(seconds) // 60
    return f"{minutes // 60}:{minutes % 60:02d} 时" if minutes >= 60 else f"{minutes} 分 {int(seconds) % 60} 秒"


def _trouble(one: dict[str, Any]) -> str:
    failed = [str(f.get("source") or f.get("stage") or "?") for f in one["failed"]]
    return "；".join([*one["alarms"], *(f"失败：{name}" for name in dict.fromkeys(failed))])
