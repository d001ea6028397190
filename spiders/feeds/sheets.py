"""Rows of an .xlsx workbook, read as hostile: a small file may unpack to gigabytes, or claim a million empty rows."""

from __future__ import annotations

import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from spiders.feeds.folder import FeedError
from spiders.feeds.row import BadRow

MOST_PACKED = 64 * 1024 * 1024
MOST_UNPACKED = 256 * 1024 * 1024
MOST_SHARED = 32 * 1024 * 1024
"""Bytes of everything but the sheets, which openpyxl holds in memory; the sheets themselves are streamed."""
MOST_MEMBERS = 2000
MOST_SHEETS = 20
MOST_ROWS = 200_000
MOST_COLUMNS = 200


def sheet_rows(path: Path) -> Iterator[tuple[int, list[str]] | BadRow]:
    """Number and cells of every row of every sheet; the numbers begin anew with each sheet.

    Formulas give the value that was stored with them. Raises ``FeedError`` where it is no workbook, or too large.
    """
    try:
        _refuse_bombs(path)
        with warnings.catch_warnings(), path.open("rb") as file:  # whatever its name ends in
            warnings.simplefilter("ignore")  # of styles and extensions that openpyxl does not know
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets[:MOST_SHEETS]:
                sheet.reset_dimensions()
                yield from _rows(path, sheet)
            book.close()
    except FeedError:
        raise
    except OSError as error:
        raise FeedError(f"{path.name}：无法读取（{error.strerror or error}）；检查文件和权限") from error
    except Exception as error:  # a broken workbook breaks openpyxl in many ways
        raise FeedError(
            f"{path.name}：不是可读的 .xlsx（{type(error).__name__}）；用表格软件另存为 .xlsx 或 .csv"
        ) from error


def _rows(path: Path, sheet: Any) -> Iterator[tuple[int, list[str]] | BadRow]:
    found = sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True)
    for number, values in enumerate(islice(found, MOST_ROWS), 1):
        cells = [_text(value) for value in values]
        if any(cells):
            yield number, cells
    if next(found, None) is not None:
        raise FeedError(f"{path.name}：工作表超过 {MOST_ROWS} 行，其余未读；拆成几个文件再放入")


def _text(value: Any) -> str:
    """As the sheet shows it: whole numbers without a fraction, dates as ISO."""
    if value is None:
        return ""
    if isinstance(value, (datetime, date)):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value).replace("\0", "")


def _refuse_bombs(path: Path) -> None:
    """By the sizes that the archive declares: what is unpacked never exceeds them."""
    size = path.stat().st_size
    if size > MOST_PACKED:
        raise FeedError(f"{path.name}：文件 {size >> 20} MiB，最多读 {MOST_PACKED >> 20} MiB；拆成几个文件再放入")
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    sheets = sum(m.file_size for m in members if "worksheets/" in m.filename)
    rest = sum(m.file_size for m in members) - sheets
    if len(members) > MOST_MEMBERS or sheets > MOST_UNPACKED or rest > MOST_SHARED:
        raise FeedError(f"{path.name}：解压后 {(sheets + rest) >> 20} MiB，超过上限；拆成几个文件，或另存为 .csv")
