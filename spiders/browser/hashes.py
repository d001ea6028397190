"""What the limited child does with a page's pictures: their perceptual hashes."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from spiders.pictures.phash import phash

MAX_PIXELS = 4_096 * 16_384 + 1


def hashes(fold: bytes, whole: bytes) -> tuple[int, int]:
    """Of both PNGs. Raises what Pillow raises."""
    return _hash(fold), _hash(whole)


def _hash(png: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Image.MAX_IMAGE_PIXELS = MAX_PIXELS
        with Image.open(BytesIO(png), formats=("PNG",)) as picture:
            return phash(picture.convert("L"))
