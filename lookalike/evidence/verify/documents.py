"""Documents of a pack against its records: the fixed list prints the true hashes, and nothing in them is active."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from typing import Any
from zipfile import BadZipFile

from lxml import etree

from lookalike.evidence.documents.fixed_list import row_of
from lookalike.evidence.verify import office
from lookalike.evidence.verify.model import Bag, Check, verdict

FOLDER = "data/01_documents"
FIXED = f"{FOLDER}/04-fixed-list.docx"
ENVIRONMENT = "data/04_process/environment.json"
_HASH = re.compile(r"[0-9a-f]{32}|[0-9a-f]{64}")
_UNREADABLE = (
    BadZipFile,
    etree.XMLSyntaxError,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    LookupError,
    OverflowError,
)
"""Whatever the libraries raise of a package that is broken; NotImplementedError is a RuntimeError."""
_PATH = re.compile(r"data/[!-~]+")
_STREAM = re.compile(rb"endstream|stream\r?\n")
_HEX_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(EmbeddedFile|JavaScript|Launch|SubmitForm|ImportData)(?![A-Za-z])")
_ACTIVE_WORDS = {b"EmbeddedFile": "内嵌有文件"}
_MOST_INFLATED, _PIECE = 256 << 20, 64 << 10


def documents(bag: Bag) -> list[Check]:
    """All documents that the folder holds; a pack may have been written without any."""
    paths = bag.below(FOLDER)
    if not paths:
        return [Check("文书", "note", "包内没有文书")]
    bad: dict[str, str] = {}
    for path in paths:
        try:
            if why := _wrong(bag, path):
                bad[path] = why
        except _UNREADABLE as error:
            bad[path] = f"无法打开（{str(error)[:200]}）"
    good = f"{len(paths)} 份；固定清单逐行与清单一致，没有公式、链接和内嵌文件"
    return [verdict("文书", bad, good), *_printed(bag, paths)]


def _wrong(bag: Bag, path: str) -> str:
    if path.endswith((".docx", ".xlsx")):
        return office.suspicious(bag.read(path)) or (_fixed_list(bag) if path == FIXED else "")
    return _active(bag.read(path)) if path.endswith(".pdf") else ""


def _printed(bag: Bag, paths: list[str]) -> list[Check]:
    """Where there is no PDF, the reason that the environment gives."""
    if any(path.endswith(".pdf") for path in paths):
        return []
    told = bag.json(ENVIRONMENT).get("documents", {}).get("pdf", {})
    return [Check("文书 PDF", "note", f"没有 PDF：{told.get('why', '系统环境记录没有说明')}")]


def _fixed_list(bag: Bag) -> str:
    """Each item in one row, and each row with the values of its own file, as they are in the bag."""
    items = {item["file"]: item for path in bag.leads for item in bag.json(path)["items"]}
    seen: set[str] = set()
    wrong: list[str] = []
    for cells in office.rows(bag.read(FIXED)):
        path = next((cell for cell in cells if _PATH.fullmatch(cell)), "")
        if not path:
            continue
        if path not in items or path in seen:
            wrong.append(f"{path}（{'重复列入' if path in seen else '不在清单中'}）")
        elif differing := _differing(bag, items[path], cells):
            wrong.append(f"{path}（{differing}）")
        seen.add(path)
    if wrong:
        return f"有 {len(wrong)} 行与清单不符：" + "、".join(wrong[:5])
    lacking = items.keys() - seen
    return f"有 {len(lacking)} 个文件的 SHA-256 未载入" if lacking else ""


def _differing(bag: Bag, item: dict[str, Any], cells: list[str]) -> str:
    path = item["file"]
    own = {bag.hash(path, name) for name in ("sha256", "sm3", "md5")} if path in bag.members else set[str]()
    if path not in bag.members or bag.hash(path, "sha256") not in cells:
        return "SHA-256 不符"
    if foreign := [cell for cell in cells if _HASH.fullmatch(cell) and cell not in own]:
        return f"校验值 {foreign[0][:16]}… 不属于该文件"
    expected = row_of(item)
    return "内容与线索数据不同" if len(cells) == len(expected) and cells[1:] != list(expected[1:]) else ""


def _active(data: bytes) -> str:
    """What a PDF carries besides pages, looked for in its compressed parts as well."""
    for part in _parts(data):
        if found := _ACTIVE.search(_HEX_NAME.sub(lambda m: bytes([int(m[1], 16)]), part)):
            return f"PDF {_ACTIVE_WORDS.get(found[1], f'含有 {found[1].decode()}')}"
    return ""


def _parts(data: bytes) -> Iterator[bytes]:
    """The file, then what its compressed streams hold; ``_MOST_INFLATED`` bytes of all of them together."""
    yield data
    left, start = _MOST_INFLATED, 0
    for found in _STREAM.finditer(data):
        if not found[0].startswith(b"end"):
            start = start or found.end()
        elif start and left > 0:
            part = _inflated(data[start : found.start()], left)
            start, left = 0, left - len(part)
            yield part


def _inflated(packed: bytes, most: int) -> bytes:
    """As far as it can be read: a stream that is stored, or a picture of another kind, gives nothing."""
    stream, found = zlib.decompressobj(), bytearray()
    try:
        for at in range(0, len(packed), _PIECE):
            found += stream.decompress(packed[at : at + _PIECE], most - len(found))
            if len(found) >= most:
                break
    except zlib.error:
        pass  # what came before the damage is looked at
    return bytes(found)
