"""``lookalike export``: evidence packs of leads, from what is stored."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store


def export(
    folder: Annotated[Path, typer.Option("-o", metavar="DIR", help="Where the pack is put; made if missing.")],
    leads: Annotated[list[int] | None, typer.Argument(metavar="ID …", help="The leads' numbers.")] = None,
    campaign: Annotated[str | None, typer.Option(metavar="C-0003", help="All leads of this campaign.")] = None,
    by: Annotated[str, typer.Option(help="Who exports; default: the user of this machine.")] = "",
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Write one evidence pack of one lead, several, or a campaign; prints its path. Nothing is fetched.

    Example: lookalike export 12 -o packs
    """
    from lookalike.evidence.content import leads_of
    from lookalike.evidence.hooks import printing
    from lookalike.evidence.pack import export as write
    from lookalike.evidence.stamping import stamp
    from lookalike.evidence.unrecorded import told, unrecorded
    from lookalike.store.campaigns import campaign_name, number_of
    from spiders import clock

    config = load_config()
    factory = open_store(config)
    if bool(leads) == bool(campaign):
        raise UsageError("export: expected numbers of leads, or --campaign; see: lookalike leads, lookalike campaigns")
    name = campaign_name(number_of(campaign)) if campaign else None
    wanted = leads_of(factory, name) if name else list(leads or ())
    who = by.strip() or getpass.getuser()
    made = write(config, factory, wanted, folder, now=clock.now(config), by=who, campaign=name)
    if odd := told(unrecorded(factory, folder), folder):
        typer.echo(safe(odd), err=True)
    stamps = stamp(config, factory, made.path, who) if config.time_stamps or config.sign_certificate else []
    if json:
        line = {"path": str(made.path), "pack": made.pack_id, "number": made.number, "version": made.version}
        line |= {"leads": list(made.leads), "captures": made.captures, "stamps": [s.as_json() for s in stamps]}
        json_line(line | {"sha256": made.sha256, "sm3": made.sm3, "bytes": made.bytes})
        return
    typer.echo(str(made.path))
    if why := printing(config.pdf).get("why"):
        typer.echo(safe(f"PDF：{why}；文书只有 docx 和 xlsx"), err=True)
    for one in stamps:
        typer.echo(safe(f"时间戳 {one.authority}：{one.told}"), err=True)
