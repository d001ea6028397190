"""Where packs are written: the folder that was asked for, a workshop beside the result, one export at a time."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lookalike.errors import UsageError


def usable(folder: Path) -> Path:
    """The folder, made if missing. Raises UsageError when it cannot be written."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"-o {folder}: expected a folder that can be written ({error.strerror})") from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"-o {folder}: the folder cannot be written; choose another one")
    return folder.resolve()


@contextmanager
def workshop(folder: Path) -> Iterator[Path]:
    """A folder of this process on the same file system; those of killed processes are removed."""
    for stale in folder.glob(".export-*.part"):
        pid = stale.name.split("-")[1].split(".")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(stale, ignore_errors=True)
    work = folder / f".export-{os.getpid()}.part"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Exports of one home follow on each other, so that no number is given twice."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="ascii") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
