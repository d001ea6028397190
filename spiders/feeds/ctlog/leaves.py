"""Entries of a log: the answer of get-entries (RFC 6962, 3.4 and 4.6) and data tiles (C2SP static-ct-api).

One entry that cannot be read costs that entry; an answer that is none at all is a ``CtError``.
"""

from __future__ import annotations

import binascii
import json
from struct import Struct
from typing import Any, NamedTuple

from spiders.feeds.ctlog.errors import CtError

_HEAD = Struct(">QH")
"""Timestamp in milliseconds, and the kind of entry."""
_X509, _PRECERT = 0, 1
_ISSUER_HASH = 32
_LEAF_INDEX = 0
_INDEX_BYTES = 5


class Leaf(NamedTuple):
    """One entry."""

    number: int
    """Its place in the log, from 0."""
    at_ms: int
    """When the log took it, milliseconds since 1970; 0 where that could not be read."""
    der: bytes
    """The certificate; of a precertificate what will be signed (TBSCertificate)."""
    bare: bool
    """Whether ``der`` is a TBSCertificate."""
    why: str = ""
    """Why it could not be read, in Chinese."""


def page_leaves(body: bytes, first: int, most: int) -> list[Leaf]:
    """The entries of an answer to get-entries from ``first`` on: fewer than asked for is usual, more are cut.

    Raises ``CtError`` for what is no such answer, or an empty one.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise CtError(f"get-entries 的应答不是 JSON（{body[:60]!r}）") from error
    entries = answer.get("entries") if isinstance(answer, dict) else None
    if not isinstance(entries, list) or not entries:
        raise CtError("get-entries 的应答没有条目")
    return [_page_leaf(entry, index) for index, entry in enumerate(entries[:most], first)]


def _page_leaf(entry: Any, index: int) -> Leaf:
    try:
        raw = binascii.a2b_base64(entry["leaf_input"], strict_mode=True)
    except (ValueError, KeyError, TypeError):
        return Leaf(index, 0, b"", False, "条目不是 base64 的 leaf_input")
    if raw[:2] != b"\x00\x00":
        return Leaf(index, 0, b"", False, "叶子的版本或类型未知")
    try:
        return _timestamped(raw, 2, index)[0]
    except CtError as error:
        return Leaf(index, 0, b"", False, str(error))


def tile_leaves(body: bytes, first: int, most: int) -> tuple[list[Leaf], str]:
    """The entries of a data tile whose first one is ``first``, at most ``most``; and why there are not more.

    Raises ``CtError`` for a tile whose entries say that they stand elsewhere in the log.
    """
    found: list[Leaf] = []
    at = 0
    while len(found) < most:
        index = first + len(found)
        try:
            leaf, at, stated = _timestamped(body, at, index)
            if not leaf.why and leaf.bare:
                at = _skip(body, at, 3)  # the precertificate as submitted
            at = _skip(body, at, 2)  # fingerprints of its chain
        except CtError as error:
            return found, f"第 {index} 条处断开：{error}"
        if stated is not None and stated != index:
            raise CtError(f"第 {index} 条自称第 {stated} 条")
        found.append(leaf)
    return found, ""


def _timestamped(data: bytes, at: int, index: int) -> tuple[Leaf, int, int | None]:
    """A TimestampedEntry: the leaf, where it ends, and the place that its extensions state."""
    if at + _HEAD.size > len(data):
        raise CtError("数据提前结束")
    at_ms, kind = _HEAD.unpack_from(data, at)
    at += _HEAD.size
    if kind not in {_X509, _PRECERT}:
        raise CtError(f"条目类型 {kind} 未知")
    if kind == _PRECERT:
        at += _ISSUER_HASH
    start, at = _vector(data, at, 3)
    der = data[start:at]
    extensions, at = _vector(data, at, 2)
    return Leaf(index, at_ms, der, kind == _PRECERT), at, _stated(data, extensions, at)


def _vector(data: bytes, at: int, width: int) -> tuple[int, int]:
    """Start and end of what a length of ``width`` bytes announces (RFC 8446, 3.4)."""
    start = at + width
    stop = start + int.from_bytes(data[at:start], "big")
    if start > len(data) or stop > len(data):
        raise CtError("数据提前结束")
    return start, stop


def _skip(data: bytes, at: int, width: int) -> int:
    return _vector(data, at, width)[1]


def _stated(data: bytes, at: int, end: int) -> int | None:
    """The index in the extension ``leaf_index``; None where there is none."""
    while at + 3 <= end:
        kind = data[at]
        start = at + 3
        at = start + int.from_bytes(data[at + 1 : start], "big")
        if kind == _LEAF_INDEX and at - start == _INDEX_BYTES and at <= end:
            return int.from_bytes(data[start:at], "big")
    return None
