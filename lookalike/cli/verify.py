"""``lookalike verify``: whether an evidence pack is whole, one line a check."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lookalike.cli.output import json_line, safe
from lookalike.config import load_config


def verify(
    pack: Annotated[Path, typer.Argument(metavar="PACK", help="The pack (.zip), or the folder it was put in.")],
    receipt: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The receipt (.docx, .txt): its hashes and fingerprints count.")
    ] = None,
    root_fingerprint: Annotated[
        list[str] | None, typer.Option(metavar="HEX", help="SHA-256 fingerprint of a root that is believed.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """Check a pack: exit 0 whole, 1 something differs (each file is named), 2 something cannot be checked.

    Example: lookalike verify packs/XS-20261121-0001.pack --receipt 回执.docx
    """
    from lookalike.evidence import openssl
    from lookalike.evidence.verify.receipt import vouched
    from lookalike.evidence.verify.run import RESULTS
    from lookalike.evidence.verify.run import verify as check

    roots = [a.root for a in load_config().time_stamps if a.root.is_file()]
    known = [openssl.fingerprint(root.read_bytes()) for root in roots]
    believed = [*(root_fingerprint or ()), *filter(None, known)]
    report = check(pack, vouched(receipt, believed))
    if json:
        json_line(report.as_json())
        raise typer.Exit(report.code)
    for found in report.checks:
        typer.echo(safe(found.line))
    for point in report.points:
        mark = "✓" if point["has"] else "✗"
        typer.echo(safe(f"  {mark} {point['point']}" + (f"（{point['why']}）" if point["why"] else "")))
    typer.echo(safe(f"结论：{RESULTS[report.result]}  {report.path.name}"))
    raise typer.Exit(report.code)
