"""One night at a time in one home folder and one database: locks that die with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lookalike.errors import Busy
from lookalike.store.engine import open_engine, told

_NIGHT = 0x6C6F6F6E
"""Key of the PostgreSQL advisory lock that a night holds: other machines share the database, not the folder."""


@contextmanager
def only_one(path: Path) -> Iterator[None]:
    """Hold ``path`` locked; ``Busy`` names the process that holds it already."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            raise Busy(f"已有一个采集进程(pid {file.read().strip() or '?'})；等它结束，或先停止它") from error
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_held(path: Path) -> bool:
    """Whether a living process holds ``path``; nothing is changed."""
    try:
        with path.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def only_one_night(home: Path, database: str) -> Iterator[None]:
    """Hold the home folder and, over PostgreSQL, the database for a night; ``Busy`` where another one runs."""
    with only_one(home / "nightly.lock"), _only_one_of_database(database):
        yield


@contextmanager
def _only_one_of_database(url: str) -> Iterator[None]:
    engine = open_engine(url)
    if engine.dialect.name != "postgresql":
        engine.dispose()
        yield
        return
    with told():
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")  # no transaction stays open
    try:
        with told():
            free = connection.scalar(text(f"SELECT pg_try_advisory_lock({_NIGHT})"))
        if not free:
            raise Busy("另一台机器正在这个数据库上运行今晚的采集；等它结束，或先停止它")
        yield
    finally:
        with suppress(SQLAlchemyError):  # the server may have ended it, and the lock with it
            connection.invalidate()
        engine.dispose()
