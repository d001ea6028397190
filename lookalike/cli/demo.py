"""``lookalike demo``: the whole job on the range that ships with the project."""

from __future__ import annotations

import os
import shlex
import time
from datetime import UTC, datetime
from pathlib import Path

import typer

from lookalike.cli.leads import show
from lookalike.cli.night import run_night
from lookalike.cli.night import show as show_night
from lookalike.cli.output import command, safe
from lookalike.cli.serve import HOST, PORT
from lookalike.config import Config, load_config
from lookalike.opening import open_store
from lookalike.resources import demo_range
from lookalike.store import listing
from lookalike.store.engine import Factory, reading

ANALYST = "demo"
MAKER = "lookalike demo"
"""Account that opens the queue, and who makes it."""
SHOWN = "20"
"""Sites that a browser is shown: a demo ends within a minute on two cores."""


def demo() -> None:
    """One night against the small internet that ships with the project, its leads, and the first one's evidence pack.

    No network needed.

    Example: lookalike demo
    """
    started = time.monotonic()
    home = Path(os.environ.get("LOOKALIKE_HOME") or "var") / "demo"
    os.environ["LOOKALIKE_HOME"] = str(home)
    os.environ.pop("LOOKALIKE_DATABASE_URL", None)  # the demo never writes into an operator's database
    os.environ.setdefault("LOOKALIKE_RENDER_SITES", SHOWN)
    summary = run_night(demo_range())
    show_night(summary)
    config = load_config()
    factory = open_store(config)
    with reading(factory) as session:
        found = listing.listing(session)
    show(found)
    if found and found[0].id is not None:
        _show_pack(config, factory, found[0].id, home / "packs")
    typer.echo(f"{len(found)} 条线索，用时 {time.monotonic() - started:.0f} 秒。数据在 {home}；查看一条：")
    if found:
        typer.echo(f"  {command(home)} lead {found[0].id}")
        _show_door(config, factory)
    if summary["failed"]:
        raise typer.Exit(3)


def _show_door(config: Config, factory: Factory) -> None:
    """How to open the queue in a browser, and a fresh one-time password for it."""
    from lookalike.review import accounts
    from lookalike.review.passwords import one_time
    from lookalike.review.people import folded
    from lookalike.store import people
    from lookalike.store.engine import writing

    first, now = one_time(), datetime.now(UTC)  # the range has its own time, the pages have the real one
    with writing(factory) as session:
        known = people.by_folded(session, folded(ANALYST)) is not None
        if known:
            accounts.reset(session, ANALYST, first, MAKER, now)
        else:
            accounts.add(session, ANALYST, "analyst", first, MAKER, now)
    typer.echo("在浏览器中研判：先运行")
    typer.echo(f"  {command(config.home)} serve")
    typer.echo(f"再打开 http://{HOST}:{PORT}/ ，账号 {ANALYST}，一次性口令 {first.password}（登录后须改为自己的口令）")


def _show_pack(config: Config, factory: Factory, lead: int, folder: Path) -> None:
    """Export one lead, verify the pack as its receiver would, and say where it lies."""
    from lookalike.evidence.pack import export
    from lookalike.evidence.verify.run import RESULTS, verify
    from spiders import clock

    made = export(config, factory, [lead], folder, now=clock.now(config), by="demo", campaign=None)
    report = verify(made.path)
    typer.echo(f"线索 {lead} 的证据包：{made.path}")
    typer.echo(safe(f"核验 {len(report.checks)} 项：{RESULTS[report.result]}；逐项查看："))
    typer.echo(f"  {command()} verify {shlex.quote(str(made.path))}")
    if report.code:
        for found in report.checks:
            typer.echo(safe(found.line))
        raise typer.Exit(report.code)
