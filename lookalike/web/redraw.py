"""Draws a screenshot anew, point by point: what else its file holds stays behind. Runs in a limited child."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from spiders.limited import LimitedChild, Limits

MOST_PIXELS = 40_000_000
WIDEST, TALLEST = 1440, 6000
_CHILD = LimitedChild("lookalike.web.redraw:redraw", Limits(seconds=12.0, cpu_seconds=8.0, memory=2 << 30))


def redrawn(png: bytes) -> bytes:
    """The picture as a PNG of ours. Raises ChildFailed for one that cannot, or must not, be opened."""
    data: bytes = _CHILD.call(png)
    return data


def redraw(png: bytes) -> bytes:
    """What the child does. Long pages are cut at the bottom, wide ones are made smaller."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Image.MAX_IMAGE_PIXELS = MOST_PIXELS
        with Image.open(BytesIO(png), formats=("PNG",)) as opened:
            picture = opened.convert("RGB")
    if picture.width > WIDEST:
        picture = picture.resize((WIDEST, max(1, picture.height * WIDEST // picture.width)))
    picture = picture.crop((0, 0, picture.width, min(picture.height, TALLEST)))
    fresh = Image.new("RGB", picture.size)
    fresh.paste(picture)
    out = BytesIO()
    fresh.save(out, "PNG")
    return out.getvalue()
