"""``lookalike calibrate``: weights refitted from analysts' verdicts."""

from __future__ import annotations

import getpass
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store

if TYPE_CHECKING:
    from lookalike.config import Config
    from lookalike.review.calibrate import Proposal
    from lookalike.store.engine import Factory
    from lookalike.store.models import WeightsVersion

REFUSED = 1
SHOWN = 20


def calibrate(
    apply: Annotated[bool, typer.Option("--apply", help="Keep the refit as a version and use it from now on.")] = False,
    pull: Annotated[
        float | None, typer.Option(min=0.001, help="Strength of the pull to the shipped weights; default: by the data.")
    ] = None,
    versions: Annotated[bool, typer.Option("--list", help="All versions, and which one is in use.")] = False,
    use: Annotated[str, typer.Option(metavar="VERSION", help="Use this version from now on.")] = "",
    by: Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")] = "",
    json: Annotated[bool, typer.Option("--json", help="JSON objects, one a line.")] = False,
) -> None:
    """Refit the weights from verdicts, and say what that would change. Exit 1 when the gate speaks against it.

    Example: lookalike calibrate --apply --by wang
    """
    if versions + bool(use) + apply > 1:
        raise UsageError("calibrate: --list, --use and --apply are three different things; give one of them")
    config = load_config()
    factory, who = open_store(config), by or getpass.getuser()
    if versions or use:
        _choose(config, factory, use, who, json)
        return
    proposal, made = _refit(config, factory, pull, who, apply=apply)
    if json:
        json_line(as_json(proposal, made))
    else:
        show(proposal, made)
    if proposal.against:
        raise typer.Exit(REFUSED)


def _refit(
    config: Config, factory: Factory, pull: float | None, who: str, *, apply: bool
) -> tuple[Proposal, WeightsVersion | None]:
    from lookalike.review import calibrate as review
    from lookalike.store.engine import reading, writing
    from spiders import clock

    with reading(factory) as session:
        proposal = review.propose(session, pull=pull)
    if not apply or proposal.against:
        return proposal, None
    with writing(factory) as session:
        return proposal, review.apply(session, proposal, who, clock.now(config))


def _choose(config: Config, factory: Factory, version: str, who: str, json: bool) -> None:
    from lookalike.store import weights
    from lookalike.store.engine import reading, writing
    from spiders import clock

    if version:
        with writing(factory) as session:
            weights.keep_shipped(session, clock.now(config))
            weights.use(session, clock.now(config), who, version)
    with reading(factory) as session:
        rows = weights.every(session)
    if json:
        for row in rows:
            json_line(_row_json(row))
        return
    if not rows:
        typer.echo("还没有保存过权重版本；第一次运行 lookalike nightly 后随程序的版本会记入")
        return
    table = Table("版本", "使用中", "来源", "基于", "时间", "制作人", "判定数")
    for row in rows:
        origin = "随程序" if row.origin == "shipped" else "由判定拟合"
        count = str(row.facts.get("verdicts", ""))
        table.add_row(
            row.version,
            "是" if row.in_use else "",
            origin,
            row.parent or "",
            f"{row.made_at:%F %R}",
            row.made_by,
            count,
        )
    console().print(table)


def _row_json(row: WeightsVersion) -> dict[str, Any]:
    names = ("version", "origin", "parent", "made_by", "fingerprint", "in_use", "facts")
    return {name: getattr(row, name) for name in names} | {"made_at": row.made_at.isoformat()}


def as_json(proposal: Proposal, made: WeightsVersion | None) -> dict[str, Any]:
    """The proposal for machines; ``version`` is null while it was not applied."""
    return {
        "version": made.version if made else None,
        "current": proposal.current.version,
        "parent": proposal.parent,
        "refused": list(proposal.against),
        "verdicts": proposal.verdicts,
        "left_out": proposal.left_out,
        "fits": {kind: asdict(found) for kind, found in proposal.fits.items()},
        "too_few": {kind: list(found) for kind, found in proposal.too_few.items()},
        "gate": {"before": asdict(proposal.gate_before), "after": asdict(proposal.gate_after)},
        "weights": [{"kind": k, "signal": s, "before": b, "after": a} for k, s, b, a in proposal.moved],
        "leads": [change.as_json() for change in proposal.leads],
    }


def show(proposal: Proposal, made: WeightsVersion | None) -> None:
    """What the refit would change, for people."""
    from lookalike.cli.leads import BANDS, KINDS

    out = console()
    for kind, found in proposal.fits.items():
        out.print(
            f"{KINDS[kind]}：{found.confirmed} 条确认、{found.false_positive} 条误报，拉力 {found.pull:g}；"
            f"未见过的判定上 Brier {found.before.brier:.4f} → {found.after.brier:.4f}，"
            f"对数损失 {found.before.log_loss:.4f} → {found.after.log_loss:.4f}"
        )
    for kind, (good, bad) in proposal.too_few.items():
        out.print(f"{KINDS[kind]}：只有 {good} 条确认、{bad} 条误报，不足以拟合，沿用随程序的权重")
    if proposal.left_out:
        out.print(f"有 {proposal.left_out} 条判定所依据的权重版本没有保存，未采用")
    table = Table("类", "信号", "原权重", "新权重", title=f"权重变化（对比使用中的 {proposal.current.version}）")
    for kind, name, before, after in proposal.moved[:SHOWN]:
        table.add_row(KINDS[kind], name, f"{before:+.3f}", f"{after:+.3f}")
    out.print(table)
    leads = Table("线索", "主机", "分数", "档", "名次", title=f"受影响的线索 {len(proposal.leads)} 条")
    for change in proposal.leads[:SHOWN]:
        leads.add_row(
            str(change.lead),
            safe(change.host),
            f"{change.score_before:.1f} → {change.score_after:.1f}",
            f"{BANDS[change.band_before]} → {BANDS[change.band_after]}",
            f"{change.rank_before or '—'} → {change.rank_after or '—'}",
        )
    out.print(leads)
    for line in proposal.against:
        out.print(f"拒绝：{line}")
    out.print(_outcome(proposal, made))


def _outcome(proposal: Proposal, made: WeightsVersion | None) -> str:
    if proposal.against:
        return "门槛不通过，没有生成新版本；可用更大的 --pull 再试，或先核对上面的判定"
    if made is not None:
        back = f"lookalike calibrate --use {proposal.current.version}"
        return f"已生成并启用权重 {made.version}；已有线索重新评分：lookalike rescore；退回：{back}"
    return "这是试算；启用：lookalike calibrate --apply"
