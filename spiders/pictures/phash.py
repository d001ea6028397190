"""The 64-bit perceptual hash of a picture: near pictures differ in few bits. What near means is for the signals.

The usual recipe (DCT of 32 × 32 grey values, the 8 × 8 lowest frequencies against their median), so that hashes
can be compared with those of other tools.
"""

from __future__ import annotations

import math
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE = 32
KEPT = 8
_COSINES = [[math.cos(math.pi * k * (2 * n + 1) / (2 * SIDE)) for n in range(SIDE)] for k in range(KEPT)]


def phash(grey: Image) -> int:
    """The hash of a picture in mode ``L``, the lowest frequency as the highest bit."""
    from PIL import Image as images  # noqa: N813, PLC0415 - only the child and the browser's screens need it

    small = grey.resize((SIDE, SIDE), images.Resampling.LANCZOS).tobytes()
    rows = [small[start : start + SIDE] for start in range(0, SIDE * SIDE, SIDE)]
    across = [[sum(map(float.__mul__, wave, map(float, row))) for wave in _COSINES] for row in rows]
    columns = list(zip(*across, strict=True))
    low = [sum(map(float.__mul__, wave, column)) for wave in _COSINES for column in columns]
    middle = median(low)
    bits = 0
    for value in low:
        bits = bits << 1 | (value > middle)
    return bits
