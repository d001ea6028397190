"""``lookalike prune``: lets go of recordings that nobody needs as evidence."""

from __future__ import annotations

import getpass
from typing import Annotated

import typer

from lookalike.cli.output import json_line
from lookalike.config import load_config

MIB = 1024 * 1024


def prune(
    apply: Annotated[bool, typer.Option("--apply", help="Delete; without it, only tell what would be.")] = False,
    by: Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Delete recordings of visits older than keep_days, and result pages older than keep_pages_days, of harmless sites.

    Evidence stays: of leads that were confirmed, handed over, packed or shared, of high and medium ones that nobody
    has judged yet, and of their campaigns; of every site the newest visit, and what judgements were made from. What
    goes is in the audit trail.

    Example: lookalike prune --apply
    """
    from lookalike.lock import only_one_night
    from lookalike.opening import open_store
    from lookalike.ops.prune import look
    from lookalike.ops.prune import prune as let_go
    from spiders import clock

    config = load_config()
    factory, now = open_store(config), clock.now(config)
    if apply:
        with only_one_night(config.home, config.database):  # a night may be about to name what is about to go
            done = let_go(config, factory, now, by.strip() or getpass.getuser())
    else:
        done = look(config, factory, now)
    if json:
        json_line(done.as_json())
        return
    verb = "已删除" if apply else "将删除（加 --apply 执行）"
    typer.echo(
        f"{verb}：{config.keep_days:g} 天前的访问记录 {done.visits} 次，{config.keep_pages_days:g} 天前的结果页 "
        f"{done.pages} 页；文件 {done.files} 个，{done.bytes / MIB:.1f} MiB"
    )
