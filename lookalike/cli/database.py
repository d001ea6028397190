"""``lookalike db``: the database's schema."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from lookalike.config import load_config

app = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """The database."""


@app.command("upgrade", epilog="Example: LOOKALIKE_DATABASE_URL=postgresql://user@host/name lookalike db upgrade")
def upgrade_command(
    copy: Annotated[bool, typer.Option(help="Keep a copy of an embedded database as it was before.")] = True,
) -> None:
    """Bring the schema up to date; does nothing when it is. All of it happens, or nothing does.

    There is no way back but a copy or a backup of before: an earlier version of the program refuses the new schema.
    """
    from lookalike.ops.before_upgrade import before_upgrade
    from lookalike.store.migrate import upgrade

    config = load_config()
    for line in before_upgrade(config, copy=copy):
        sys.stderr.write(line + "\n")
    upgrade(config.database)
    _jobs(config.database)
    typer.echo("数据库结构已是最新")


@app.command("reindex", epilog="Example: lookalike db reindex --check")
def reindex_command(
    check: Annotated[bool, typer.Option("--check", help="Only compare; change nothing.")] = False,
) -> None:
    """Make the index of leads' texts, and the numbers of the queue's facets, anew; or tell whether they are right."""
    from lookalike.opening import open_store
    from lookalike.store import counts, search_index
    from lookalike.store.engine import reading, writing

    factory = open_store(load_config())
    if not check:
        with writing(factory) as session:
            done = search_index.reindex(session.connection())
        typer.echo(f"索引已重建：{done} 条线索")
        return
    with reading(factory) as session:
        leads, cells = search_index.wrong(session.connection()), counts.wrong(session.connection())
    if leads or cells:
        typer.echo(f"索引与线索不符：{len(leads)} 条线索、{len(cells)} 项计数；请运行 lookalike db reindex")
        raise typer.Exit(1)
    typer.echo("索引与线索一致")


def _jobs(url: str) -> None:
    """The jobs' own schema, where work can be spread at all."""
    from lookalike.errors import UsageError
    from lookalike.workers.database import conninfo, ensure

    try:
        info = conninfo(url)
    except UsageError:
        return
    ensure(info)
