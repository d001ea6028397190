"""What is derived of the tables and no model can say: put aside before a migration, made anew after it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event, inspect

from lookalike.store import counts, search_index, triggers
from lookalike.store.models import Base


def put_aside(connection: Connection) -> None:
    """A migration may rebuild tables: triggers that name them would fail, or be lost."""
    triggers.remove(connection)


def put_back(connection: Connection) -> None:
    """After a migration: triggers again, numbers of leads counted anew, and leads without a text given one."""
    seen = inspect(connection)
    columns = {column["name"] for column in seen.get_columns("lead")} if seen.has_table("lead") else set()
    if not seen.has_table("lead_stale") or not columns >= set(Base.metadata.tables["lead"].columns.keys()):
        return  # a schema of before: what is derived of it is made when it comes to this one
    triggers.make(connection)
    counts.recount(connection)
    search_index.note_unread(connection)
    search_index.refresh(connection)


def _made(_metadata: object, connection: Connection, **_more: Any) -> None:
    if not inspect(connection).has_table("lead_fts"):
        search_index.make_virtual(connection)
        triggers.remove(connection)
        triggers.make(connection)


event.listen(Base.metadata, "after_create", _made)
