"""Ends a crawl by the memory that it holds now: not by a peak long past, nor by what its parent once held."""

from __future__ import annotations

import os
from pathlib import Path

from scrapy.extensions.memusage import MemoryUsage

_STATM = Path("/proc/self/statm")


class ResidentMemory(MemoryUsage):
    """Scrapy's ``MemoryUsage`` with another measure, in bytes.

    Scrapy reads ``ru_maxrss``, which never falls again, and which a child takes over from the process that
    started it (getrusage(2): an exec does not reset it). A search started out of a night that had held a gigabyte
    for one picture would end before its first request. Where there is no ``/proc``, Scrapy's measure stands.
    """

    def get_virtual_size(self) -> int:
        """Bytes of this process in memory at this moment (proc(5), second field of statm, in pages)."""
        try:
            resident = int(_STATM.read_bytes().split()[1])
        except (OSError, ValueError, IndexError):
            return super().get_virtual_size()
        return resident * os.sysconf("SC_PAGE_SIZE")
