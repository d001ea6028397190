"""A file, or what comes down a pipe, as blocks of whole lines with a name each. Memory stays flat at any size."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any, BinaryIO, cast

from lookalike.errors import UsageError
from lookalike.screening.forms import HEAD, PARQUET, Form, Layout, layout_of
from spiders.feeds.name_lists import certificate_names
from spiders.feeds.packed import BROKEN, Zstd

BLOCK = 1024 * 1024
"""Bytes read at once."""
LONGEST = 1024 * 1024
"""Bytes of one line, of JSON above all; what is longer is passed over and counted as bad."""
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_OWNER = re.compile(rb"(?m)^(?:\$ORIGIN[ \t]+(\S+)|([^\s;$()\"][^\s;]*)[ \t])")


def blocks(path: Path, *, form: Form | None = None, column: str = "") -> Iterator[bytes]:
    """The names of a file. Raises ``UsageError`` with one line where it cannot be read, or breaks off."""
    try:
        with ExitStack() as stack:
            raw: io.BufferedReader = stack.enter_context(path.open("rb"))
            if raw.peek(4)[:4] == PARQUET:
                yield from _parquet(path, column)
                return
            yield from stream_blocks(raw, path.name, form=form, column=column)
    except OSError as error:
        raise UsageError(
            f"{path}: {error.strerror or error}; expected a file of names; check path and rights"
        ) from error


def plain_names(path: Path, *, form: Form | None = None, column: str = "") -> bool:
    """Whether a file is a plain list of names that can be read from anywhere; what cannot be told is none."""
    try:
        with path.open("rb") as raw:
            head = raw.peek(HEAD)[:HEAD] if stat.S_ISREG(os.fstat(raw.fileno()).st_mode) else b""
            packed = head.startswith((_GZIP, _ZSTD, PARQUET))
            return bool(head) and not packed and layout_of(head, path.name, form=form, column=column).form == "names"
    except (OSError, ValueError):
        return False


def stream_blocks(raw: io.BufferedReader, name: str, *, form: Form | None = None, column: str = "") -> Iterator[bytes]:
    """The same of an open stream, packed or not; its form is told by what comes first."""
    stream = _unpacked(raw)
    try:
        head = stream.peek(HEAD)[:HEAD]
        try:
            layout = layout_of(head, name, form=form, column=column)
        except ValueError as error:
            raise UsageError(f"{name}: {error}; name one of them with --column") from error
        if layout.form == "parquet":
            raise UsageError(f"{name}: expected Parquet in a file of its own, not packed or piped; give its path")
        reader = {"names": _names, "csv": _csv, "zone": _zone, "ct": _certificates}[layout.form]
        yield from reader(stream, layout)
    except BROKEN as error:
        raise UsageError(
            f"{name}: breaks off ({type(error).__name__}: {error}); what came before was read; fetch it again"
        ) from error


def _unpacked(raw: io.BufferedReader) -> Any:
    start = raw.peek(4)[:4]
    if start.startswith(_GZIP):
        return io.BufferedReader(cast("io.RawIOBase", gzip.GzipFile(fileobj=raw)), BLOCK)
    if start == _ZSTD:
        return io.BufferedReader(Zstd(raw), BLOCK)
    return raw


def _whole_lines(stream: BinaryIO) -> Iterator[bytes]:
    """Blocks that end with a line; a line longer than ``LONGEST`` is cut into what can be no name."""
    rest = b""
    while part := stream.read(BLOCK):
        whole, feed, after = part.rpartition(b"\n")
        if feed:
            yield rest + whole + feed
            rest = after
        elif len(rest) < LONGEST:
            rest += after
    if rest:
        yield rest[:LONGEST] + b"\n"


def _names(stream: BinaryIO, _layout: Layout) -> Iterator[bytes]:
    for block in _whole_lines(stream):
        yield block.removeprefix(b"\xef\xbb\xbf")


def _csv(stream: BinaryIO, layout: Layout) -> Iterator[bytes]:
    """One column; rows that are too short or broken stand as they are, and are counted as bad names."""
    try:
        from pyarrow import csv as arrow  # noqa: PLC0415 - of the extra ``screen``
        from pyarrow.lib import ArrowInvalid  # noqa: PLC0415
    except ImportError:
        yield from _csv_slowly(stream, layout)
        return
    broken: list[bytes] = []

    def pass_over(row: Any) -> str:
        broken.append((row.text or "?")[:200].replace("\n", " ").encode())
        return "skip"

    options: dict[str, Any] = {
        "read_options": arrow.ReadOptions(block_size=BLOCK, autogenerate_column_names=True),
        "parse_options": arrow.ParseOptions(delimiter=layout.delimiter, invalid_row_handler=pass_over),
        "convert_options": arrow.ConvertOptions(
            include_columns=[f"f{layout.column}"], column_types={f"f{layout.column}": "large_binary"}
        ),
    }
    headed = layout.headed
    try:
        with closing(arrow.open_csv(_Utf8(stream), **options)) as rows:
            for batch in rows:
                column = batch.column(0)
                if block := _joined(column[1:] if headed else column):
                    yield block
                headed = False
    except ArrowInvalid as error:
        raise OSError(str(error).splitlines()[0][:200]) from error
    if broken:
        yield b"\n".join(b"? " + row for row in broken) + b"\n"


class _Utf8(io.RawIOBase):
    """A stream whose bytes are UTF-8 for certain: the reader of tables cannot tell of a row that is not."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._pending = False

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._stream.read(size)
        if data.isascii() and data and not self._pending:
            return data
        text = self._decoder.decode(data, final=not data)
        self._pending = bool(self._decoder.getstate()[0])
        return text.encode() if text or not data else self.read(size)


