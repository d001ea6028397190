"""``lookalike leads`` and ``lookalike lead``: the ranked list, and one lead in full."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.review.verdicts import STATUSES
from lookalike.store import listing
from lookalike.store.engine import reading
from lookalike.store.listing import LeadView
from spiders.clock import CHINA

BANDS = {"high": "高", "medium": "中", "low": "低"}
KINDS = {"site": "仿冒站", "advert": "广告"}
LIVES = {
    "unknown": "未知",
    "alive": "在线",
    "parked": "停放",
    "dead": "失效",
    "moved": "已跳转他站",
    "changed": "内容已更换",
}
REASONS = 3
"""Reasons that the table shows; ``lead ID`` shows all."""


class KindOption(StrEnum):
    """The two kinds of leads."""

    site = "site"
    advert = "advert"


def leads(
    json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    kind: Annotated[KindOption | None, typer.Option(help="Only this kind.")] = None,
    status: Annotated[str | None, typer.Option(help="Only with this status: " + ", ".join(STATUSES))] = None,
    min_score: Annotated[float | None, typer.Option(min=0, max=100, help="Only from this score on.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    all_sites: Annotated[bool, typer.Option("--all", help="Every examined site, leads or not.")] = False,
) -> None:
    """Ranked leads, best first.

    Example: lookalike leads --kind site --min-score 80 --limit 20
    """
    if status is not None and status not in STATUSES:
        raise UsageError(f"--status {status}: expected one of {', '.join(STATUSES)}")
    with reading(open_store(load_config())) as session:
        found = listing.listing(
            session,
            kind=kind.value if kind else None,
            status=status,
            min_score=min_score,
            limit=limit,
            all_sites=all_sites,
        )
    if json:
        for view in found:
            json_line(listing.as_json(view))
    elif found:
        show(found)
    else:
        typer.echo("还没有线索。先运行 lookalike nightly；或用 --all 查看所有已检查的站点")


def lead(
    lead_id: Annotated[int, typer.Argument(metavar="ID", help="The lead's number.")],
    json: Annotated[bool, typer.Option("--json", help="As one JSON object.")] = False,
) -> None:
    """One lead in full, with its reasons.

    Example: lookalike lead 12
    """
    with reading(open_store(load_config())) as session:
        view = listing.get(session, lead_id)
    if view is None:
        raise UsageError(f"lead {lead_id}: there is no such lead; see the numbers in: lookalike leads")
    if json:
        json_line(listing.as_json(view))
    else:
        show_one(view)


def show(found: list[LeadView]) -> None:
    """The ranked table."""
    table = Table(show_lines=True)
    for name in ("名次", "编号", "分数"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("类", no_wrap=True)
    table.add_column("状态", overflow="fold", max_width=12)
    table.add_column("主机与仿冒对象", overflow="fold", max_width=46)
    table.add_column("主要理由", overflow="fold")
    for view in found:
        table.add_row(
            str(view.rank),
            "" if view.id is None else str(view.id),
            f"{view.score:.1f} {BANDS[view.band]}",
            KINDS[view.kind],
            standing(view),
            safe(f"{defanged(view.host)}\n{whom(view)}"),
            safe("\n".join(main_reasons(view))),
        )
    console().print(table)


def standing(view: LeadView) -> str:
    """Where the review stands and what became of the site; a lead that came back stands out."""
    said = STATUSES.get(view.status or "", view.status or "")
    raised = "复活" if view.raised_at and view.status != "relapsed" else ""
    return "\n".join(filter(None, (said, raised, LIVES[view.life])))


def whom(view: LeadView) -> str:
    """Whom the site imitates, or that it is genuine itself."""
    if view.platform:
        return f"正版平台 {view.platform}"
    return f"仿冒 {view.impersonates}" if view.impersonates else "不仿冒具体平台"


def main_reasons(view: LeadView) -> list[str]:
    """The weightiest reasons against the site, as sentences."""
    against = sorted((r for r in view.reasons if r["points"] > 0), key=lambda r: -r["points"])
    return [f"·{r['text']}" for r in against[:REASONS]]


def show_one(view: LeadView) -> None:
    """Everything that is known of one lead."""
    out = console()
    out.print(f"线索 {view.id}（第 {view.rank} 名）  {safe(defanged(view.url))}")
    out.print(
        f"{KINDS[view.kind]}，分数 {view.score:.2f}（{BANDS[view.band]}），"
        f"仿冒：{view.impersonates or '—'}，状态：{STATUSES.get(view.status or '', '—')}，"
        f"团伙：{view.campaign or '—'}，现状：{LIVES[view.life]}，建议管辖：{safe(view.jurisdiction or '—')}"
    )
    if view.raised_at:
        out.print(safe(f"复活：{view.raised_at.astimezone(CHINA):%Y-%m-%d %H:%M}  {view.raised_why or ''}"))
    table = Table(
        "分值",
        "信号",
        "说明",
        "证据",
        title="评分明细（各行相加得对数几率，分数 = 100 × 1/(1+e^-和)）",
        show_lines=True,
    )
    for row in view.reasons:
        quotes = [
            " ".join(f"{e.get('where', '')} {e.get('quote', '')} {defanged(e.get('url', ''))}".split())
            for e in row["evidence"]["items"]
        ]
        table.add_row(f"{row['points']:+.2f}", row["signal"], safe(row["text"]), safe("\n".join(quotes)))
    table.add_row(f"{sum(r['points'] for r in view.reasons):+.2f}", "合计", "", "")
    out.print(table)
    if view.unchecked:
        out.print("未能核查：" + "；".join(safe(f"{u['what']}（{u['why']}）") for u in view.unchecked))
    for seen in view.sightings[:20]:
        paid = "付费" if seen["paid"] else "自然"
        out.print(safe(f"{seen['seen_at']} {seen['source']} 「{seen['query']}」 {paid}第 {seen['position']} 位"))
    if view.contacts:
        out.print("联系方式：" + safe("，".join(f"{c['type']} {c['value']}" for c in view.contacts[:50])))


def defanged(address: str) -> str:
    """An address that cannot be clicked by mistake: ``hxxp://a[.]b``."""
    return address.replace("http", "hxxp", 1).replace(".", "[.]") if "://" in address else address.replace(".", "[.]")
