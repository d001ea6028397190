"""What the limited child does with a page's pictures: their perceptual hashes."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from spiders.pictures.phash import FINE, SIDE, phash

MAX_PIXELS = 4_096 * 16_384 + 1


LEAST_CONTRAST = 8
"""Grey levels: a picture with less is nearly one colour, and what a hash of it says is chance."""


def hashes(fold: bytes, whole: bytes) -> tuple[int, int, int | None, int | None]:
    """Of both PNGs, 64 bits each, then 256 bits each, None for a picture of one colour. Raises what Pillow raises."""
    coarse_fold, fine_fold = _hash(fold)
    coarse_whole, fine_whole = _hash(whole)
    return coarse_fold, coarse_whole, fine_fold, fine_whole


def _hash(png: bytes) -> tuple[int, int | None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        with Image.open(BytesIO(png), formats=("PNG",)) as picture:
            grey = picture.convert("L")
            levels = grey.resize((SIDE, SIDE)).tobytes()
            shaped = max(levels) - min(levels) >= LEAST_CONTRAST
            return phash(grey), phash(grey, FINE) if shaped else None
