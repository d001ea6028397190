"""Inserts that leave what is already there alone: a repeated delivery changes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lookalike.store.models import Base

_CHUNK = 500
"""Rows a statement; SQLite takes 32,766 parameters in one."""


def insert_new(session: Session, model: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Inserts the rows that violate no uniqueness, skips the others, and returns the ids of the new ones.

    Rows that other workers may insert at the same time should come in one order everywhere, or they lock each other.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(model).on_conflict_do_nothing().returning(model.__table__.c.id)
    found: list[int] = []
    for start in range(0, len(rows), _CHUNK):
        found.extend(session.scalars(statement, [dict(row) for row in rows[start : start + _CHUNK]]))
    return found
