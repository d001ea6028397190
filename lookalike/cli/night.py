"""``lookalike nightly``: the whole night's job."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe, stages
from lookalike.config import Config, load_config
from lookalike.errors import UsageError
from seeds.loader import load_seeds

PART_FAILED = 3
COUNTED = {
    "queries": "查询",
    "pages": "页",
    "results": "结果",
    "paid": "付费",
    "none": "确认为空",
    "captcha": "验证码",
    "blocked": "拒绝",
    "unparsed": "无法识别",
    "failed": "失败",
    "unresolved": "跳转未解",
    "seconds": "秒",
}
"""Counts of a source and their headings."""
STATES = {
    "ok": "正常",
    "blocked": "今晚被拒",
    "backing off": "暂停中",
    "failed": "有缺",
    "suspect": "数据可疑",
    "robots": "robots.txt 不允许",
    "outside hours": "不在询问时段",
    "no key": "没有密钥",
    "no address": "没有地址",
}
ENGINES = ("local", "workers")
LEVELS = {"fail": "警报", "warn": "留意"}


def nightly(
    range_folder: Annotated[
        Path | None, typer.Option("--range", metavar="DIR", help="Serve this range and run against it.")
    ] = None,
    source: Annotated[list[str] | None, typer.Option(help="Only this source; may be given several times.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
    engine: Annotated[
        str, typer.Option(help="local: this process; workers: those of lookalike work. Empty: as the settings say.")
    ] = "",
) -> None:
    """Refresh baselines, search, visit, score. Resumes what a kill left half done.

    Example: lookalike nightly --range my-range --source baidu
    """
    if engine not in {"", *ENGINES}:
        raise UsageError(f"--engine {engine}: expected {' or '.join(ENGINES)}")
    if engine:
        os.environ["LOOKALIKE_ENGINE"] = engine
    if load_config().engine == "workers":
        from lookalike.workers.database import conninfo

        conninfo(load_config().database)
    summary = run_night(range_folder, tuple(source or ()))
    if json:
        json_line(summary)
    else:
        show(summary)
    if summary["failed"]:
        for failure in summary["failed"]:
            sys.stderr.write("部分失败：" + " ".join(f"{k}={v}" for k, v in failure.items()) + "\n")
        raise typer.Exit(PART_FAILED)


def run_night(range_folder: Path | None, sources: tuple[str, ...] = ()) -> dict[str, Any]:
    """One night, against a range when a folder is given."""
    with stages() as progress:
        if range_folder is None:
            return _night(_with_sources(load_config(), sources), progress)
        from lookalike.cyber_range.serve import serve_process

        with serve_process(range_folder) as running:
            os.environ.update(running.env)  # as an operator would export them
            return _night(_with_sources(load_config(), sources), progress)


def _night(config: Config, progress: Any) -> dict[str, Any]:
    from lookalike.nightly import nightly as night  # Scrapy's settings read the environment when loaded
    from lookalike.ops import logs
    from lookalike.ops.after import after_night

    logs.configure(config)
    summary = night(config, progress)
    after_night(config)
    return summary


def _with_sources(config: Config, sources: tuple[str, ...]) -> Config:
    known = {source.id for source in load_seeds(config.seeds_folder).sources}
    for name in sources:
        if name not in known:
            raise UsageError(f"--source {name}: expected one of {', '.join(sorted(known))}")
    return config.model_copy(update={"sources": sources}) if sources else config


def show(summary: dict[str, Any]) -> None:
    """The summary as a table for people."""
    table = Table("来源", *COUNTED.values(), "情况", title="今晚的搜索")
    for name, c in summary["sources"].items():
        table.add_row(name, *(str(c[n]) for n in COUNTED), STATES.get(c.get("state", "ok"), c.get("state", "")))
    out = console()
    out.print(table)
    visits = "，".join(f"{k} {v}" for k, v in summary["visits"].items())
    bands = "，".join(f"{k} {v}" for k, v in summary["bands"].items())
    out.print(
        f"见到 {summary['sightings']} 次、{summary['sites']} 个站点；访问：{visits}；"
        f"评级：{bands}；新线索 {summary['leads_new']} 条"
    )
    if linked := summary["campaigns"]:
        out.print(f"归并：{linked['count']} 个团伙，含 {linked['leads']} 条线索；新团伙 {linked['new']} 个")
    for told in summary["hacked"]:
        out.print(safe(f"通报主管单位：{told['text']}"))
    for alarm in summary["alarms"]:
        out.print(f"{LEVELS[alarm['level']]}：{safe(alarm['text'])}")
    if shown := summary["render"]:
        out.print(
            f"浏览器：放行 {shown['let_through']} 个站点，查看 {shown['rendered']} 个（页面 {shown['pages']} 个，"
            f"未能完整显示 {shown['failed']} 个），沿用 {shown['reused']} 个，额度不足未看 {shown['left_out']} 个；"
            f"脚本转到他站 {shown['led_on']} 次"
        )
    for note in summary["notes"]:
        out.print("提示：" + " ".join(f"{k}={v}" for k, v in note.items()), markup=False)
    for code, left in summary["unvisited"].items():
        out.print(safe(f"今晚未访问（{code}）：{left['sites']} 个，如 {'、'.join(left['first'][:3])}"))
    if summary["waiting"]:
        out.print(f"还有 {summary['waiting']} 个站点今晚未轮到，下次运行时访问")
    _show_workers(summary["workers"])
    if summary["cuts"]:
        out.print("拒绝与截断：" + "，".join(f"{k} {v}" for k, v in summary["cuts"].items()))


def _show_workers(told: dict[str, Any]) -> None:
    """What happened among workers; nothing of a night without them."""
    if not told:
        return
    lost = f"，失联 {len(told['lost'])} 个（{'、'.join(told['lost'])}）" if told["lost"] else ""
    console().print(
        f"工作进程 {told['workers']} 个，共 {sum(told['batches'].values())} 批{lost}；重做 {told['redone']} 批，"
        f"交还 {told['given_back']} 批，出错 {told['broken']} 次，放弃 {told['abandoned']} 批"
    )
    for trouble in told["troubles"]:
        console().print(safe(f"  {trouble['batches']} 次：{trouble['why']}"))
