"""Perceptual hashes of a picture: near pictures differ in few bits. What near means is for the signals.

The usual recipe (DCT of 32 × 32 grey values, the 8 × 8 lowest frequencies against their median), so that hashes
can be compared with those of other tools; and the same with twice the frequencies, for pictures of pages.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 32
KEPT = 8
FINE = 2
"""By how much both are larger for the fine hash: 256 bits."""


def phash(grey: Image, finer: int = 1) -> int:
    """The hash of a picture in mode ``L``, the lowest frequency as the highest bit; with ``FINE`` of 256 bits."""
    side, kept = SIDE * finer, KEPT * finer
    from PIL import Image as images  # noqa: N813, PLC0415 - only the child and the browser's screens need it

    small = grey.resize((side, side), images.Resampling.LANCZOS).tobytes()
    rows = [small[start : start + side] for start in range(0, side * side, side)]
    waves = _cosines(side, kept)
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in waves] for row in rows]
    columns = list(zip(*across, strict=True))
    low = [sum(map(float.__mul__, wave, column)) for wave in waves for column in columns]
    middle = median(low)
    bits = 0
    for value in low:
        bits = bits << 1 | (value > middle)
    return bits


@lru_cache(maxsize=2)
def _cosines(side: int, kept: int) -> list[list[float]]:
    return [[math.cos(math.pi * k * (2 * n + 1) / (2 * side)) for n in range(side)] for k in range(kept)]
