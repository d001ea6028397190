"""Screenshots for print: small enough for paper. The originals stand in the pack; what cannot be read says why."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from lookalike.evidence.documents.values import because

_MOST_PIXELS = 40_000_000
_WIDEST = 1000
"""Pixels, about 280 dots an inch on half a page."""
_TALLEST = 1400


def fitted(png: bytes) -> tuple[bytes, str]:
    """The picture as it is printed, or nothing and the reason."""
    if not png:
        return b"", because("没有截图")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(png), formats=("PNG",)) as picture:
                if picture.width * picture.height > _MOST_PIXELS:
                    return b"", because(f"截图过大（{picture.width}×{picture.height}），见包内原图")
                return _small(picture.convert("RGB")), ""
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Warning):
        return b"", because("截图不能读出，见包内原文件")


def _small(picture: Image.Image) -> bytes:
    if picture.height > picture.width * _TALLEST // _WIDEST:
        picture = picture.crop((0, 0, picture.width, picture.width * _TALLEST // _WIDEST))
    picture.thumbnail((_WIDEST, _TALLEST))
    out = BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
