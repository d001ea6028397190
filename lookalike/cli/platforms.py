"""``lookalike platforms``: what is genuine, and whether the seeds hold together."""

from __future__ import annotations

import sys
from typing import Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, stages
from lookalike.config import load_config
from seeds.loader import check_seeds, load_seeds
from seeds.model import Platform

app = typer.Typer(help="The genuine platforms.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list", epilog="Example: lookalike platforms list --json")
def list_command(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """List every genuine platform with its addresses."""
    found = load_seeds(load_config().seeds_folder).platforms
    if json:
        for platform in found:
            json_line(as_json(platform))
        return
    table = Table("编号", "名称", "主办机关", "地址或账号", title=f"正版平台 {len(found)} 个")
    for platform in found:
        table.add_row(platform.id, platform.name, platform.organ, "\n".join(_where(platform)))
    console().print(table)


@app.command("check", epilog="Example: LOOKALIKE_SEEDS=my-seeds lookalike platforms check")
def check_command() -> None:
    """Check the seeds, overlay included; exit 1 with one line for each mistake."""
    problems = check_seeds(load_config().seeds_folder)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("种子数据检查通过")


@app.command("refresh", epilog="Example: lookalike platforms refresh")
def refresh_command(json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False) -> None:
    """Capture the genuine platforms' pages anew, as baselines for comparison; exit 3 when some did not come."""
    from lookalike.nightly import refresh_only

    with stages() as progress:
        rows = refresh_only(load_config(), progress)
    for row in rows:
        if json:
            json_line(row)
        else:
            typer.echo(f"{'✓' if row['ok'] else '✗'} {row['platform']:16} {row['url']} {row['why']}")
    if not all(row["ok"] for row in rows):
        sys.stderr.write(f"{sum(not r['ok'] for r in rows)} 个页面没有取到，沿用上次的基线\n")
        raise typer.Exit(3)


def as_json(platform: Platform) -> dict[str, object]:
    """A platform for machines."""
    return {
        "id": platform.id,
        "kind": platform.kind,
        "group": platform.group,
        "name": platform.name,
        "organ": platform.organ,
        "addresses": [{"host": a.host, "port": a.port, "path": a.path, "url": a.url} for a in platform.addresses],
        "accounts": [{"kind": a.kind, "name": a.name, "body": a.body} for a in platform.accounts],
        "baselines": list(platform.baselines),
    }


def _where(platform: Platform) -> list[str]:
    addresses = [a.url or f"{a.host}:{a.port}{a.path}" for a in platform.addresses]
    return addresses + [f"{a.kind}「{a.name}」" for a in platform.accounts]
