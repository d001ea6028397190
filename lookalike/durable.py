"""What makes a change of names last: a file is there after a power cut once its folder is written too (fsync(2))."""

from __future__ import annotations

import os
from pathlib import Path


def sync_folder(folder: Path) -> None:
    """Write a folder's entries to the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_file(path: Path) -> None:
    """Write a file's bytes to the disk, whoever wrote them."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())
