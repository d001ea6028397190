"""Rows of a table of reports, every cell with the field that its heading names; titles above the headings passed over.

Headings may stand in any of the first rows, in any order, again on every printed page, and below group headings.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from spiders.feeds.folder import FeedError
from spiders.feeds.headings import fields_of, heads, plain
from spiders.feeds.packed import head
from spiders.feeds.row import BadRow, Row
from spiders.feeds.rows import MOST_CELLS, records, rows
from spiders.feeds.sheets import sheet_rows
from spiders.feeds.text import lines

WORKBOOKS = frozenset({".xlsx", ".xlsm"})
OBJECTS = frozenset({".jsonl", ".ndjson", ".json"})
DELIMITERS = ",\t;|，"
HEAD_ROWS = 30
"""Rows of a sheet among which its headings are looked for."""
_FOOTERS = ("合计", "总计", "小计", "共计", "制表", "填报", "填表", "审核人", "注:", "注：", "说明:", "说明：")

_Record = tuple[int, list[str]]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that is not empty."""

    field: str
    """As ``headings.field_of``; never empty."""
    heading: str
    value: str


@dataclass(frozen=True, slots=True)
class TipRow:
    """One row: its cells in the order of the columns, and all fields that the table has."""

    number: int
    cells: tuple[Cell, ...]
    table: frozenset[str] = frozenset()


def tip_rows(path: Path) -> Iterator[TipRow | BadRow]:
    """The rows of a table, of JSON objects, or the lines of a plain text, each line a report.

    Raises ``FeedError`` where no heading can be found, or the file cannot be read.
    """
    suffix = _form(path)
    if suffix in OBJECTS:
        yield from map(_object, rows(path))
    elif suffix in WORKBOOKS:
        yield from _table(path, sheet_rows(path))
    else:
        delimiter = delimiter_of(path)
        if delimiter:
            yield from _table(path, records(lines(path), delimiter))
        elif suffix == ".txt":
            yield from _free(path)
        else:
            raise _no_headings(path)


def _form(path: Path) -> str:
    """The ending that the content should have: offices name workbooks .csv, and web pages .xls."""
    first = head(path, 512).lstrip(b"\xef\xbb\xbf \r\n\t")
    if first.startswith(b"PK\x03\x04"):
        return ".xlsx"
    if first.startswith(b"\xd0\xcf\x11\xe0"):
        raise FeedError(f"{path.name}：是旧版 .xls，或加了密码的工作簿；用表格软件打开，另存为无密码的 .xlsx 或 .csv")
    if first[:64].lower().startswith((b"<html", b"<!doctype", b"<table", b"<?xml", b"<meta")):
        raise FeedError(f"{path.name}：其实是网页，不是表格；用表格软件打开，另存为 .xlsx 或 .csv")
    if first.startswith(b"%PDF"):
        raise FeedError(f"{path.name}：是 PDF；需要 .xlsx、.csv、.jsonl 或 .txt")
    return path.suffix.lower() if path.suffix.lower() not in WORKBOOKS else _not_a_workbook(path)


def _not_a_workbook(path: Path) -> str:
    if not path.is_file() or path.stat().st_size == 0:
        return ".xlsx"  # told by its reader
    return ".csv"


def delimiter_of(path: Path) -> str:
    """What parts the columns: the mark by which the best headings are found; ``""`` where none are."""
    first = list(islice(lines(path), HEAD_ROWS))
    scores = {d: max((heads(r[1]) for r in _good(records(first, d))), default=0) for d in DELIMITERS}
    best = max(DELIMITERS, key=lambda d: scores[d])
    return best if scores[best] else ""


def _good(found: Iterable[_Record | BadRow]) -> Iterator[_Record]:
    return (record for record in found if not isinstance(record, BadRow))


def _free(path: Path) -> Iterator[TipRow | BadRow]:
    for line in lines(path):
        if isinstance(line, BadRow):
            yield line
        elif text := line.text.strip():
            yield TipRow(line.number, (Cell("text", "", text),))


def _object(row: Row | BadRow) -> TipRow | BadRow:
    if isinstance(row, BadRow):
        return row
    raw = row.raw if isinstance(row.raw, dict) else row.cells
    names = list(islice(map(str, raw), MOST_CELLS))
    pairs = zip(fields_of(names), names, (_flat(raw.get(name)) for name in names), strict=True)
    cells = tuple(Cell(field, name, value) for field, name, value in pairs if field and value)
    return TipRow(row.number, cells, frozenset(c.field for c in cells))


def _flat(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(str(v) for v in value[:MOST_CELLS] if isinstance(v, (str, int, float)))
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False)[:MOST_CELLS]
    return "" if value is None or isinstance(value, bool) else str(value).strip()


