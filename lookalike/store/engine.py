"""Opens the database, SQLite or PostgreSQL, and says which transactions may write.

A plain session reads one consistent snapshot and cannot write; ``writing`` takes the write lock at its start.
A deferred transaction that turns from reading to writing fails at once on SQLite, however long the busy timeout
is: so no transaction here is ever both by accident.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.orm import Session, sessionmaker

from lookalike.errors import ConfigError, Passing, StoreError
from lookalike.store import search_index
from lookalike.store.search import MODE

Factory = sessionmaker[Session]

BUSY_MS = 30_000
"""How long a writer waits for another one, in milliseconds."""

_TROUBLE = {
    "disk is full": "E_DISK 磁盘空间不足，数据库没有写入",
    "No space left on device": "E_DISK 磁盘空间不足，数据库没有写入",
    "database is locked": f"the database stayed locked by another process for {BUSY_MS // 1000} s; try again later",
    "malformed": "the database file is damaged; restore the last backup",
    "not a database": "the file is not a SQLite database; check the database URL",
    "unable to open database file": "the database file cannot be opened; check folder and permissions",
    "connection failed": "the database server cannot be reached; check that it runs, and the database URL",
    "readonly database": "the database is not writable here: a reading session, or missing permissions",
}


def open_engine(url: str) -> Engine:
    """An engine for ``sqlite:///file``, ``sqlite://`` (memory) or ``postgresql://…``.

    The folder of a SQLite file is made. Raises ConfigError for a URL that cannot be used.
    """
    try:
        parsed = _with_driver(make_url(url))
        if parsed.get_backend_name() == "sqlite":
            return _open_sqlite(parsed)
        return _open_postgres(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError(
            f"database URL: expected sqlite:///path or postgresql://user@host/name, got {_masked(url)}"
        ) from error
    except ModuleNotFoundError as error:
        raise ConfigError(f"database URL: {error.name} is missing; pip install 'lookalike[postgres]'") from error
    except OSError as error:
        raise ConfigError(f"database URL: the folder of {_masked(url)} cannot be made: {error.strerror}") from error


def session_factory(engine: Engine) -> Factory:
    """Makes sessions that read; objects stay readable after the transaction."""
    return sessionmaker(engine.execution_options(**{MODE: "read"}), expire_on_commit=False)


@contextmanager
def writing(factory: Factory) -> Iterator[Session]:
    """A transaction that may write: committed at the end, rolled back on any error.

    The index of leads' texts is part of it.
    On SQLite it holds the write lock from the start. A database that is full, locked or damaged raises StoreError.
    """
    with told(), factory() as session:
        session.connection(execution_options={MODE: "write"})
        yield session
        session.flush()
        search_index.refresh(session.connection())
        session.commit()


@contextmanager
def reading(factory: Factory) -> Iterator[Session]:
    """A transaction over one consistent snapshot, which refuses to write."""
    with told(), factory() as session:
        yield session


@contextmanager
def told() -> Iterator[None]:
    """Turns the database's own troubles into one clear line; everything else passes unchanged."""
    try:
        yield
    except DBAPIError as error:
        text = str(error.orig)
        line = next((line for sign, line in _TROUBLE.items() if sign in text), "")
        if not line and error.connection_invalidated:
            raise Passing(f"the connection to the database was lost: {text.splitlines()[0]}") from error
        if not line and "deadlock detected" in text:
            raise Passing("the database broke a deadlock at our cost; nothing was stored") from error
        if not line:
            raise
        raise (Passing if line.startswith("the database server") else StoreError)(line) from error
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        raise StoreError("E_DISK 磁盘空间不足，文件没有写入") from error


def _with_driver(url: URL) -> URL:
    if url.drivername in {"postgresql", "postgres"}:
        return url.set(drivername="postgresql+psycopg")
    return url


def _masked(url: str) -> str:
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return "something that is not a URL"


def _options() -> dict[str, Any]:
    return {"json_serializer": partial(json.dumps, ensure_ascii=False, allow_nan=False)}


def _open_sqlite(url: URL) -> Engine:
    if url.database and url.database != ":memory:" and not url.database.startswith("file:"):
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    # isolation_level None: the driver begins nothing by itself, so that ours is the only BEGIN
    engine = create_engine(url, connect_args={"isolation_level": None, "timeout": BUSY_MS / 1000}, **_options())
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    run = connection.execute
    run(f"PRAGMA busy_timeout={BUSY_MS}")
    if run("PRAGMA journal_mode").fetchone()[0] != "wal":
        run("PRAGMA journal_mode=WAL")
    run("PRAGMA synchronous=FULL")
    run("PRAGMA foreign_keys=ON")


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get(MODE) == "read"
    connection.exec_driver_sql(f"PRAGMA query_only={'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")


def _open_postgres(url: URL) -> Engine:
    if url.get_backend_name() != "postgresql":
        raise ArgumentError(url.drivername)
    engine = create_engine(url, pool_pre_ping=True, **_options())
    event.listen(engine, "begin", _begin_postgres)
    return engine


def _begin_postgres(connection: Connection) -> None:
    if connection.get_execution_options().get(MODE) == "read":
        connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
