"""Whether there is room on the disk to take up more work. What is under way needs room to be kept."""

from __future__ import annotations

import shutil
from pathlib import Path

from spiders.refusal import sentence

MIB = 1024 * 1024


def nearly_full(folder: Path, least: int) -> str:
    """Code and sentence when fewer than ``least`` bytes are free where ``folder`` lies; '' otherwise."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError:
        return ""  # a file system that does not tell: the write itself will
    return sentence("E_DISK", f"剩余 {free // MIB} MiB，少于 {least // MIB} MiB（{folder}）") if free < least else ""
