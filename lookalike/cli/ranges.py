"""``lookalike range``: serve or check a cyber range (靶场)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="A small internet on loopback.", no_args_is_help=True, rich_markup_mode=None)


@app.command("serve", epilog="Example: lookalike range serve my-range")
def serve_command(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The range's folder.")],
    log: Annotated[Path | None, typer.Option(help="Where the request log goes.")] = None,
) -> None:
    """Serve a range until Ctrl-C; prints its settings as ``export`` lines, then ``ready``."""
    from lookalike.cyber_range.serve import run_serve

    raise typer.Exit(run_serve(folder, log))


@app.command("check", epilog="Example: lookalike range check my-range")
def check_command(folder: Annotated[Path, typer.Argument(metavar="DIR", help="The range's folder.")]) -> None:
    """Check a range; exit 1 with one line for every mistake, with file and key."""
    from lookalike.cyber_range.load import check_range

    problems = check_range(folder)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{folder}: 靶场检查通过")
