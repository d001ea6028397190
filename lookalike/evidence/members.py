"""The zip of a pack in the one form that it can have: members stored, sorted, dated 1980, nothing between them.

Since no byte of the file is free, a reader that insists on the form notices every change, headers included.
Reading lists first and never writes a file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from lookalike.errors import LookalikeError

_LOCAL = struct.Struct("<4s5H3I2H")
_CENTRAL = struct.Struct("<4s6H3I5H2I")
_END = struct.Struct("<4s4H2IH")
_VERSION, _MADE_ON_UNIX = 20, 0x0314
_DATE = (1 << 5) | 1
"""1980-01-01, the first day that zip knows."""
_FILE, _SCRIPT = 0o100644, 0o100755
_SYMLINK, _KIND = 0o120000, 0o170000
_CHUNK = 1 << 20
MOST_BYTES = 0xFFFFFFFF
"""Beyond which zip needs other structures; a pack that large is split by leads."""
MOST_MEMBERS = 60_000
LONGEST_NAME = 120
RATIO = 200
"""Times that a member may grow before it counts as a bomb; ours do not grow at all."""


class BadArchive(LookalikeError):
    """A zip file is not as it should be; the message says where."""


@dataclass(frozen=True, slots=True)
class Member:
    """One member: its name, and where its bytes lie in the file."""

    name: str
    start: int
    size: int
    crc: int


def _header(name: bytes, size: int, crc: int) -> bytes:
    return _LOCAL.pack(b"PK\x03\x04", _VERSION, 0, 0, 0, _DATE, crc, size, size, len(name), 0) + name


def _entry(name: bytes, size: int, crc: int, offset: int) -> bytes:
    mode = (_SCRIPT if name.endswith(b".sh") else _FILE) << 16
    fixed = (
        b"PK\x01\x02",
        _MADE_ON_UNIX,
        _VERSION,
        0,
        0,
        0,
        _DATE,
        crc,
        size,
        size,
        len(name),
        0,
        0,
        0,
        0,
        mode,
        offset,
    )
    return _CENTRAL.pack(*fixed) + name


def write_zip(stream: BinaryIO, sources: Iterable[tuple[str, bytes | Path]]) -> None:
    """Write members in the order of their names. Raises BadArchive for a name or a size that it cannot hold."""
    central, offset, count = b"", 0, 0
    for name, source in sorted(sources, key=lambda pair: pair[0]):
        if reason := bad_name(name.encode("utf-8", "surrogatepass")):
            raise BadArchive(f"{name!r}: {reason}")
        encoded = name.encode("ascii")
        size, crc = _measure(source)
        if offset + size >= MOST_BYTES or count >= MOST_MEMBERS:
            raise BadArchive("证据包超过 4 GiB 或文件过多：请把线索分成几个包导出")
        head = _header(encoded, size, crc)
        stream.write(head)
        stream.writelines(_chunks(source))
        central += _entry(encoded, size, crc, offset)
        offset, count = offset + len(head) + size, count + 1
    stream.write(central + _END.pack(b"PK\x05\x06", 0, 0, count, count, len(central), offset, 0))


def _chunks(source: bytes | Path) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source
        return
    with source.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _measure(source: bytes | Path) -> tuple[int, int]:
    size = crc = 0
    for chunk in _chunks(source):
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
    return size, crc


def bad_name(name: bytes) -> str:
    """Why no archive of ours holds a member of this name; empty: it may."""
    if b"\0" in name:
        return "文件名含 NUL 字符"
    if name.startswith((b"/", b"\\")) or (len(name) > 1 and name[1:2] == b":"):
        return "绝对路径"
    if b".." in name.replace(b"\\", b"/").split(b"/"):
        return "路径穿越（..）"
    if b"\\" in name or not name.isascii() or not name.decode("ascii").isprintable():
        return "文件名含 ASCII 以外的字符、反斜杠或控制字符"
    if not name or name.endswith(b"/") or any(part in {b"", b"."} for part in name.split(b"/")):
        return "不是文件名"
    return f"文件名超过 {LONGEST_NAME} 字节" if len(name) > LONGEST_NAME else ""


@dataclass(frozen=True, slots=True)
class _Listed:
    """One line of the central directory as it stands, nothing of it believed."""

    name: bytes
    raw: bytes
    method: int
    crc: int
    packed: int
    size: int
    mode: int
    offset: int


def hostile(data: memoryview) -> list[str]:
    """Reasons not to touch an archive that somebody made to do harm; only the directory is read.

    Raises BadArchive when there is no directory to be read.
    """
    listed, found = _directory(data), list[str]()
    seen: dict[bytes, bytes] = {}
    for one in listed:
        shown = one.name.decode("ascii", "backslashreplace")
        if reason := bad_name(one.name):
            found.append(f"{shown}：{reason}")
        if one.mode & _KIND == _SYMLINK:
            found.append(f"{shown}：符号链接")
        if one.size > max(one.packed, 1) * RATIO:
            found.append(f"{shown}：压缩炸弹（展开为 {one.size} 字节，压缩后 {one.packed} 字节）")
        folded = one.name.lower()
        if folded in seen:
            found.append(f"{shown}：" + ("重复的文件名" if seen[folded] == one.name else "只有大小写不同的文件名"))
        seen[folded] = one.name
    return found


def read_zip(data: memoryview) -> list[Member]:
    """Members of a zip in our one form, without their bytes. Raises BadArchive with the first deviation.

    Checksums are left to whoever reads the bytes (``damaged``).
    """
    members, offset, before = list[Member](), 0, b""
    for one in _directory(data):
        shown = one.name.decode("ascii", "backslashreplace")
        if reason := bad_name(one.name):
            raise BadArchive(f"{shown}：{reason}")
        if one.name <= before:
            raise BadArchive(f"{shown}：文件顺序与规范形式不同，或文件名重复")
        if one.raw != _entry(one.name, one.size, one.crc, offset):
            raise BadArchive(f"{shown}：目录项与规范形式不同")
        head = _header(one.name, one.size, one.crc)
        if data[offset : offset + len(head)] != head:
            raise BadArchive(f"{shown}：文件头与目录项不同")
        members.append(Member(shown, offset + len(head), one.size, one.crc))
        offset, before = offset + len(head) + one.size, one.name
    if offset != _end(data)[2]:
        raise BadArchive("成员之间或目录之前有多余的字节")
    return members


def damaged(data: memoryview, member: Member) -> bool:
    """Whether the bytes of a member do not have the checksum that its header states."""
    return zlib.crc32(data[member.start : member.start + member.size]) != member.crc


def _end(data: memoryview) -> tuple[int, int, int]:
    """Number of members, size and place of the directory."""
    if len(data) < _END.size:
        raise BadArchive("不是 zip 文件，或已被截断")
    start = len(data) - _END.size
    mark, disk, first, here, count, size, offset, comment = _END.unpack(data[start:])
    if mark != b"PK\x05\x06":
        raise BadArchive("文件末尾不是 zip 目录：不是 zip 文件、被截断，或附加了内容")
    if disk or first or comment or here != count or offset + size != start:
        raise BadArchive("zip 目录的位置或数量不一致")
    if count > MOST_MEMBERS:
        raise BadArchive(f"成员过多（{count} 个，上限 {MOST_MEMBERS} 个）")
    return count, size, offset


def _directory(data: memoryview) -> list[_Listed]:
    count, size, position = _end(data)
    end, listed = position + size, list[_Listed]()
    while position < end:
        if end - position < _CENTRAL.size or len(listed) == count:
            raise BadArchive("zip 目录不完整")
        fields = _CENTRAL.unpack(data[position : position + _CENTRAL.size])
        lengths = fields[10], fields[11], fields[12]
        whole = _CENTRAL.size + sum(lengths)
        if fields[0] != b"PK\x01\x02" or position + whole > end:
            raise BadArchive("zip 目录不完整")
        raw = bytes(data[position : position + whole])
        name = raw[_CENTRAL.size : _CENTRAL.size + lengths[0]]
        listed.append(_Listed(name, raw, fields[4], fields[7], fields[8], fields[9], fields[15] >> 16, fields[16]))
        position += whole
    if len(listed) != count:
        raise BadArchive("zip 目录不完整")
    return listed
