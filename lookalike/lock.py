"""One night at a time in one home folder: a lock that dies with its process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import Busy


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