def _joined(column: Any) -> bytes:
    """A column's values, one a line; where there is none, the line is empty."""
    from pyarrow import compute, large_binary, scalar  # noqa: PLC0415

    kind = large_binary()
    filled = column.cast(kind).fill_null(scalar(b"", kind))
    lines = compute.binary_join_element_wise(filled, scalar(b"", kind), scalar(b"\n", kind))
    size = compute.sum(compute.binary_length(lines)).as_py() or 0
    data = lines.buffers()[2]
    return bytes(memoryview(data)[:size]) if data is not None else b""


def _csv_slowly(stream: BinaryIO, layout: Layout) -> Iterator[bytes]:
    import csv  # noqa: PLC0415

    headed = layout.headed
    for block in _whole_lines(stream):
        rows = csv.reader(block.decode("utf-8-sig", "replace").splitlines(), delimiter=layout.delimiter)
        found = [row[layout.column] if len(row) > layout.column else "? " + "".join(row)[:200] for row in rows]
        yield ("\n".join(found[1:] if headed else found) + "\n").encode("utf-8", "replace")
        headed = False


def _parquet(path: Path, column: str) -> Iterator[bytes]:
    try:
        from pyarrow import parquet  # noqa: PLC0415 - of the extra ``screen``
        from pyarrow.lib import ArrowException  # noqa: PLC0415
    except ImportError as error:
        raise UsageError(
            f"{path}: reading Parquet needs a library; install it: pip install 'lookalike[screen]'"
        ) from error
    try:
        with parquet.ParquetFile(path) as file:
            names = file.schema_arrow.names
            head = ",".join(names).encode() + b"\n" + b",".join(b"a.b" for _ in names) + b"\n"
            chosen = names[layout_of(head, form="csv", column=column).column]
            for batch in file.iter_batches(batch_size=400_000, columns=[chosen]):
                yield _joined(batch.column(0))
    except (ArrowException, ValueError) as error:
        raise UsageError(
            f"{path}: expected Parquet with a column of names ({str(error).splitlines()[0][:200]})"
        ) from error


def _zone(stream: BinaryIO, _layout: Layout) -> Iterator[bytes]:
    """Owners of a master file (RFC 1035, 5): relative ones below ``$ORIGIN``; each once where it stands in a row."""
    origin, last = b"", b""
    for block in _whole_lines(stream):
        found = []
        for stated, owner in _OWNER.findall(block):
            if stated:
                origin = stated.strip(b".")
            elif owner != last:
                last = owner
                if owner == b"@":
                    found.append(origin)
                else:
                    found.append(owner[:-1] if owner.endswith(b".") else owner + b"." + origin)
        yield b"\n".join(found) + b"\n"


def _certificates(stream: BinaryIO, _layout: Layout) -> Iterator[bytes]:
    """The names of certificates, a JSON object a line, or a list of them."""
    import json  # noqa: PLC0415

    for block in _whole_lines(stream):
        found: list[str] = []
        for raw in block.splitlines():
            line = raw.strip().strip(b",")
            if line in {b"", b"[", b"]"}:
                continue
            try:
                entry = json.loads(line)
            except (ValueError, RecursionError):
                found.append("? not JSON: " + line[:80].decode("utf-8", "replace").replace("\n", " "))
                continue
            for one in entry if isinstance(entry, list) else (entry,):
                found.extend(dict.fromkeys(name.replace("\n", " ") for name in certificate_names(one)))
        yield ("\n".join(found) + "\n").encode("utf-8", "replace")
