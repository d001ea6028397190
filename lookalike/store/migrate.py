"""Brings a database to this program's schema, in one transaction, and refuses a schema that is newer."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect

from alembic import command
from lookalike.errors import SchemaError
from lookalike.ops.secret_files import read_secret
from lookalike.resources import alembic_folder
from lookalike.store import derived
from lookalike.store.engine import open_engine, reading, session_factory, told
from spiders.options import home_folder

logger = logging.getLogger("lookalike.store")

_LOCK = 0x6C6F6F6B
"""Key of the PostgreSQL advisory lock under which one process at a time migrates."""


def database_url() -> str:
    """``LOOKALIKE_DATABASE_URL``, or what its file holds, else the embedded database in the home folder."""
    named = os.environ.get("LOOKALIKE_DATABASE_URL_FILE")
    if named:
        return read_secret(Path(named), "LOOKALIKE_DATABASE_URL_FILE")
    return os.environ.get("LOOKALIKE_DATABASE_URL") or embedded_url(home_folder())


def embedded_url(home: Path) -> str:
    """The URL of the embedded database below ``home``."""
    return f"sqlite:///{home / 'lookalike.db'}"


def upgrade(url: str) -> None:
    """Brings the database at ``url`` to this program's schema; a new one is made. SchemaError when it is newer."""
    engine = open_engine(url)
    try:
        ensure_current(engine)
    finally:
        engine.dispose()


def ensure_current(engine: Engine) -> bool:
    """Makes or upgrades the schema where needed, and says whether it did.

    Raises SchemaError for a schema that this program does not know (made by a newer one), or for a database that
    holds other tables, and StoreError for one that cannot be used at all.
    """
    config = _config()
    script = ScriptDirectory.from_config(config)
    with reading(session_factory(engine)) as session:
        if _revision(session.connection()) == script.get_current_head():
            return False
    with told(), migrating(engine) as connection:
        if _at_head(connection, script):  # another process was faster
            return False
        before = _revision(connection)
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    if before is not None:
        logger.warning("数据库结构已从 %s 升级到 %s", before, script.get_current_head())
    return True


def behind(engine: Engine) -> str | None:
    """The schema of a database that an earlier version of this program made; None for a new or a current one."""
    with reading(session_factory(engine)) as session:
        found = _revision(session.connection())
    script = ScriptDirectory.from_config(_config())
    known = {revision.revision for revision in script.walk_revisions()}
    return found if found in known and found != script.get_current_head() else None


def is_current(connection: Connection) -> bool:
    """Whether the schema is this program's; changes nothing."""
    return _revision(connection) == ScriptDirectory.from_config(_config()).get_current_head()


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """One transaction in which tables may be rebuilt: all of it, or nothing of it, is kept.

    SQLite rebuilds a table by dropping the old one, which would count as deleting its rows: so foreign keys rest
    meanwhile, and are checked as a whole before the commit. Raises SchemaError when a reference is broken then.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        driver = connection.connection.driver_connection
        if sqlite:
            _foreign_keys(driver, on=False)
        try:
            with connection.begin():
                if not sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                derived.put_aside(connection)
                yield connection
                derived.put_back(connection)
                if sqlite and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first()):
                    raise SchemaError(f"after the upgrade {broken[0]} would refer to missing rows; nothing changed")
        finally:
            if sqlite:
                _foreign_keys(driver, on=True)


def _foreign_keys(driver: Any, *, on: bool) -> None:
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(alembic_folder()).replace("%", "%%"))
    return config


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _at_head(connection: Connection, script: ScriptDirectory) -> bool:
    """To be asked under the lock: without it another process may make tables between two questions."""
    found = _revision(connection)
    if found is None:
        strangers = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
        if strangers:
            raise SchemaError(
                f"the database holds tables without a schema version ({', '.join(strangers[:3])}, …); "
                "give the program a database of its own"
            )
        return False
    known = {revision.revision for revision in script.walk_revisions()}
    if found not in known:
        raise SchemaError(
            f"the database has schema {found}, which is newer than this program; upgrade the program, "
            "or use the database that belongs to it"
        )
    return found == script.get_current_head()
