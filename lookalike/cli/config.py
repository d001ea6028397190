"""``lookalike config``: the settings in force, and whether they can be used."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lookalike.cli.output import console, json_line, safe

BAD = 1
app = typer.Typer(help="The settings in force.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def config() -> None:
    """The settings in force."""


@app.command("show", epilog="Example: lookalike config show --changed")
def show(
    changed: Annotated[bool, typer.Option("--changed", help="Only what was set, not the defaults.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Each setting with its value and where it was set; secrets are told as set, never shown."""
    from rich.table import Table

    from lookalike.config import load_config
    from lookalike.ops.in_force import in_force

    found = [one for one in in_force(load_config()) if one.origin or not changed]
    if json:
        for one in found:
            json_line(one.as_json())
        return
    table = Table("设置", "值", "来源")
    for one in found:
        table.add_row(*(safe(text) for text in (one.name, one.value, one.origin or "默认")))
    console().print(table)


@app.command("check", epilog="Example: lookalike config check")
def check() -> None:
    """Whether every setting can be used and is known; exit 1 and one line for each that is not."""
    from lookalike.ops.in_force import wrong
    from spiders.options import settings_file

    found = wrong()
    for line in found:
        sys.stderr.write(safe(" ".join(line.split())) + "\n")
    if found:
        raise typer.Exit(BAD)
    path = settings_file()
    typer.echo(f"设置可用（{path}{'' if path.is_file() else '：没有这个文件，全部为默认值或环境变量'}）")
