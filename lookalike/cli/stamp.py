"""``lookalike stamp``: time stamps and signature for packs that were written before."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store


def stamp(
    packs: Annotated[
        list[Path], typer.Argument(metavar="PACK …", help="Packs (.zip), or the folders they were put in.")
    ],
    attach: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A reply (.tsr) that was fetched by hand.")
    ] = None,
    root: Annotated[Path | None, typer.Option(metavar="FILE", help="With --attach: the authority's root, PEM.")] = None,
    query: Annotated[
        Path | None, typer.Option(metavar="FILE", help="With --attach: the request (.tsq), if any.")
    ] = None,
    by: Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")] = "",
    json: Annotated[bool, typer.Option("--json", help="One JSON object an authority.")] = False,
) -> None:
    """Ask the configured authorities for the stamps that packs still lack; nothing that is hashed changes.

    Exit 3: some authority gave none; its reason is told, and it can be asked again.

    Example: lookalike stamp packs/XS-20261121-0001.pack
    """
    from lookalike.evidence import stamping
    from lookalike.evidence.verify.archive import find

    config = load_config()
    factory = open_store(config)
    who, paths = by.strip() or getpass.getuser(), [find(pack) for pack in packs]
    if attach is not None:
        if root is None or len(paths) != 1:
            raise UsageError("--attach: expected one pack, and --root with the authority's root certificate")
        token = stamping.attach(config, factory, paths[0], attach, root, query, who)
        typer.echo(f"{paths[0].name}：已附上时间戳 {token.at.isoformat()}，序号 {token.serial}")
        return
    if not config.time_stamps and not config.sign_certificate:
        raise UsageError("stamp: no time-stamping authority is configured; see time_stamps in the settings")
    failed = False
    for path in paths:
        for one in stamping.stamp(config, factory, path, who):
            failed |= one.state != "granted"
            if json:
                json_line({"pack": str(path)} | one.as_json())
            else:
                typer.echo(safe(f"{path.name} {one.authority}：{one.told}"))
    if failed:
        raise typer.Exit(3)
