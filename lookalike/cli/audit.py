"""``lookalike audit``: what the audit trail says, and whether it is as it was written."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Annotated

import typer

from lookalike.cli.output import json_line, safe
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


@app.command("list", epilog="Example: lookalike audit list --who 王某 --what verdict --from 2026-11-01 --json")
def list_command(
    who: Annotated[str, typer.Option(metavar="NAME", help="Entries of this person.")] = "",
    what: Annotated[str, typer.Option(metavar="DEED", help="Entries of this deed, or whose name begins so.")] = "",
    lead: Annotated[int | None, typer.Option(metavar="ID", help="Entries about this lead.")] = None,
    since: Annotated[
        str, typer.Option("--from", metavar="TIME", help="From then on: 2026-11-01, with or without hour.")
    ] = "",
    until: Annotated[str, typer.Option("--to", metavar="TIME", help="Up to then; a day alone is included.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most so many, the newest first.")] = 100,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Entries of the audit trail, the newest first."""
    from lookalike.store.audit_search import Wanted, entries
    from spiders.clock import CHINA

    wanted = Wanted(who.strip(), what.strip(), lead, _moment(since, "--from"), _moment(until, "--to", end=True))
    with reading(open_store(load_config())) as session:
        found = entries(session, wanted, limit=limit)
    for entry in found:
        at = entry.at.astimezone(CHINA)
        if json:
            told = {"id": entry.id, "at": at.isoformat(), "who": entry.who, "what": entry.what, "lead": entry.lead_id}
            told |= {"address": entry.address, "before": entry.before, "after": entry.after, "hash": entry.hash}
            json_line(told)
            continue
        about = f" 线索 {entry.lead_id}" if entry.lead_id is not None else ""
        typer.echo(safe(f"{entry.id} {at:%Y-%m-%d %H:%M:%S} {entry.who} {entry.what}{about} {entry.address or '本机'}"))


def _moment(text: str, option: str, *, end: bool = False) -> datetime | None:
    """A day, or a time of it, of Beijing; the end of a day is the beginning of the next."""
    from lookalike.cli.when import day, moment
    from spiders.clock import CHINA

    if not text:
        return None
    if len(text) == len("2026-11-01"):
        return datetime.combine(day(text, option) + timedelta(days=end), time(), CHINA)
    return moment(text, option, datetime.now(CHINA))


def _broken(entry: int, before: int | None, *, changed: bool) -> str:
    where = f"第一处在编号 {entry} 的记录"
    if changed:
        return f"审计日志已被改动：{where}，其内容与当时写下的不一致"
    since = f"编号 {before} 与 {entry} 之间" if before is not None else f"编号 {entry} 之前"
    return f"审计日志不完整：{where}，{since}的记录被删去或改写"
