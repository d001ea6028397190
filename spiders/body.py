"""Content coding undone within bounds: a bomb, a lie or a broken stream gives the bytes that could be had."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import zstandard

try:
    import brotli
except ImportError:  # pragma: no cover - Scrapy requires it; kept so that a missing wheel degrades, not crashes
    brotli = None

STEP = 65536
MAX_CODINGS = 3
"""More layers than this is a nest, not a page."""


@dataclass(frozen=True, slots=True)
class Body:
    """The plain bytes, and what went wrong: ``E_BOMB``, ``E_ENCODING`` or nothing."""

    data: bytes
    code: str = ""
    detail: str = ""


def plain_body(raw: bytes, content_encoding: str, limit: int) -> Body:
    """Undo ``Content-Encoding`` step by step; at most ``limit`` bytes come out."""
    codings = [c.strip().lower() for c in content_encoding.split(",") if c.strip() and c.strip().lower() != "identity"]
    if len(codings) > MAX_CODINGS:
        return Body(raw[:limit], "E_BOMB", f"{len(codings)} 层压缩")
    data = raw
    for coding in reversed(codings):
        feed = _feeder(coding)
        if feed is None:
            return Body(data[:limit], "E_ENCODING", f"未知压缩方式 {coding[:20]}")
        result = _bounded(feed(data), limit)
        if result.code:
            # A server that names a coding and sends plain text is common; the text is what a browser's user misses.
            return Body(data[:limit], result.code, result.detail) if not result.data else result
        data = result.data
    return Body(data[:limit]) if len(data) <= limit else Body(data[:limit], "E_TOO_LONG", f"{len(data)} 字节")


def _bounded(pieces: Iterator[bytes], limit: int) -> Body:
    out = bytearray()
    try:
        for piece in pieces:
            out += piece
            if len(out) > limit:
                return Body(bytes(out[:limit]), "E_BOMB", f"超过 {limit} 字节")
    except (zlib.error, zstandard.ZstdError, ValueError, EOFError, _brotli_error()) as error:
        return Body(bytes(out), "E_ENCODING", str(error)[:100])
    return Body(bytes(out))


def _brotli_error() -> type[Exception]:
    return brotli.error if brotli is not None else ValueError


def _feeder(coding: str) -> Callable[[bytes], Iterator[bytes]] | None:
    feeders: dict[str, Callable[[bytes], Iterator[bytes]]] = {
        "gzip": _gzip,
        "x-gzip": _gzip,
        "deflate": _deflate,
        "zstd": _zstd,
    }
    if brotli is not None:
        feeders["br"] = _brotli
    return feeders.get(coding)


def _inflate(data: bytes, wbits: int) -> Iterator[bytes]:
    stream = zlib.decompressobj(wbits)
    rest = data
    while rest and not stream.eof:
        yield stream.decompress(rest, STEP)
        rest = stream.unconsumed_tail
    yield stream.flush(STEP)
    if not stream.eof:
        raise EOFError("压缩数据不完整")


def _gzip(data: bytes) -> Iterator[bytes]:
    return _inflate(data, 16 + zlib.MAX_WBITS)


def _deflate(data: bytes) -> Iterator[bytes]:
    # RFC 9110 means zlib's wrapper; some servers send the bare stream.
    bare = len(data) < 2 or (data[0] & 0x0F) != 8 or int.from_bytes(data[:2], "big") % 31 != 0
    return _inflate(data, -zlib.MAX_WBITS if bare else zlib.MAX_WBITS)


def _zstd(data: bytes) -> Iterator[bytes]:
    reader = zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(data)
    while piece := reader.read(STEP):
        yield piece


def _brotli(data: bytes) -> Iterator[bytes]:
    stream = brotli.Decompressor()
    yield stream.process(data, output_buffer_limit=STEP)
    while not stream.is_finished():
        piece = stream.process(b"", output_buffer_limit=STEP)
        if not piece:
            raise EOFError("压缩数据不完整")
        yield piece
