"""Runs the migrations, for ``lookalike db upgrade`` and for the ``alembic`` command alike.

The address of the database is never written into a file: it comes from ``LOOKALIKE_DATABASE_URL``, else from
``LOOKALIKE_HOME``.
"""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import Connection

from alembic import context
from lookalike.store.engine import open_engine
from lookalike.store.migrate import database_url, migrating
from lookalike.store.models import Base
from lookalike.store.types import CleanJson, CleanText, UtcDateTime

PLAIN = {UtcDateTime: "sa.DateTime(timezone=True)", CleanText: "sa.Text()", CleanJson: "sa.JSON()"}


def render_item(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Migrations name plain types: they must keep working when our own types change."""
    return PLAIN.get(type(item), False) if kind == "type" else False


def include_name(name: str | None, kind: str, _parents: object) -> bool:
    """SQLite's full-text index and its shadow tables are no models."""
    return kind != "table" or not (name or "").startswith("lead_fts")


def include_object(_item: object, name: str | None, _kind: str, _reflected: object, _other: object) -> bool:
    """SQLite has no inverted index over an array of words: its full-text index stands for it."""
    return name != "ix_lead_text_tokens" or context.get_context().dialect.name == "postgresql"


def migrate(connection: Connection) -> None:
    """Runs inside the transaction that ``connection`` is in."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        include_name=include_name,
        include_object=include_object,
        compare_type=True,
        compare_server_default=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def main() -> None:
    """With the connection that a caller hands over, else with one of our own."""
    if context.is_offline_mode():
        context.configure(url=database_url(), target_metadata=Base.metadata, literal_binds=True)
        with context.begin_transaction():
            context.run_migrations()
        return
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = open_engine(database_url())
    try:
        with migrating(engine) as connection:
            migrate(connection)
    finally:
        engine.dispose()


main()
