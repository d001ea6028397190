"""Lines of a text file in whatever encoding it came: UTF-8 or GB18030, with a byte order mark or without. Bounded."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from spiders.feeds.folder import MOST_BYTES, FeedError
from spiders.feeds.row import BadRow, Line

LONGEST = 256 * 1024
"""Characters of one line; a longer one is told as bad."""
MOST_AT_ONCE = 32 * 1024 * 1024
"""Bytes of a file that has to be read as one."""
_PIECE = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def lines(path: Path) -> Iterator[Line | BadRow]:
    """Every line. Raises ``FeedError`` for a file that is too large or cannot be opened."""
    encoding = _encoding(path, MOST_BYTES)
    try:
        # Newlines are found here: "\r\n", "\n" and a bare "\r" end a line, as spreadsheets write them.
        with path.open(encoding=encoding, errors="replace") as file:
            yield from _lines(file)
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror}）；检查权限") from error


def whole(path: Path) -> str:
    """The text of a file. Raises ``FeedError`` for one that is too large or cannot be opened."""
    encoding = _encoding(path, MOST_AT_ONCE)
    try:
        return path.read_bytes().decode(encoding, "replace")
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror}）；检查权限") from error


def _lines(file: TextIOWrapper) -> Iterator[Line | BadRow]:
    number, too_long = 0, False
    while part := file.readline(LONGEST):
        ended = part.endswith("\n") or len(part) < LONGEST
        if ended:
            number += 1
            if too_long:
                yield BadRow(number, f"一行超过 {LONGEST // 1024} 千字")
            else:
                yield Line(number, part.rstrip("\n").replace("\0", ""))
        too_long = not ended
    if too_long:
        yield BadRow(number + 1, f"一行超过 {LONGEST // 1024} 千字")


def _encoding(path: Path, most: int) -> str:
    """By byte order mark, else UTF-8 where the whole file is, else whichever of it and GB18030 leaves less unread.

    One damaged byte must not turn a whole file of UTF-8 into nonsense.
    """
    try:
        size = path.stat().st_size
        if size > most:
            raise FeedError(f"{path.name}：文件 {size >> 20} MiB，最多读 {most >> 20} MiB；拆成几个文件再放入")
        with path.open("rb") as file:
            head = file.read(4)
            if name := next((name for mark, name in _MARKS if head.startswith(mark)), ""):
                return name
            file.seek(0)
            if _is_utf8(iter(lambda: file.read(_PIECE), b"")):
                return "utf-8"
            file.seek(0)
            return min(("gb18030", "utf-8"), key=partial(_unread, file.read(_PIECE)))
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror}）；检查权限") from error


def _unread(piece: bytes, encoding: str) -> int:
    """How many places of a piece are nothing in an encoding, or what only a wrong one gives."""
    text = piece.decode(encoding, "replace")
    return text.count("\N{REPLACEMENT CHARACTER}") + sum("\ue000" <= c <= "\uf8ff" for c in text)


def _is_utf8(pieces: Iterator[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
