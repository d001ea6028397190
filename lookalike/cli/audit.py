"""``lookalike audit``: whether the audit trail is as it was written."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from lookalike.cli.output import json_line
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.store.engine import reading

app = typer.Typer(help="The audit trail.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def audit() -> None:
    """The audit trail: who changed what; every entry seals the one before it."""


@app.command("verify", epilog="Example: lookalike audit verify --head 6f3c…")
def verify_command(
    head: Annotated[
        str, typer.Option(metavar="HASH", help="Hash of the newest entry as it was noted before: is it still there?")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Read the whole trail: exit 0 whole, 1 broken, with the first place that is.

    A chain does not tell of entries cut off its end: note the hash that this prints elsewhere, and name it next time.
    """
    from lookalike.store import audit as trail

    noted = head.strip().lower()
    if noted and not re.fullmatch(r"[0-9a-f]{64}", noted):
        raise UsageError(f"--head {head[:80]}: expected 64 hexadecimal digits, as lookalike audit verify printed them")
    with reading(open_store(load_config())) as session:
        found = trail.verify(session)
        cut = bool(noted) and not trail.holds(session, noted)
    whole = found.broken is None and not cut
    if json:
        told = {"whole": whole, "entries": found.entries, "head": found.head, "broken": found.broken}
        json_line({**told, "after": found.before, "changed": found.changed, "cut_off": cut})
    elif found.broken is not None:
        typer.echo(_broken(found.broken, found.before, changed=found.changed))
    elif cut:
        typer.echo(f"审计日志不完整：记下的末条 {noted[:16]}… 已不在日志中，末尾的记录被删去或整条链被重写")
    else:
        typer.echo(f"审计日志完整：{found.entries} 条，末条哈希 {found.head}")
    if not whole:
        raise typer.Exit(1)


def _broken(entry: int, before: int | None, *, changed: bool) -> str:
    where = f"第一处在编号 {entry} 的记录"
    if changed:
        return f"审计日志已被改动：{where}，其内容与当时写下的不一致"
    since = f"编号 {before} 与 {entry} 之间" if before is not None else f"编号 {entry} 之前"
    return f"审计日志不完整：{where}，{since}的记录被删去或改写"
