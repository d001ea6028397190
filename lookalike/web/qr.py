"""A QR code as the dark squares of a drawing, so that it needs no picture file and no script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import zxingcpp


@dataclass(frozen=True, slots=True)
class Squares:
    """Side of the code in modules, quiet zone included, and its dark modules by column and row."""

    side: int
    dark: tuple[tuple[int, int], ...]


def modules(text: str) -> Squares:
    """The code that says ``text`` (ISO/IEC 18004)."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=1, add_quiet_zones=True)
    rows: list[list[int]] = cast("Any", memoryview(cast("Any", image)).tolist())
    dark = tuple((x, y) for y, row in enumerate(rows) for x, value in enumerate(row) if value < 128)
    return Squares(len(rows), dark)
