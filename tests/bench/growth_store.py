"""A store of as many leads as one likes, ten sightings each, in a few minutes: some rows made one by one, then copies.

What is copied is what would differ between sites: numbers, hosts, nights, and the values that crews are known by.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Engine, event, insert

from lookalike.store import search_index
from lookalike.store.engine import open_engine
from lookalike.store.migrate import migrating
from lookalike.store.models import Base
from lookalike.store.search_text import tokens_of
from tests.bench.growth_rows import BASE, NIGHTS, SITES, YEAR, Row, of_night, of_site

DROPPED = (
    "site",
    "sighting",
    "visit",
    "capture",
    "assessment",
    "lead",
    "lead_key",
    "lead_text",
    "lead_source",
    "site_address",
    "life_event",
)


def _put(connection: Connection, made: Iterator[Row]) -> None:
    by_table: dict[str, list[dict[str, Any]]] = {}
    for name, row in made:
        by_table.setdefault(name, []).append(row)
    for table in Base.metadata.sorted_tables:
        if rows := by_table.get(table.name):
            connection.execute(insert(table), rows)


def fill(url: str, leads: int) -> None:
    """``leads`` leads, as many sites and a quarter more, ten sightings a lead, in a store that has none."""
    copies = max(leads // BASE, 1)
    engine = open_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _hurry)
    try:
        _fill(engine, copies)
    finally:
        engine.dispose()


def _hurry(connection: Any, _record: object) -> None:
    """Whatever is lost by a crash is made anew."""
    for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-1000000", "temp_store=MEMORY"):
        connection.execute(f"PRAGMA {setting}")


def _fill(engine: Engine, copies: int) -> None:
    with migrating(engine) as connection:  # triggers rest meanwhile
        for run in range(1, YEAR + 4):
            _put(connection, of_night(run))
        for start in range(1, SITES + 1, 1000):
            _put(connection, (row for n in range(start, min(start + 1000, SITES + 1)) for row in of_site(n)))
        search_index.reindex(connection)
        _multiply(connection, copies)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE" if engine.dialect.name == "sqlite" else "VACUUM ANALYZE")


def _multiply(connection: Connection, copies: int) -> None:
    run, sqlite = connection.exec_driver_sql, connection.dialect.name == "sqlite"
    words = [(n, " ".join(tokens_of(t))) for n, t in run("SELECT lead_id, text FROM lead_text")] if sqlite else []
    indexes = [each for name in DROPPED for each in Base.metadata.tables[name].indexes]
    indexes = [each for each in indexes if not sqlite or each.name != "ix_lead_text_tokens"]
    for each in indexes:  # an index is made faster than it is kept
        each.drop(connection)
    if not sqlite:
        run("SET LOCAL session_replication_role = replica")  # what is copied refers to what is copied
    for table in Base.metadata.sorted_tables:
        changed = _changes(table.name)
        if changed is None:
            continue
        left_out = {c.name for c in table.primary_key if c.name == "id" and "id" not in changed}
        names = [c.name for c in table.columns if c.name not in left_out]
        taken = ", ".join(f'{changed[n]} AS "{n}"' if n in changed else f'"{n}"' for n in names)
        listed = ", ".join(f'"{n}"' for n in names)
        run(f"CREATE TEMPORARY TABLE first_rows AS SELECT * FROM {table.name}")  # not looked for in what grows
        for k in range(1, copies):
            spread = (YEAR - NIGHTS) * k // max(copies, 100)
            statement = f"INSERT INTO {table.name} ({listed}) SELECT {taken} FROM first_rows"
            run(statement.format(k=k, off=k * SITES, nights=spread))
        run("DROP TABLE first_rows")
    for k in range(1, copies if sqlite else 0):
        run("INSERT INTO lead_fts (rowid, tokens) VALUES (?, ?)", [(n + k * SITES, w) for n, w in words])
    if not sqlite:
        run("SET LOCAL maintenance_work_mem = '256MB'")
        for name in ("site", "visit", "assessment", "lead"):
            run(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))")
    for each in indexes:
        each.create(connection)


def _changes(table: str) -> dict[str, str] | None:
    """What differs in a copy, as SQL; None: the table is not copied."""
    site, run = {"site_id": "site_id + {off}"}, {"run_id": "run_id + {nights}"}
    host = {name: f"'k{{k}}-' || {name}" for name in ("host", "registrable_domain")}
    sha = "substr(warc_sha256, 1, 58) || substr(CAST({k} + 100000 AS text), 1, 6)"
    return {
        "site": {"id": "id + {off}", **host, "visit_run_id": "visit_run_id + {nights}"},
        "sighting": {**site, **run, "query": "query || ' {k}'"},
        "visit": {"id": "id + 2 * {off}", **site, **run, "warc_sha256": sha},
        "capture": {"visit_id": "visit_id + 2 * {off}"},
        "assessment": {"id": "id + 2 * {off}", **site, **run},
        "lead": {
            "id": "id + {off}",
            **site,
            **host,
            "assessment_id": "assessment_id + 2 * {off}",
            "rank": "rank - {k} * 1e-8",
            "score": "score * (1 - {k} * 1e-9)",
            "lottery": "((CAST(id + {off} AS bigint) * 2654435761) & 4294967295) / 2",
        },
        "verdict": {"lead_id": "lead_id + {off}", "assessment_id": "assessment_id + 2 * {off}"},
        "lead_key": {**site, "value": "CASE type WHEN 'name_server' THEN value ELSE value || '-{k}' END"},
        "site_address": {**site, "address": "address || '-{k}'"},
        "life_event": {**site, **run, "visit_id": "visit_id + 2 * {off}"},
        "lead_text": {"lead_id": "lead_id + {off}"},
        "lead_source": {"lead_id": "lead_id + {off}"},
    }.get(table)


def counted(engine: Engine) -> dict[str, int]:
    """Rows by table."""
    with engine.connect() as connection:
        tables = [table.name for table in Base.metadata.sorted_tables]
        return {name: connection.exec_driver_sql(f"SELECT count(*) FROM {name}").scalar_one() for name in tables}


def sizes(engine: Engine) -> dict[str, int]:
    """Bytes by table, its indexes counted in."""
    with engine.connect() as connection:
        run = connection.exec_driver_sql
        if engine.dialect.name == "sqlite":
            of = dict(tuple(row) for row in run("SELECT name, tbl_name FROM sqlite_schema"))
            found: dict[str, int] = {}
            for name, size in run("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"):
                table = of.get(name, name)
                table = "lead_text" if table.startswith("lead_fts") else table
                found[table] = found.get(table, 0) + size
            return found
        tables = [table.name for table in Base.metadata.sorted_tables]
        return {name: run(f"SELECT pg_total_relation_size('{name}')").scalar_one() for name in tables}