def _no_headings(path: Path) -> FeedError:
    return FeedError(
        f"{path.name}：前 {HEAD_ROWS} 行里找不到表头；需要一行列名，至少有“内容”“网址”“联系方式”之一"
        "（如：编号、来电时间、诉求内容、网址）"
    )


def _table(path: Path, found: Iterable[_Record | BadRow]) -> Iterator[TipRow | BadRow]:
    """Sheet by sheet: where the numbers begin anew, another one begins."""
    headed = False
    waiting: list[_Record | BadRow] = []
    for sheet in _sheets(found):
        first = list(islice(sheet, HEAD_ROWS))
        columns, below = _headings(first)
        if columns is None:
            waiting += [BadRow(r[0], "这张工作表没有可识别的表头，整表未读") for r in _good(first[:1])]
            for _ in sheet:
                pass
            continue
        headed = True
        yield from _rows(columns, chain(below, sheet))
    if not headed:
        raise _no_headings(path)
    yield from (row for row in waiting if isinstance(row, BadRow))


def _sheets(found: Iterable[_Record | BadRow]) -> Iterator[Iterator[_Record | BadRow]]:
    waiting = iter(found)
    ahead: list[_Record | BadRow] = list(islice(waiting, 1))

    def sheet() -> Iterator[_Record | BadRow]:
        last = 0
        while ahead:
            number = ahead[0].number if isinstance(ahead[0], BadRow) else ahead[0][0]
            if number <= last:
                return
            last = number
            yield ahead.pop()
            ahead.extend(islice(waiting, 1))

    while ahead:
        yield sheet()


@dataclass(slots=True)
class _Columns:
    """The headings in force."""

    headings: list[str]
    fields: list[str]
    fresh: bool = True
    """Whether no row has come since: the next one may be a second line of headings."""

    def repeats(self, cells: list[str]) -> bool:
        """Whether a row is the headings once more."""
        filled = [(cell, place) for place, cell in enumerate(cells) if cell.strip()]
        mine = self.headings
        return len(filled) > 1 and all(
            p < len(mine) and len(c) <= MOST_CELLS and plain(mine[p]) == plain(c) for c, p in filled
        )

    def row(self, number: int, cells: list[str]) -> TipRow | BadRow:
        """One row of the table."""
        more = len([c for c in cells[len(self.headings) :] if c.strip()])
        if more:
            return BadRow(number, f"比表头多 {more} 列（表头 {len(self.headings)} 列）；内容里的分隔符要放在引号内")
        triples = zip(self.fields, self.headings, (c.strip() for c in cells), strict=False)
        kept = tuple(Cell(field, heading, value) for field, heading, value in triples if field and value)
        return TipRow(number, kept, frozenset(filter(None, self.fields)))


def _headings(first: list[_Record | BadRow]) -> tuple[_Columns | None, list[_Record | BadRow]]:
    """The best row of headings among the first ones, and what stands below it; bad rows above are told as well."""
    scored = [(0 if isinstance(r, BadRow) else heads(r[1]), -n) for n, r in enumerate(first)]
    best, place = max(scored, default=(0, 0))
    if not best:
        return None, []
    row = first[-place]
    assert not isinstance(row, BadRow)
    above = [r for r in first[:-place] if isinstance(r, BadRow)]
    headings = row[1]
    while headings and not headings[-1].strip():
        headings = headings[:-1]
    return _Columns(headings, fields_of(headings)), [*above, *first[1 - place :]]


def _rows(columns: _Columns, found: Iterable[_Record | BadRow]) -> Iterator[TipRow | BadRow]:
    for record in found:
        if isinstance(record, BadRow):
            yield record
            continue
        number, cells = record
        filled = [cell for cell in cells if cell.strip()]
        if not filled or columns.repeats(cells) or _footer(filled):
            continue
        if all(fields_of(filled)) and (columns.fresh or heads(cells) > 1):
            columns = _joined(columns, cells)
            continue
        columns.fresh = False
        yield columns.row(number, cells)


def _footer(filled: list[str]) -> bool:
    return len(filled) <= 3 and filled[0].strip().startswith(_FOOTERS)  # a sum and its number


def _joined(columns: _Columns, cells: list[str]) -> _Columns:
    """A second line of headings, below groups; or other headings, further down."""
    if not columns.fresh:
        return _Columns(cells, fields_of(cells))
    width = max(len(columns.headings), len(cells))
    above = [*columns.headings, *[""] * (width - len(columns.headings))]
    below = [*cells, *[""] * (width - len(cells))]
    headings = [low if low.strip() else high for high, low in zip(above, below, strict=True)]
    return _Columns(headings, fields_of(headings), fresh=False)
