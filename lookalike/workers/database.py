"""The database of jobs: a schema of its own beside the program's tables, made when it is first needed.

Holds what travels and comes back, never what is kept: that stands in the program's own tables.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, LiteralString

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lookalike.errors import StoreError, UsageError

if TYPE_CHECKING:
    import psycopg

SCHEMA: LiteralString = "lookalike_work"
"""Apart from the program's tables: migrations of either never see the other's."""
_LOCK = 0x6C776F72
"""Key of the advisory lock under which one process at a time makes the schema."""
_OWN: LiteralString = """
CREATE TABLE IF NOT EXISTS installed (part text PRIMARY KEY, version text NOT NULL);
CREATE TABLE IF NOT EXISTS screen_batches (
    id uuid PRIMARY KEY, seeds text NOT NULL, seen_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS screen_blocks (
    batch uuid NOT NULL REFERENCES screen_batches ON DELETE CASCADE,
    number bigint NOT NULL,
    names bytea,
    result bytea,
    error text,
    PRIMARY KEY (batch, number)
);
CREATE TABLE IF NOT EXISTS members (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host text NOT NULL, pid integer NOT NULL, browser boolean NOT NULL, patience double precision NOT NULL,
    beats bigint NOT NULL DEFAULT 0,
    begun_at timestamptz NOT NULL DEFAULT now(), seen_at timestamptz NOT NULL DEFAULT now(), ended_at timestamptz
);
ALTER TABLE members ADD COLUMN IF NOT EXISTS program text NOT NULL DEFAULT '';
CREATE TABLE IF NOT EXISTS nights (run bigint PRIMARY KEY, told jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS night_batches (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint NOT NULL, step text NOT NULL, work jsonb NOT NULL,
    tries integer NOT NULL DEFAULT 0, member bigint, error text, ended boolean NOT NULL DEFAULT false,
    told jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX IF NOT EXISTS night_batches_open ON night_batches (run, step, id) WHERE NOT ended;
CREATE TABLE IF NOT EXISTS night_events (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run bigint NOT NULL, what text NOT NULL, member bigint, batch bigint, why text NOT NULL DEFAULT '',
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS night_spent (
    run bigint NOT NULL, kind text NOT NULL, name text NOT NULL, host text NOT NULL,
    pages bigint NOT NULL, size bigint NOT NULL, seconds double precision NOT NULL,
    PRIMARY KEY (run, kind, name, host)
);
CREATE TABLE IF NOT EXISTS pace (name text PRIMARY KEY, next_at timestamptz NOT NULL, gap interval NOT NULL);
"""


def conninfo(url: str) -> str:
    """The database of jobs as libpq takes it. Raises ``UsageError`` with one line that says what to set."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = make_url("sqlite://")
    if parsed.get_backend_name() != "postgresql":
        raise UsageError(
            "work is spread by way of PostgreSQL, and the database here is another; "
            "set LOOKALIKE_DATABASE_URL=postgresql://user@host/name on every machine, or leave --engine at local"
        )
    if find_spec("procrastinate") is None:
        raise UsageError("spreading work needs a library; install it: pip install 'lookalike[workers]'")
    return parsed.set(drivername="postgresql").render_as_string(hide_password=False)


def connect(info: str) -> psycopg.Connection[Any]:
    """A connection that sees the jobs' schema alone; every statement is its own transaction unless told otherwise."""
    import psycopg  # noqa: PLC0415 - of PostgreSQL's users alone

    try:
        return psycopg.connect(info, autocommit=True, options=search_path(), application_name="lookalike work")
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split())[:200]
        raise StoreError(f"the database of jobs cannot be reached ({reason}); check LOOKALIKE_DATABASE_URL") from error


def search_path() -> str:
    """The connection option that makes the jobs' schema the only one."""
    return f"-c search_path={SCHEMA}"


def ensure(info: str) -> None:
    """Make the jobs' schema, or bring it up to the library's version; nothing where it is. Safe from many at once."""
    with connect(info) as connection, connection.transaction():
        connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
        connection.execute(_OWN)
        row = connection.execute("SELECT version FROM installed WHERE part = 'jobs'").fetchone()
        newest = _migrations()[-1].name
        if row is None:
            connection.execute(_schema())
        else:
            for step in _migrations():
                if step.name > row[0]:
                    connection.execute(step.read_bytes())
        if row is None or row[0] < newest:
            connection.execute(
                "INSERT INTO installed VALUES ('jobs', %s) ON CONFLICT (part) DO UPDATE SET version = excluded.version",
                [newest],
            )


def _schema() -> LiteralString:
    from procrastinate.schema import SchemaManager  # noqa: PLC0415 - of the extra ``workers``

    return SchemaManager.get_schema()


def _migrations() -> list[Path]:
    """The library's own steps, in the order of their names (https://procrastinate.readthedocs.io, migrations)."""
    from procrastinate.schema import SchemaManager  # noqa: PLC0415

    return sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"), key=lambda p: p.name)
