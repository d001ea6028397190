"""Lines of a file that may be packed (gz, zst), as bytes, bounded in length, number and in what they unpack to."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

import zstandard

from spiders.feeds.folder import FeedError

PACKED = frozenset({".gz", ".zst"})
LONGEST = 64 * 1024
"""Bytes of one line; what is longer is cut, and cannot be a name any more."""
HEAD = 64 * 1024
"""Bytes by which a file's form is known."""
MOST_BYTES = 32 * 1024**3
"""Bytes that one file may unpack to: a zone with some hundred million names is less."""
_WINDOW = 1 << 27
"""Largest window of zstd that is unpacked: what ``zstd --long`` uses."""
_AHEAD = 1 << 16
"""Bytes unpacked at once: where a file breaks off, so much before the break is lost."""
_PIECE = 1024
"""Packed bytes of zstd taken at once: whatever they are, they unpack to some 32 MiB at most."""
BROKEN = (OSError, EOFError, zlib.error, zstandard.ZstdError)
"""What a file that cannot be unpacked, or breaks off, raises."""


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """The file, unpacked as its ending says. Raises ``FeedError`` where it cannot be opened."""
    try:
        raw = path.open("rb")
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror}）；检查权限") from error
    with raw:
        suffix = path.suffix.lower()
        if suffix == ".gz":
            yield cast("BinaryIO", io.BufferedReader(gzip.GzipFile(fileobj=raw), _AHEAD))
        elif suffix == ".zst":
            yield cast("BinaryIO", io.BufferedReader(Zstd(raw), _AHEAD))
        else:
            yield raw


class Zstd(io.RawIOBase):
    """Frames of zstd, one behind the other; the library's own reader takes a frame that was cut for its end."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame: Any = None
        self._left, self._ready = b"", b""

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Bytes written into ``buffer``; 0 at the end. Raises ``EOFError`` where a frame is cut."""
        while not self._ready:
            packed = self._left or self._raw.read(_PIECE)
            self._left = b""
            if not packed:
                if self._frame is not None:
                    raise EOFError("a frame is cut")
                return 0
            if self._frame is None:
                self._frame = zstandard.ZstdDecompressor(max_window_size=_WINDOW).decompressobj()
            self._ready = self._frame.decompress(packed)
            if self._frame.eof:
                self._left, self._frame = self._frame.unused_data, None
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        return size


def byte_lines(path: Path, *, longest: int = LONGEST, most: int = MOST_BYTES) -> Iterator[bytes]:
    """Every line without its end. Raises ``FeedError`` where the file is broken, or larger than ``most``."""
    size = 0
    with opened(path) as file:
        try:
            while line := file.readline(longest):
                size += len(line)
                if size > most:
                    raise FeedError(f"{path.name}：解压后超过 {most >> 20} MiB，其余未读；拆成几个文件再放入")
                yield line.rstrip(b"\r\n")
                while len(line) == longest and not line.endswith(b"\n"):  # the rest of a line that is too long
                    line = file.readline(longest)
                    size += len(line)
        except BROKEN as error:
            raise FeedError(
                f"{path.name}：读到 {size} 字节后无法继续（{type(error).__name__}）；文件可能不完整，重新下载再放入"
            ) from error


def head(path: Path, most: int = HEAD) -> bytes:
    """The first bytes, unpacked; what cannot be unpacked is empty."""
    try:
        with opened(path) as file:
            return file.read(most)
    except (FeedError, *BROKEN):
        return b""
