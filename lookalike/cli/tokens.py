"""``lookalike tokens``: keys with which other offices' programs read; a key is printed once and never kept."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from lookalike.cli.output import console, json_line, safe
from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.store.engine import reading, writing
from spiders.clock import CHINA

if TYPE_CHECKING:
    from datetime import datetime

    from lookalike.store.models import ApiToken

By = Annotated[str, typer.Option(help="Who does it; default: the user of this machine.")]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]

app = typer.Typer(help="Keys of other offices.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def tokens() -> None:
    """Keys of other offices' programs: what they open, until when."""


@app.command("add", epilog="Example: lookalike tokens add 某市公安局 --scope leads:read --days 90")
def add_command(
    office: Annotated[str, typer.Argument(metavar="OFFICE", help="Who gets the key.")],
    scope: Annotated[
        list[str] | None, typer.Option(metavar="SCOPE", help="What it opens; default: leads:read. Several: again.")
    ] = None,
    days: Annotated[int | None, typer.Option(help="Days until it ends; default: 90, at most 366.")] = None,
    by: By = "",
    json: Json = False,
) -> None:
    """Make a key and print it, once. It reads only, unless a scope that writes is named."""
    from lookalike.review import tokens as rules
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    with writing(open_store(config)) as session:
        row, token = rules.issue(
            session,
            office,
            by or getpass.getuser(),
            now,
            scopes=scope or rules.DEFAULT,
            days=rules.DAYS if days is None else days,
        )
    if json:
        json_line({**_told(row, now), "token": token})
        return
    opened = "、".join(rules.SCOPES[name] for name in row.scopes)
    typer.echo(safe(f"密钥 {row.id}（{row.office}）：{opened}，{row.until.astimezone(CHINA):%Y-%m-%d} 到期"))
    typer.echo(f"只显示这一次：{token}")


@app.command("list", epilog="Example: lookalike tokens list --json")
def list_command(json: Json = False) -> None:
    """All keys, ended ones included."""
    from lookalike.store import people
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    with reading(open_store(config)) as session:
        found = people.tokens(session)
    if json:
        for row in found:
            json_line(_told(row, now))
        return
    if not found:
        typer.echo("还没有密钥。发放：lookalike tokens add 单位")
        return
    table = Table("编号", "单位", "范围", "开头", "状态", "到期", "最近使用")
    states = {"open": "有效", "ended": "已到期", "revoked": "已收回"}
    for row in found:
        told = _told(row, now)
        used = f"{row.used_at.astimezone(CHINA):%Y-%m-%d %H:%M}" if row.used_at else "—"
        state, until = states[told["state"]], f"{row.until.astimezone(CHINA):%Y-%m-%d}"
        table.add_row(str(row.id), safe(row.office), " ".join(row.scopes), f"{row.hint}…", state, until, used)
    console().print(table)


@app.command("revoke", epilog="Example: lookalike tokens revoke 3")
def revoke_command(
    number: Annotated[int, typer.Argument(metavar="NUMBER", help="The key's number.")],
    by: By = "",
    json: Json = False,
) -> None:
    """Take a key back, at once and for good."""
    from lookalike.review import tokens as rules
    from spiders import clock

    config = load_config()
    now = clock.now(config)
    with writing(open_store(config)) as session:
        row = rules.revoke(session, number, by or getpass.getuser(), now)
    if json:
        json_line(_told(row, now))
    else:
        typer.echo(safe(f"已收回密钥 {row.id}（{row.office}）"))


def _told(row: ApiToken, now: datetime) -> dict[str, Any]:
    """A key as ``--json`` prints it; never the key."""
    return {
        "id": row.id,
        "office": row.office,
        "scopes": row.scopes,
        "hint": row.hint,
        "state": "revoked" if row.revoked_at else "ended" if now >= row.until else "open",
        "made_at": row.made_at.astimezone(CHINA).isoformat(),
        "made_by": row.made_by,
        "until": row.until.astimezone(CHINA).isoformat(),
        "used_at": row.used_at.astimezone(CHINA).isoformat() if row.used_at else None,
    }
