"""Files that are made row by row on the disk, whole and hashed before anybody is sent a byte of them.

They have no name: whatever becomes of the process, nothing stays behind.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

import xlsxwriter

from lookalike.errors import StoreError
from lookalike.exchange.csv_file import neutral

BOM = b"\xef\xbb\xbf"
_PART = 1 << 16
_TEXT_ONLY = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


@dataclass(frozen=True, slots=True)
class Spooled:
    """A file to be sent once."""

    file: IO[bytes]
    sha256: str
    size: int

    def parts(self) -> Iterator[bytes]:
        """Its bytes from the beginning; closes it at the end."""
        with self.file:
            self.file.seek(0)
            while part := self.file.read(_PART):
                yield part


def spool(folder: Path, write: Callable[[IO[bytes]], None]) -> Spooled:
    """What ``write`` writes, in a nameless file of this folder. Raises StoreError where the disk takes no more."""
    try:
        file = TemporaryFile(dir=folder)  # noqa: SIM115 - closed when it has been sent, or with the process
        try:
            write(file)
            size = file.seek(0, 2)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        except BaseException:
            file.close()
            raise
    except OSError as error:
        raise StoreError(f"{folder}: the file cannot be written ({error.strerror})") from error
    return Spooled(file, sha256, size)


def csv_rows(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Callable[[IO[bytes]], None]:
    """Writes CSV that Excel opens: UTF-8 with BOM, every cell quoted (RFC 4180), none that is taken for a formula."""

    def write(file: IO[bytes]) -> None:
        file.write(BOM)
        text = TextIOWrapper(file, encoding="utf-8", newline="", write_through=True)
        writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(heading)
        writer.writerows([neutral(cell) for cell in row] for row in rows)
        text.flush()
        text.detach()

    return write


def xlsx_rows(
    heading: Sequence[str], widths: Sequence[int], rows: Iterable[Sequence[str]], at: datetime
) -> Callable[[IO[bytes]], None]:
    """Writes a workbook in which everything is text, a row in memory at a time; ``at`` is its only clock."""

    def write(file: IO[bytes]) -> None:
        book = xlsxwriter.Workbook(file, _TEXT_ONLY)
        book.set_properties({"created": at.astimezone(UTC).replace(tzinfo=None)})
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "bottom": 1})
        text = book.add_format({"num_format": "@", "valign": "top"})
        for number, (name, width) in enumerate(zip(heading, widths, strict=True)):
            sheet.set_column(number, number, width)
            sheet.write_string(0, number, name, bold)
        sheet.freeze_panes(1, 2)
        for line, row in enumerate(rows, 1):
            for number, cell in enumerate(row):
                sheet.write_string(line, number, cell, text)
        book.close()

    return write


def json_rows(head: Mapping[str, Any], name: str, rows: Iterable[Mapping[str, Any]]) -> Callable[[IO[bytes]], None]:
    """Writes one JSON object: ``head``, and under ``name`` the list of rows, a row in memory at a time (RFC 8259)."""

    def write(file: IO[bytes]) -> None:
        begun = json.dumps(dict(head), ensure_ascii=False)[:-1]
        file.write(f'{begun}, "{name}": ['.encode())
        for number, row in enumerate(rows):
            file.write((",\n" if number else "\n").encode() + json.dumps(row, ensure_ascii=False).encode())
        file.write(b"\n]}\n")

    return write
