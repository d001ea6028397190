"""Gives memory back to the system between steps of a night: what one step held must not add to the next one's."""

from __future__ import annotations

import ctypes
import gc
import sys


def give_back() -> None:
    """Free what nobody holds, down to the system (malloc_trim(3), where the C library has it)."""
    gc.collect()
    if sys.platform == "linux":
        trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
        if trim is not None:
            trim(0)
