"""``lookalike campaigns``: which leads belong to one crew, why, and what was told apart."""

from __future__ import annotations

import getpass
from typing import Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.leads import BANDS, KINDS, defanged
from lookalike.cli.output import console, json_line, safe
from lookalike.config import Config, load_config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.store import campaign_views, campaigns
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead

app = typer.Typer(help="Leads of one crew.", invoke_without_command=True, rich_markup_mode=None)

HOSTS = 4
"""Hosts that the table shows; ``campaigns show`` shows all."""
LeadId = Annotated[int, typer.Argument(help="A lead's number.")]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]
ByOption = Annotated[str, typer.Option(help="Who decides; default: the user of this machine.")]


@app.callback(epilog="Example: lookalike campaigns --json")
def campaigns_command(context: typer.Context, json: JsonOption = False) -> None:
    """List the campaigns, the largest first."""
    if context.invoked_subcommand is not None:
        return
    with reading(open_store(load_config())) as session:
        found = campaign_views.listing(session)
    if json:
        for view in found:
            json_line(view)
    elif found:
        _show_all(found)
    else:
        typer.echo("还没有团伙。线索在 lookalike nightly 的最后一步归并")


@app.command("show", epilog="Example: lookalike campaigns show C-0003")
def show_command(
    campaign: Annotated[str, typer.Argument(metavar="C-0003", help="The campaign's number.")],
    json: JsonOption = False,
) -> None:
    """One campaign: its leads, and every reason that ties them."""
    with reading(open_store(load_config())) as session:
        view = campaign_views.show(session, campaigns.number_of(campaign))
    if view is None:
        raise UsageError(f"campaign {campaign}: there is no such campaign; see them in: lookalike campaigns")
    if json:
        json_line(view)
    else:
        _show_one(view)


@app.command("unlink", epilog="Example: lookalike campaigns unlink 12 31 --why 只是同一家建站公司")
def unlink_command(
    one: LeadId,
    other: LeadId,
    why: Annotated[str, typer.Option(help="Why they do not belong together; needed.")] = "",
    by: ByOption = "",
    json: JsonOption = False,
) -> None:
    """Never link these two leads again, not even through others; the campaigns are worked out anew at once."""
    config = load_config()
    _change(config, one, other, by, why, json=json, apart=True)


@app.command("relink", epilog="Example: lookalike campaigns relink 12 31")
def relink_command(
    one: LeadId,
    other: LeadId,
    why: Annotated[str, typer.Option(help="Why they may be linked again.")] = "",
    by: ByOption = "",
    json: JsonOption = False,
) -> None:
    """Take back that two leads were told apart; they are linked again where their keys say so."""
    config = load_config()
    _change(config, one, other, by, why, json=json, apart=False)


def _change(config: Config, one: int, other: int, by: str, why: str, *, json: bool, apart: bool) -> None:
    """The constraint and the campaigns that follow from it, in one transaction."""
    from lookalike.stages.link import organs, relink
    from seeds.loader import load_seeds
    from spiders import clock

    now, who = clock.now(config), by or getpass.getuser()
    with writing(open_store(config)) as session:
        act = campaigns.tell_apart if apart else campaigns.take_back
        changed = act(session, one, other, who, why, now)
        if changed:
            relink(session, organs(load_seeds(config.seeds_folder)), now)
        session.expire_all()
        after = {str(i): session.get_one(Lead, i).campaign for i in (one, other)}
    if json:
        json_line({"leads": [one, other], "apart": apart, "changed": changed, "campaigns": after})
        return
    stands = "已分开，以后不再归并" if apart else "可以再次归并"
    told = "，".join(f"线索 {lead}：{name or '不属于任何团伙'}" for lead, name in after.items())
    typer.echo(f"{stands if changed else '没有变化'}。{told}")


def _show_all(found: list[dict[str, Any]]) -> None:
    table = Table("编号", "线索", "主机", "联系方式", "首次发现", "最近发现", "归并依据", show_lines=True)
    for view in found:
        hosts = [defanged(h) for h in view["hosts"][:HOSTS]]
        more = len(view["hosts"]) - HOSTS
        table.add_row(
            view["id"],
            f"{view['leads']}（站 {view['sites']}，广告 {view['adverts']}）",
            safe("\n".join([*hosts, *([f"……共 {len(view['hosts'])} 个"] if more > 0 else [])])),
            safe("\n".join(f"{c['type']} {c['value']}" for c in view["contacts"][:HOSTS])),
            str(view["first_seen"])[:10],
            str(view["last_seen"])[:10],
            safe("\n".join(f"{w['text']} × {w['pairs']}" for w in view["why"])),
        )
    console().print(table)


def _show_one(view: dict[str, Any]) -> None:
    out = console()
    out.print(f"团伙 {view['id']}：{view['leads']} 条线索{'（已不存在）' if view['ended_at'] else ''}")
    members = Table("线索", "类", "主机", "分数", "仿冒", title="成员")
    for m in view["members"]:
        score = f"{m['score']:.1f} {BANDS[m['band']]}"
        members.add_row(str(m["id"]), KINDS[m["kind"]], safe(defanged(m["host"])), score, m["impersonates"] or "—")
    out.print(members)
    links = Table("线索", "线索", "权重", "理由", "证据", title="归并依据（权重合计满 1 才归并）", show_lines=True)
    for x in view["links"]:
        seen = [f"{e.get('where', '')} {e.get('quote', '')}".strip() for e in x["evidence"]["items"]]
        links.add_row(str(x["a"]), str(x["b"]), f"{x['weight']:.1f}", safe(x["reason"]), safe("\n".join(seen)))
    out.print(links)
    for pair in view["apart"]:
        out.print(safe(f"线索 {pair['a']} 与 {pair['b']} 已分开（{pair['by']}，{pair['at'][:10]}）：{pair['why']}"))
