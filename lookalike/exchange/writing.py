"""A file that appears whole or not at all, in the transaction that records it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lookalike.durable import sync_folder
from lookalike.errors import StoreError, UsageError

_PART = ".share-"


def usable(path: Path, *, replace: bool) -> Path:
    """Where the file will lie; its folder is made. Raises UsageError in one line where that cannot be."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        folder = path.parent.resolve()
    except OSError as error:
        raise UsageError(f"-o {path}: its folder cannot be made ({error.strerror})") from error
    final = folder / path.name
    if not path.name or path.is_dir():
        raise UsageError(f"-o {path}: expected the name of a file, got a folder")
    if not os.access(folder, os.W_OK | os.X_OK):
        raise UsageError(f"-o {path}: the folder cannot be written; choose another one")
    if not replace and os.path.lexists(final):
        raise UsageError(f"-o {path}: there is such a file already; choose another name, or add --replace")
    return final


@contextmanager
def published(data: bytes, final: Path, *, replace: bool) -> Iterator[None]:
    """Inside, the file has its name; an error inside takes it away again and brings back what lay there before.

    Raises StoreError when the bytes cannot be written.
    """
    part, before = _written(data, final), final.parent / f"{_PART}{os.getpid()}.before"
    kept = moved = False
    try:
        if replace and final.is_file():
            shutil.copy2(final, before)
            kept = True
        else:
            _still_free(final)
        part.replace(final)  # a resolver that reads it meanwhile sees the one list or the other
        moved = True
        sync_folder(final.parent)
        yield
    except BaseException:
        if moved and kept:
            before.replace(final)
        elif moved:
            final.unlink(missing_ok=True)
        raise
    finally:
        part.unlink(missing_ok=True)
        before.unlink(missing_ok=True)


def _still_free(final: Path) -> None:
    if os.path.lexists(final):
        raise StoreError(f"{final}: appeared meanwhile; nothing was written")


def _written(data: bytes, final: Path) -> Path:
    part = final.parent / f"{_PART}{os.getpid()}.part"
    _tidy(final.parent)
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        part.unlink(missing_ok=True)
        raise StoreError(f"{final}: cannot be written ({error.strerror}); nothing was recorded") from error
    return part


def _tidy(folder: Path) -> None:
    """Parts of killed processes go."""
    for stale in folder.glob(f"{_PART}*"):
        pid = stale.name.removeprefix(_PART).partition(".")[0]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            with suppress(OSError):
                stale.unlink()
