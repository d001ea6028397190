"""The database as one file, while others go on writing: SQLite's own online copy, or ``pg_dump``; and back."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, make_url

from lookalike.errors import StoreError, UsageError
from lookalike.store.engine import open_engine


def is_sqlite(url: str) -> bool:
    """Whether it is the embedded database."""
    return make_url(url).get_backend_name() == "sqlite"


def dump(url: str, target: Path) -> None:
    """Writes one consistent state of the database into ``target``, synced. Raises StoreError, UsageError."""
    parsed = make_url(url)
    if is_sqlite(url):
        _copy(Path(parsed.database or ""), target)
    else:
        _run("pg_dump", ["--format=custom", f"--file={target}"], parsed)
    with target.open("rb") as stream:
        os.fsync(stream.fileno())


def load(url: str, source: Path) -> None:
    """Puts a dump of PostgreSQL into the database at ``url``, in one transaction, in place of what is there."""
    options = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--exit-on-error", str(source)]
    _run("pg_restore", options, make_url(url))


def is_empty(url: str) -> bool:
    """Whether the database at ``url`` has no table."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            return not inspect(connection).get_table_names()
    finally:
        engine.dispose()


def check_whole(path: Path) -> None:
    """Raises StoreError where SQLite finds damage in the file at ``path``."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)) as opened:
            told = opened.execute("PRAGMA quick_check(3)").fetchall()
    except sqlite3.Error as error:
        raise StoreError(f"{path.name}: {error}") from error
    if told != [("ok",)]:
        raise StoreError(f"{path.name}: {told[0][0]}")


def close_for_all(path: Path) -> None:
    """Folds the journal into the file. Raises StoreError while another program has the database open."""
    if not path.is_file():
        return
    try:
        with closing(sqlite3.connect(path, timeout=2, isolation_level=None)) as opened:
            mode = opened.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            return  # it is damaged: that is why it is replaced
        mode = "wal"
    except sqlite3.DatabaseError:
        return
    if mode == "wal":
        raise StoreError(f"{path} 正被另一个程序使用；先停止 lookalike serve、schedule 与 work")


def _copy(source: Path, target: Path) -> None:
    if not source.is_file():
        raise StoreError(f"{source}: there is no database yet; nothing to back up")
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as here,
            closing(sqlite3.connect(target)) as to,
        ):
            here.backup(to)
            to.execute("PRAGMA journal_mode=DELETE")  # one file, no journal beside it
    except sqlite3.Error as error:
        raise StoreError(f"{source}: {error}") from error
    check_whole(target)


def _run(program: str, options: list[str], url: URL) -> None:
    """The password goes by the environment: what stands in a command line, everybody on the machine can read."""
    found = shutil.which(program)
    if found is None:
        raise UsageError(f"{program} is missing; apt install postgresql-client (its version must not be older)")
    shown = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - found above
        [found, f"--dbname={shown}", "--no-password", *options],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise StoreError(f"{program}: {(done.stderr.strip().splitlines() or ['failed'])[-1][:300]}")
