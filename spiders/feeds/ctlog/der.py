"""Walks DER (ITU-T X.690) as far as host names need: bounded, without recursion, tolerant of what it need not read.

Certificates in logs break rules that strict readers insist on, and what precertificates leave behind has no signature.
"""

from __future__ import annotations

from collections.abc import Iterator

from spiders.feeds.ctlog.errors import CtError

SEQUENCE, SET, OID, OCTETS, BOOLEAN = 0x30, 0x31, 0x06, 0x04, 0x01


def element(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Tag, start and end of the content of the element at ``at``; ``CtError`` where none ends before ``end``."""
    start = at + 2
    if start > end:
        raise CtError("DER 结构提前结束")
    size = data[at + 1]
    if size >= 0x80:  # long form
        width = size & 0x7F
        if not 1 <= width <= 4 or start + width > end:
            raise CtError("DER 长度无效")
        size = int.from_bytes(data[start : start + width], "big")
        start += width
    stop = start + size
    if stop > end:
        raise CtError("DER 长度超出范围")
    return data[at], start, stop


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Start and end of the content at ``at``, which must have this tag."""
    found, start, stop = element(data, at, end)
    if found != tag:
        raise CtError(f"DER 结构不符：应为 {tag:#04x}，实为 {found:#04x}")
    return start, stop


def elements(data: bytes, at: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Every element from ``at`` to ``end``."""
    while at < end:
        tag, start, stop = element(data, at, end)
        yield tag, start, stop
        at = stop
