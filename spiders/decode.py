"""Bytes to text, whatever a page says of itself: never raises, and notes what was odd.

Order: BOM, header label, meta prescan, strict UTF-8, strict GB18030, strict Big5, GB18030 with
replacement. Only labels of the WHATWG Encoding Standard count, so ``charset=hex``, ``zip`` or
``unicode_escape`` reach no codec.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import re2
import webencodings

PRESCAN = 4096
"""Bytes searched for a meta declaration; the standard asks for 1,024, real pages need more."""
TOO_MANY = 0.01
"""Share of replacement characters from which a label is not believed."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADER = re2.compile(r"(?i)charset\s*=\s*[\"']?\s*([^\s;\"',]{1,40})")
_META = re2.compile(rb"(?is)<meta[^>]*?charset\s*=\s*[\"']?\s*([^\s;\"'>/]{1,40})")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the encoding chosen, and how it was found."""

    text: str
    encoding: str
    how: str
    odd_label: str = ""
    """A label that names no encoding of the web: by itself a sign of hiding."""
    replaced: int = 0

    @property
    def note(self) -> str:
        """For the record: ``meta``, ``meta; odd label hex; 3 replaced``."""
        parts = [self.how]
        if self.odd_label:
            parts.append(f"odd label {self.odd_label}")
        if self.replaced:
            parts.append(f"{self.replaced} replaced")
        return "; ".join(parts)


def decode(body: bytes, content_type: str = "") -> Decoded:
    """Decode ``body``, whatever ``content_type`` and the page say of it."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return _decoded(body[len(bom) :], name, "bom", "")
    odd = ""
    for label, how in _labels(body, content_type):
        codec = codec_of(label)
        if codec is None:
            odd = odd or label
            continue
        result = _decoded(body, codec, how, odd)
        if result.replaced <= len(result.text) * TOO_MANY:
            return result
        odd = odd or label
    for name in ("utf-8", "gb18030", "big5"):
        try:
            return Decoded(body.decode(name), name, "sniffed", odd)
        except UnicodeDecodeError:
            continue
    return _decoded(body, _least_replaced(body), "replaced", odd)


def codec_of(label: str) -> str | None:
    """Python's codec for a web label; None for one that the standard does not know."""
    encoding = webencodings.lookup(label.strip())
    if encoding is None or encoding.name in {"x-user-defined", "replacement"}:
        return None
    return "gb18030" if encoding.name in {"gbk", "gb18030"} else encoding.codec_info.name


def _labels(body: bytes, content_type: str) -> list[tuple[str, str]]:
    found = []
    if header := _HEADER.search(content_type[:200]):
        found.append((header.group(1), "header"))
    if meta := _META.search(body[:PRESCAN]):
        found.append((meta.group(1).decode("ascii", "replace"), "meta"))
    return found


def _decoded(body: bytes, name: str, how: str, odd: str) -> Decoded:
    text = body.decode(name, "replace")
    # A character cut in two at the end of a bounded body is no reason to doubt the label.
    return Decoded(text, name, how, odd, max(0, text.count("\ufffd") - text[-2:].count("\ufffd")))


def _least_replaced(body: bytes) -> str:
    head = body[:65536]
    return min(("utf-8", "gb18030"), key=lambda n: head.decode(n, "replace").count("\ufffd"))
