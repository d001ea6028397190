"""``lookalike db``: the database's schema."""

from __future__ import annotations

import typer

from lookalike.config import load_config

app = typer.Typer(help="The database.", no_args_is_help=True, rich_markup_mode=None)


@app.callback()
def database() -> None:
    """The database."""


@app.command("upgrade", epilog="Example: LOOKALIKE_DATABASE_URL=postgresql://user@host/name lookalike db upgrade")
def upgrade_command() -> None:
    """Bring the schema up to date; does nothing when it is."""
    from lookalike.store.migrate import upgrade

    url = load_config().database
    upgrade(url)
    _jobs(url)
    typer.echo("数据库结构已是最新")


def _jobs(url: str) -> None:
    """The jobs' own schema, where work can be spread at all."""
    from lookalike.errors import UsageError
    from lookalike.workers.database import conninfo, ensure

    try:
        info = conninfo(url)
    except UsageError:
        return
    ensure(info)
