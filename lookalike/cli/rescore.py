"""``lookalike rescore``: stored captures judged again under a version of the weights."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe, stages
from lookalike.config import load_config
from lookalike.errors import UsageError

if TYPE_CHECKING:
    from lookalike.night import Night
    from lookalike.stages.rescore import Rescored
    from scoring.weights import Weights

SHOWN = 40


def rescore(
    weights: Annotated[str, typer.Option(metavar="VERSION", help="Default: the version in use.")] = "",
    lead: Annotated[list[int] | None, typer.Option(help="Only this lead; may be given several times.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would come out; store nothing.")] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Judge stored captures again: the same bytes, the same time, the same baselines as then. Nothing is fetched.

    Example: lookalike rescore --weights 2026-11-21.1 --lead 12 --dry-run
    """
    from lookalike.lock import only_one
    from lookalike.night import open_night
    from lookalike.stages.rescore import rescore as again

    config = load_config()
    with only_one(config.home / "nightly.lock"), stages() as progress:
        night = open_night(config)
        night.progress = progress
        chosen = _weights(night, weights, keep=not dry_run)
        found = again(night, chosen, lead or (), who=getpass.getuser(), keep=not dry_run)
    known = {r.lead_id for r in found}
    if missing := [number for number in lead or () if number not in known]:
        raise UsageError(f"--lead {missing[0]}: there is no such lead, or it was never judged")
    for one in found if json else ():
        json_line(one.as_json())
    if not json:
        show(found, chosen.version, dry_run=dry_run)
    if night.failed:
        raise typer.Exit(3)


def _weights(night: Night, version: str, *, keep: bool) -> Weights:
    from lookalike.store import weights
    from lookalike.store.engine import reading, writing

    if keep:
        with writing(night.factory) as session:
            night.weights = weights.keep_shipped(session, night.now())
    if not version:
        return night.weights
    with reading(night.factory) as session:
        found = weights.get(session, version)
        known = ", ".join(row.version for row in weights.every(session))
    if found is None:
        raise UsageError(f"--weights {version}: there is no such version; known: {known}")
    return found


def show(found: list[Rescored], version: str, *, dry_run: bool) -> None:
    """What changed, and what could not be the same."""
    out = console()
    changed = [one for one in found if not one.same]
    done = "试算" if dry_run else "重新评分"
    out.print(
        f"按权重 {version} {done} {len(found)} 个站点：{len(found) - len(changed)} 个逐位相同，{len(changed)} 个不同"
    )
    for note in sorted({note for one in found for note in one.notes}):
        out.print(f"  注意：{note}")
    if not changed:
        return
    table = Table("线索", "主机", "原分数", "新分数", "原版本")
    for one in changed[:SHOWN]:
        was, now = one.before, one.after
        cells = (f"{was.score:.2f} {was.band}", f"{now.score:.2f} {now.band}", was.weights)
        table.add_row("" if one.lead_id is None else str(one.lead_id), safe(one.host), *cells)
    out.print(table)
    if len(changed) > SHOWN:
        out.print(f"  … 另有 {len(changed) - SHOWN} 个，见 --json")
