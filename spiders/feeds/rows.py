"""Tables of any kind as rows of named cells: CSV, TSV, JSON, JSON lines, xlsx, or bare lines. Never raises on a row.

Which columns mean what is the reader's business. What is wrong with one row costs that row, told with its number.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from spiders.feeds.folder import FeedError
from spiders.feeds.row import BadRow, Line, Row, fold
from spiders.feeds.sheets import sheet_rows
from spiders.feeds.text import lines, whole

__all__ = ["BadRow", "Row", "fold", "records", "rows"]

LONGEST_CELL = 20_000
MOST_CELLS = 200
SPAN = 50
"""Lines that one quoted record may run over; a quote that is never closed costs its own line, not the rest."""
_WRAPPERS = ("results", "data", "list", "items", "arr", "matches", "rows")
"""Names under which whole JSON answers hold their rows."""


def rows(path: Path) -> Iterator[Row | BadRow]:
    """The rows of a table, named by its first row, or by the keys of its objects.

    Raises ``FeedError`` where the file as a whole cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        yield from _named(sheet_rows(path))
    elif suffix in {".jsonl", ".ndjson"}:
        yield from _json_lines(lines(path))
    elif suffix == ".json":
        yield from _json(path)
    else:
        yield from _named(records(lines(path)))


def _named(records: Iterable[tuple[int, list[str]] | BadRow]) -> Iterator[Row | BadRow]:
    """The first record with two cells or more, or the first of all, names the columns; each sheet has its own."""
    names: list[str] = []
    last = 0
    for record in records:
        if isinstance(record, BadRow):
            yield record
            continue
        number, cells = record
        if not any(cell.strip() for cell in cells):
            continue
        if not names or number <= last:  # another sheet begins
            names = [fold(cell) for cell in cells]
        else:
            pairs = zip(names, (_cell(c) for c in cells), strict=False)
            yield Row(number, {name: value for name, value in reversed(list(pairs)) if name})
        last = number


def records(found: Iterable[Line | BadRow], delimiter: str = "") -> Iterator[tuple[int, list[str]] | BadRow]:
    """Lines as CSV, unnamed; the delimiter is the one that the first line has most of, if none is given."""
    waiting = iter(found)
    held: list[Line] = []
    while True:
        line = held.pop(0) if held else next(waiting, None)
        if line is None:
            return
        if isinstance(line, BadRow):
            yield line
            continue
        delimiter = delimiter or max(",\t;|", key=line.text.count)
        taken, cells = _record(line, delimiter, held, waiting)
        del held[:taken]
        yield (line.number, cells[:MOST_CELLS]) if cells else BadRow(line.number, "引号没有闭合")


def _record(line: Line, delimiter: str, held: list[Line], waiting: Iterator[Line | BadRow]) -> tuple[int, list[str]]:
    """How many further lines the record takes, and its cells; none where its quotes are never closed."""
    texts = [line.text]
    while True:
        try:
            return len(texts) - 1, next(csv.reader(texts, delimiter=delimiter, strict=True), []) or [""]
        except csv.Error as error:
            if "unexpected end" not in str(error):
                return 0, _lenient(texts, delimiter) if len(texts) == 1 else []
        if len(texts) > SPAN:
            return 0, []
        if len(texts) > len(held):
            following = next((x for x in waiting if isinstance(x, Line)), None)
            if following is None:
                return 0, []
            held.append(following)
        texts[-1] += "\n"
        texts.append(held[len(texts) - 1].text)


def _lenient(texts: list[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader(texts, delimiter=delimiter), [])
    except csv.Error:
        return []


def _json_lines(found: Iterable[Line | BadRow]) -> Iterator[Row | BadRow]:
    for line in found:
        if isinstance(line, BadRow):
            yield line
        elif line.text.strip():
            try:
                yield _object(line.number, json.loads(line.text))
            except (ValueError, RecursionError):
                yield BadRow(line.number, "不是有效的 JSON")


def _json(path: Path) -> Iterator[Row | BadRow]:
    """One array, an object that wraps one, or lines after all."""
    text = whole(path)
    try:
        answer = json.loads(text)
    except (ValueError, RecursionError):
        yield from _json_lines(lines(path))
        return
    for number, item in enumerate(_listed(path, answer), 1):
        yield _object(number, item)


def _listed(path: Path, answer: Any) -> list[Any]:
    for _ in range(3):
        if isinstance(answer, list):
            return answer
        if not isinstance(answer, dict):
            break
        inner = next((answer[name] for name in _WRAPPERS if isinstance(answer.get(name), (list, dict))), None)
        if inner is None:
            return [answer]
        answer = inner
    raise FeedError(f"{path.name}：JSON 中没有列表；需要一个数组，或含 results、data、list 之一的对象")


def _object(number: int, item: Any) -> Row | BadRow:
    """A row of the object's own values; lists of values (FOFA's results) are named ``0``, ``1`` …"""
    if isinstance(item, list):
        item = {str(i): value for i, value in enumerate(item[:MOST_CELLS])}
    if not isinstance(item, dict):
        return BadRow(number, "不是 JSON 对象")
    plain = {k: v for k, v in islice(item.items(), MOST_CELLS) if isinstance(v, (str, int, float))}
    return Row(number, {fold(k): _cell(str(v)) for k, v in plain.items()}, item)


def _cell(value: str) -> str:
    return value.strip()[:LONGEST_CELL]
