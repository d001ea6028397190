"""Whether the embedded database is whole. Repairs nothing: a damaged one is restored from a backup by people."""

from __future__ import annotations

from sqlalchemy import text

from lookalike.errors import StoreError
from lookalike.store.engine import Factory, reading


def refuse_damaged(factory: Factory) -> None:
    """Raises StoreError, in one line, when SQLite's own check finds damage; PostgreSQL looks after itself.

    Reads the whole file, about a second for a gigabyte that lies in memory: for a night, not for each command.
    """
    with reading(factory) as session:
        if session.get_bind().dialect.name != "sqlite":
            return
        told = [str(row[0]) for row in session.execute(text("PRAGMA quick_check(3)"))]
        if told != ["ok"]:
            where = session.get_bind().engine.url.database
            raise StoreError(f"{where}: the database is damaged ({'; '.join(told)[:200]}); restore the last backup")
