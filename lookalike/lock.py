"""One night at a time in one home folder and one database: locks that die with their process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from lookalike.errors import Busy
from lookalike.lock_watch import Held, Watched
from lookalike.store.engine import open_engine

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
def only_one_night(home: Path, database: str) -> Iterator[Held]:
    """Hold the home folder and, over PostgreSQL, the database for a night; ``Busy`` where another one runs.

    Also where another one began meanwhile, since the server had ended the connection that held the lock: the work of
    the block is then interrupted as by SIGTERM, and whatever it raises becomes that one line.
    """
    with only_one(home / "nightly.lock"):
        held = _of_database(database)
        try:
            with closing(held):
                yield held
        except BaseException:
            if held.gone:
                raise Busy(held.gone) from None
            raise


def _of_database(url: str) -> Held:
    engine = open_engine(url)
    engine.dispose()
    return Watched(url, _NIGHT) if engine.dialect.name == "postgresql" else Held()
