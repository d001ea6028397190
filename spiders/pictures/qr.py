"""QR codes of a picture, as text: at most 20, each at most 4 kB. Where they lead is not asked here."""

from __future__ import annotations

from typing import TYPE_CHECKING

import zxingcpp

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_CODES = 20
MAX_BYTES = 4096
SMALL = 1600
"""Longest side, in pixels, up to which a picture without a code is looked at once more, enlarged."""

_FORMATS = zxingcpp.barcode_formats_from_str("QRCode,MicroQRCode,RMQRCode,DataMatrix,Aztec")


def read_codes(grey: Image) -> list[str]:
    """Contents of the codes in a picture of mode ``L``, each once, from top to bottom."""
    found = _read(grey)
    if not found and max(grey.size) <= SMALL:
        found = _read(grey.resize((grey.width * 2, grey.height * 2)))
    return found


def _read(grey: Image) -> list[str]:
    codes = zxingcpp.read_barcodes(grey, formats=_FORMATS, text_mode=zxingcpp.TextMode.Plain)
    codes.sort(key=lambda c: (c.position.top_left.y, c.position.top_left.x))
    texts = (_bounded(code.text) for code in codes if code.valid)
    return list(dict.fromkeys(text for text in texts if text))[:MAX_CODES]


def _bounded(text: str) -> str:
    return text.encode("utf-8", "replace")[:MAX_BYTES].decode("utf-8", "ignore").strip()
