# ruff: noqa: S608 - every part of the statements is a constant of this program
"""How many leads there are of each kind: kept by triggers as changes, added up now and then, checkable at any time."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from sqlalchemy import Connection, Row

from lookalike.store.triggers import CELL, cell

LONG = 1_000
"""Changes that wait at most before they are added up; each makes reading a little slower."""
Cell = tuple[str, str, str, str, str, str, str, str]
"""facet, value, status, band, kind, platform, alive, contact."""

_LOCK = 0x6C6F6F71
"""Key of the PostgreSQL advisory lock under which one transaction at a time adds up."""
_KEY = f"facet, value, {CELL}"
_ADD = "ON CONFLICT (facet, value, status, band, kind, platform, alive, contact) DO UPDATE SET n = lead_count.n"
_TRUE = (
    f"SELECT '', '', {cell('l')}, count(*) FROM lead l GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 "
    f"UNION ALL SELECT 'jurisdiction', l.jurisdiction, {cell('l')}, count(*) FROM lead l "
    "WHERE l.jurisdiction IS NOT NULL GROUP BY 1, 2, 3, 4, 5, 6, 7, 8 "
    f"UNION ALL SELECT 'source', s.source, {cell('l')}, count(*) FROM lead_source s JOIN lead l ON l.id = s.lead_id "
    "GROUP BY 1, 2, 3, 4, 5, 6, 7, 8"
)


def merge(connection: Connection, *, at_least: int = LONG) -> bool:
    """Adds waiting changes up where there are ``at_least`` so many; says whether it did.

    On PostgreSQL it leaves them to whoever is at it already, and takes only those that are committed or its own.
    """
    span = connection.exec_driver_sql("SELECT coalesce(max(id) - min(id) + 1, 0) FROM lead_delta").scalar_one()
    if span < max(at_least, 1):
        return False
    if connection.dialect.name == "sqlite":
        run = connection.exec_driver_sql
        run(
            f"INSERT INTO lead_count ({_KEY}, n) SELECT {_KEY}, sum(n) FROM lead_delta WHERE true GROUP BY {_KEY} "
            f"HAVING sum(n) <> 0 {_ADD} + excluded.n"
        )
        run("DELETE FROM lead_delta")
    elif not connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock({_LOCK})").scalar():
        return False
    else:
        connection.exec_driver_sql(
            f"WITH gone AS (DELETE FROM lead_delta RETURNING {_KEY}, n) INSERT INTO lead_count ({_KEY}, n) "
            f"SELECT {_KEY}, sum(n) FROM gone GROUP BY {_KEY} HAVING sum(n) <> 0 {_ADD} + excluded.n"
        )
    connection.exec_driver_sql("DELETE FROM lead_count WHERE n = 0")
    return True


def recount(connection: Connection) -> None:
    """Counts every lead anew; nobody may write meanwhile."""
    for table in ("lead_delta", "lead_count"):
        connection.exec_driver_sql(f"DELETE FROM {table}")
    connection.exec_driver_sql(f"INSERT INTO lead_count ({_KEY}, n) {_TRUE}")


def wrong(connection: Connection) -> dict[Cell, tuple[int, int]]:
    """Cells whose number differs from the leads', each with the number that stands and the true one; reads all."""
    true = Counter({_cell(row): row[8] for row in connection.exec_driver_sql(_TRUE)})
    stands: Counter[Cell] = Counter()
    for table in ("lead_count", "lead_delta"):
        for row in connection.exec_driver_sql(f"SELECT {_KEY}, n FROM {table}"):
            stands[_cell(row)] += row[8]
    return {key: (stands[key], true[key]) for key in sorted({*true, *stands}) if stands[key] != true[key]}


def _cell(row: Row[Any]) -> Cell:
    return cast("Cell", tuple(row[:8]))
