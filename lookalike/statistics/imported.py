"""Reads what other offices filled into the table: xlsx or CSV, the sheet that was written here or one of theirs.

Only columns of other offices are taken; rows are reporters, and are added up. What is wrong with one row costs that
row, told by its number. The file is hostile: bounded, no formula is worked out.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl

from lookalike.errors import UsageError
from lookalike.statistics.columns import COLUMNS, GROUPS, OWN, SERIAL, Column, Value, added, folded, printed, read_value
from spiders.feeds.folder import FeedError, FeedFile
from spiders.feeds.row import BadRow
from spiders.feeds.rows import records
from spiders.feeds.sheets import MOST_COLUMNS, sheet_rows
from spiders.feeds.text import lines

Cells = tuple[int, list[str]]
HEAD_ROWS = 30
"""Rows in which the headings are looked for."""
FEWEST = 3
"""Headings that a row must hold to be the row of headings."""
MOST_ROWS = 5000
_SUMS = frozenset({"合计", "总计", "小计", "共计"})
_FOOT = ("备注", "注:", "注：", "说明")
_SILENT = frozenset({"", SERIAL, "填报单位", "单位", "单位名称", "备注"})
_BY_TITLE: dict[str, list[Column]] = {}
for _column in COLUMNS:
    _BY_TITLE.setdefault(folded(_column.title), []).append(_column)


@dataclass(frozen=True, slots=True)
class Imported:
    """What one file brought."""

    file: str
    values: Mapping[str, Value]
    """By key of the column, summed over its rows; columns that nobody filled in are missing."""
    rows: int
    """Rows that were taken."""
    bad: tuple[BadRow, ...]
    remarks: tuple[str, ...]
    """What was left out without harm, in Chinese."""

    def as_json(self) -> dict[str, Any]:
        """As ``--json`` prints it."""
        return {
            "file": self.file,
            "rows": self.rows,
            "values": {key: printed(value) for key, value in self.values.items()},
            "bad": [{"row": row.number, "why": row.why} for row in self.bad],
            "remarks": list(self.remarks),
        }


def read_table(path: Path) -> Imported:
    """One file. Raises UsageError where it cannot be read, or holds no headings of this table."""
    try:
        return _read(path)
    except FeedError as error:
        raise UsageError(f"--import {error}") from error


def read_tables(paths: Sequence[Path]) -> list[Imported]:
    """All files. Raises UsageError where two are one and the same, whose figures would count twice."""
    seen: dict[str, Path] = {}
    for path in paths:
        mark = FeedFile.at(path).digest
        if mark in seen:
            raise UsageError(f"--import {path}: the same content as {seen[mark]}; its figures would count twice")
        seen[mark] = path
    return [read_table(path) for path in paths]


def total(found: Iterable[Imported]) -> dict[str, Value]:
    """The sum of several files, by key."""
    sums: dict[str, Value] = {}
    for one in found:
        for key, value in one.values.items():
            sums[key] = added(sums[key], value) if key in sums else value
    return sums


def _read(path: Path) -> Imported:
    is_book = path.suffix.lower() == ".xlsx"
    rows, bad = _first_sheet(path, sheet_rows(path) if is_book else records(lines(path)))
    number, columns, unknown = _headings(path, rows)
    unsaved = _formulas(path, MOST_ROWS) if is_book else frozenset()
    values: dict[str, Value] = {}
    taken, own = 0, False
    for row, cells in rows[number + 1 :]:
        first = next((folded(cell) for cell in cells if cell.strip()), "")
        if first.startswith(_FOOT):
            break
        if first in _SUMS:
            continue
        own = own or any(cell.strip() for c, cell in zip(columns, cells, strict=False) if c and c.key in OWN)
        said, wrong = _row(columns, cells, {column for at, column in unsaved if at == row})
        if wrong:
            bad.append(BadRow(row, "；".join(wrong)))
            continue
        taken += bool(said)
        for key, value in said.items():
            values[key] = added(values[key], value) if key in values else value
    remarks = [f"不认识的列「{title}」，未读" for title in unknown]
    remarks += ["「网络空间治理情况」各列由本系统统计，文件中的数字不采用"] if own else []
    return Imported(path.name, values, taken, tuple(sorted(bad, key=lambda b: b.number)), tuple(remarks))


def _first_sheet(path: Path, found: Iterable[Cells | BadRow]) -> tuple[list[Cells], list[BadRow]]:
    rows: list[Cells] = []
    bad: list[BadRow] = []
    for count, one in enumerate(found):
        if count >= MOST_ROWS:
            raise UsageError(f"--import {path.name}: more than {MOST_ROWS} rows; this table has one row a reporter")
        if isinstance(one, BadRow):
            bad.append(one)
        elif rows and one[0] <= rows[-1][0]:  # the numbers begin anew: another sheet
            break
        else:
            rows.append(one)
    return rows, bad


def _headings(path: Path, rows: Sequence[Cells]) -> tuple[int, list[Column | None], list[str]]:
    """Place of the headings among the rows, what each column is, and headings that are none of ours."""
    for place, (row, cells) in enumerate(rows[:HEAD_ROWS]):
        titles = [folded(cell) for cell in cells]
        if sum(title in _BY_TITLE for title in titles) < FEWEST:
            continue
        above = rows[place - 1][1] if place else []
        columns = list(_columns(titles, _groups(above)))
        named = [c.key for c in columns if c is not None]
        if doubled := [c.title for c in columns if c is not None and named.count(c.key) > 1]:
            raise UsageError(f"--import {path.name} 第 {row} 行：列「{doubled[0]}」出现两次；保留一列")
        unknown = [t for t, c in zip(titles, columns, strict=True) if c is None and t not in _SILENT]
        return place, columns, unknown
    raise UsageError(
        f"--import {path.name}: 前 {HEAD_ROWS} 行中找不到《工作情况统计表》的表头；"
        "expected the sheet that lookalike stats writes, or its headings"
    )


def _groups(cells: Sequence[str]) -> list[str]:
    """Group of each column, from merged headings: a heading reaches to the next one."""
    found, last = [], ""
    for cell in cells:
        title = folded(cell)
        last = title or last
        found.append(last if last in GROUPS else "")
    return found


def _columns(titles: Sequence[str], groups: Sequence[str]) -> Iterator[Column | None]:
    """What each heading means; one that stands in two groups is told by the group above it, or by its neighbour."""
    last = ""
    for number, title in enumerate(titles):
        meant = _BY_TITLE.get(title, [])
        group = groups[number] if number < len(groups) and groups[number] else last
        column = meant[0] if len(meant) == 1 else next((c for c in meant if c.group == group), None)
        last = column.group if column else last
        yield column


def _row(
    columns: Sequence[Column | None], cells: Sequence[str], unsaved: set[int]
) -> tuple[dict[str, Value], list[str]]:
    """What a row says of other offices' columns, and what is wrong with it."""
    said: dict[str, Value] = {}
    wrong: list[str] = []
    for number, column in enumerate(columns):
        if column is None or column.key in OWN:
            continue
        text = cells[number] if number < len(cells) else ""
        if not text.strip() and number in unsaved:
            wrong.append(f"「{column.title}」是没有结果的公式，用表格软件打开并保存后再导入")
            continue
        try:
            value = read_value(column, text)
        except ValueError as error:
            wrong.append(str(error))
            continue
        if value is not None:
            said[column.key] = value
    return said, wrong


def _formulas(path: Path, most: int) -> frozenset[tuple[int, int]]:
    """Row (from 1) and column (from 0) of the first sheet's formulas; a formula may have been saved without result."""
    with warnings.catch_warnings(), path.open("rb") as file:
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        found = frozenset(
            (number, place)
            for number, row in enumerate(islice(sheet.iter_rows(max_col=MOST_COLUMNS), most), 1)
            for place, cell in enumerate(row)
            if cell.data_type == "f"
        )
        book.close()
    return found
