"""``lookalike captures``: what was recorded, moved to another place or read through."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lookalike.cli.output import json_line
from lookalike.config import load_config

if TYPE_CHECKING:
    from lookalike.ops.captures import Told

BAD = 1
MOST = 20
"""Bad ones that are named; the rest is counted."""
app = typer.Typer(help="What was recorded.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def captures() -> None:
    """What was recorded."""


@app.command("send", epilog="Example: lookalike captures send --remove")
def send_command(
    remove: Annotated[bool, typer.Option("--remove", help="Delete each file here once the store has it.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
) -> None:
    """Send what lies in the home folder to the store that captures_store names; may be cut short and repeated.

    Exit 1: files that are not what their names say; they stay.
    """
    from lookalike.ops.captures import send

    _tell(send(load_config(), remove=remove, progress=_dots), "已送入存放处", json=json)


@app.command("check", epilog="Example: lookalike captures check")
def check_command(json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False) -> None:
    """Read every recording that the database names, and compare it with its hash. Exit 1: some are lost or damaged."""
    from lookalike.opening import open_store
    from lookalike.ops.captures import check

    config = load_config()
    _tell(check(config, open_store(config), _dots), "已核对", json=json)


def _dots(_count: int) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(".")
        sys.stderr.flush()


def _tell(done: Told, what: str, *, json: bool) -> None:
    if json:
        json_line(done.as_json())
    else:
        typer.echo(f"{what}：{done.files} 个文件，{done.bytes / 2**20:.1f} MiB；有问题 {len(done.bad)} 个")
        for name, why in list(done.bad.items())[:MOST]:
            sys.stderr.write(f"{name}：{why}\n")
    if done.bad:
        raise typer.Exit(BAD)
