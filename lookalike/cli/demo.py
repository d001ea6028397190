"""``lookalike demo``: the whole job on the range that ships with the project."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import typer

from lookalike.cli.leads import show
from lookalike.cli.night import run_night
from lookalike.cli.night import show as show_night
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.resources import demo_range
from lookalike.store import listing
from lookalike.store.engine import reading

SHOWN = "20"
"""Sites that a browser is shown: a demo ends within a minute on two cores."""


def demo() -> None:
    """One night against the small internet that ships with the project, then the ranked leads. No network needed.

    Example: lookalike demo
    """
    started = time.monotonic()
    home = Path(os.environ.get("LOOKALIKE_HOME") or "var") / "demo"
    os.environ["LOOKALIKE_HOME"] = str(home)
    os.environ.pop("LOOKALIKE_DATABASE_URL", None)  # the demo never writes into an operator's database
    os.environ.setdefault("LOOKALIKE_RENDER_SITES", SHOWN)
    summary = run_night(demo_range())
    show_night(summary)
    with reading(open_store(load_config())) as session:
        found = listing.listing(session)
    show(found)
    typer.echo(f"{len(found)} 条线索，用时 {time.monotonic() - started:.0f} 秒。数据在 {home}；查看一条：")
    if found:
        typer.echo(f"  LOOKALIKE_HOME={home} {sys.argv[0]} lead {found[0].id}")
    if summary["failed"]:
        raise typer.Exit(3)
