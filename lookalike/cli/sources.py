"""``lookalike sources``: where it is looked, how each source fared last night, and which are left alone for now."""

from __future__ import annotations

import getpass
import os
from datetime import datetime
from functools import partial
from typing import Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.night import COUNTED, LEVELS, STATES
from lookalike.cli.output import console, json_line, safe
from lookalike.config import Config, load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.store import sources
from lookalike.store.engine import reading, writing
from lookalike.store.models import SourceState
from seeds.loader import load_seeds
from seeds.model import Source
from spiders import clock
from spiders.clock import CHINA
from spiders.masking import masked

app = typer.Typer(
    help="Where it is looked, and how each source fared.", invoke_without_command=True, rich_markup_mode=None
)
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
NOW = STATES | {"disabled": "停用", "never asked": "还没有询问过"}
"""States of a source by itself; without those that only a night can have."""


@app.callback(epilog="Example: lookalike sources --json")
def sources_command(context: typer.Context, json: JsonOption = False) -> None:
    """List the sources: whether each may be asked now, what it gave last night, and its alarms."""
    if context.invoked_subcommand is not None:
        return
    rows = listing(load_config())
    if json:
        for row in rows:
            json_line(row)
    else:
        _show(rows)


@app.command("unblock", epilog="Example: lookalike sources unblock baidu")
def unblock_command(
    name: Annotated[str, typer.Argument(help="The source's id.")],
    by: Annotated[str, typer.Option(help="Who decides; default: the user of this machine.")] = "",
) -> None:
    """Let a source be asked again in the next night, though it turned us away not long ago."""
    config = load_config()
    known = sorted(source.id for source in load_seeds(config.seeds_folder).sources)
    if name not in known:
        raise UsageError(f"sources unblock {name}: expected one of {', '.join(known)}")
    with writing(open_store(config)) as session:
        done = sources.unblock(session, name, clock.now(config), by or getpass.getuser())
    typer.echo(f"{name}：下一次运行会重新询问" if done else f"{name}：没有被暂停，无需解除")


def listing(config: Config) -> list[dict[str, Any]]:
    """Every source, in the order of the seeds, as ``sources --json`` prints it."""
    now = clock.now(config)
    with reading(open_store(config)) as session:
        states = sources.states(session)
        last = sources.last_night(session)
        summary = last.summary if last is not None else {}
        run = {"run": last.id, "started_at": _told(last.started_at)} if last is not None else None
    counts, alarms = summary.get("night", {}).get("sources", {}), summary.get("alarms", [])
    row = partial(_row, config=config, now=now)
    return [
        row(source, states.get(source.id))
        | {"night": run and counts.get(source.id) and run | counts[source.id]}
        | {"alarms": [alarm for alarm in alarms if alarm["source"] == source.id]}
        for source in load_seeds(config.seeds_folder).sources
    ]


def _row(source: Source, state: SourceState | None, *, config: Config, now: datetime) -> dict[str, Any]:
    until = state.blocked_until if state is not None and state.blocked_until and state.blocked_until > now else None
    return {
        "source": source.id,
        "name": source.name,
        "kind": source.kind,
        "enabled": source.enabled,
        "state": _state(source, config, now, left_alone=until is not None, asked=bool(state and state.asked_at)),
        "why": state.why if state is not None and until else "",
        "blocked_until": _told(until),
        "streak": state.streak if state is not None else 0,
        "asked_at": _told(state.asked_at if state is not None else None),
        "ok_at": _told(state.ok_at if state is not None else None),
        "hours": source.hours,
        "delay_s": source.delay_s if config.delay is None else config.delay,
        "robots": source.robots,
        "proxy": masked(source.proxy or config.proxy),
    }


def _state(source: Source, config: Config, now: datetime, *, left_alone: bool, asked: bool) -> str:
    from spiders.sources.manners import within_hours

    reasons = {
        "disabled": not source.enabled,
        "no key": bool(source.key) and not os.environ.get(source.key),
        "no address": source.kind == "api" and not source.host and not config.searxng,
        "backing off": left_alone,
        "outside hours": not within_hours(source.hours, now),
        "never asked": not asked,
    }
    return next((state for state, holds in reasons.items() if holds), "ok")


def _told(at: datetime | None) -> str | None:
    return at.astimezone(CHINA).isoformat() if at is not None else None


def _show(rows: list[dict[str, Any]]) -> None:
    counted = {key: head for key, head in COUNTED.items() if key != "seconds"}
    table = Table("来源", "名称", "现在", "暂停至", *counted.values(), title="来源，及各自昨晚的情况")
    for row in rows:
        night = row["night"] or {}
        numbers = (str(night.get(key, "")) for key in counted)
        until = (row["blocked_until"] or "")[:16].replace("T", " ")
        table.add_row(row["source"], row["name"], NOW[row["state"]], until, *numbers)
    out = console()
    out.print(table)
    for row in rows:
        if row["why"]:
            out.print(f"{row['source']}：{safe(row['why'])}；提前恢复：lookalike sources unblock {row['source']}")
        for alarm in row["alarms"]:
            out.print(f"{LEVELS[alarm['level']]}：{safe(alarm['text'])}")
