"""Reads reports (工单、举报、线索) out of tables: what they say, the addresses and the sellers' contacts in it.

Only columns that are known to be about the report are kept. Names, telephones and papers of the reporter are never.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from scoring.contacts import Contact, contacts
from scoring.written_addresses import addresses
from spiders.feeds.headings import plain
from spiders.feeds.instants import instant
from spiders.feeds.personal import without_ids, without_reporter
from spiders.feeds.row import BadRow
from spiders.feeds.tip import Tip
from spiders.feeds.tip_tables import Cell, TipRow, tip_rows

LONGEST = 20_000
"""Characters of a report that are kept."""
_SHORT = 200
"""Characters of its other cells."""
_PARTS = re.compile(r"[\n\r;；、|]+")
_NUMERIC = re.compile(r"=?\"?'?\s*(\d{1,30})\.0+\"?\s*\Z")
_QUOTED = re.compile(r"=\"(.*)\"\Z", re.DOTALL)
_BARE_NUMBER = re.compile(r"[\d\s+()（）,，、/;；\-－–]+\Z")
_NAMED = re.compile("(?:人|姓名|名字|市民|群众|name|reporter|caller)$")
"""Headings of columns that hold the reporter's name."""
_NAME = re.compile("(?!匿名|市民|群众|先生|女士|网友|保密|某)[\u4e00-\u9fff·]{2,12}$")
_UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_EMPTY = frozenset({"", "无", "-", "--", "/", "\\", "null", "none", "n/a", "nan", "暂无", "不详", "未知", "没有"})
_LABELS = {"qq": "QQ", "wechat": "微信", "vx": "微信", "微信": "微信", "telegram": "telegram"}


def tips(path: Path) -> Iterator[Tip | BadRow]:
    """The reports of a file in its order. Raises ``FeedError`` where it cannot be read as such at all."""
    for row in tip_rows(path):
        yield row if isinstance(row, BadRow) else tip_of(row)


def tip_of(row: TipRow) -> Tip | BadRow:
    """One row as a report, or why it is none."""
    cells = [c for c in (Cell(c.field, c.heading, tidy(c.value)) for c in row.cells) if c.value.lower() not in _EMPTY]
    ours, theirs = _whose(cells, row.table)
    names = [c.value for c in theirs if _NAMED.search(plain(c.heading)) and _NAME.match(c.value)]
    phones = [c.value for c in theirs if _BARE_NUMBER.match(c.value)]
    remarks: list[str] = []
    text = without_reporter(_said(ours, remarks), names, phones)
    urls, found = _addresses(text, ours, remarks), _contacts(text, ours)
    if not text and not urls and not found:
        return BadRow(row.number, f"没有内容；需要在{_wanted(row.table)}列写明反映的事，或给出网址、联系方式")
    if _UNREADABLE in text:
        remarks.append("有无法解码的字；原文件应为 UTF-8 或 GB18030")
    return Tip(
        row=row.number,
        text=text or "\n".join(f"网址：{url}" for url in urls) or "\n".join(f"{k} {v}" for k, v in found),
        number=_one(ours, "number"),
        channel=_one(ours, "channel"),
        area=_one(ours, "area"),
        received_at=_received(ours, remarks),
        urls=urls,
        contacts=found,
        remarks=tuple(dict.fromkeys(remarks)),
    )


def tidy(value: str) -> str:
    """A cell without what spreadsheets put around it: ``="0012"``, ``'0012``, a tab in front, ``13800000000.0``."""
    text = value.strip().strip("\t\ufeff")
    if quoted := _QUOTED.match(text):
        text = quoted[1]
    if number := _NUMERIC.match(text):
        return number[1]
    return text.removeprefix("'").strip()


def _whose(cells: Sequence[Cell], table: frozenset[str]) -> tuple[list[Cell], list[Cell]]:
    """What is said of the case, and what is the reporter's own.

    联系方式 alone may be either's. What bears a seller's label (微信 abc) is a seller's; a bare number is one where the
    table speaks of no reporter and has a column of addresses, for such a table describes suspects.
    """
    suspects = "url" in table and "person" not in table
    ours, theirs = [], []
    for cell in cells:
        if cell.field == "contact" and _ambiguous(cell) and not suspects:
            theirs.append(Cell("person", cell.heading, cell.value))
        elif cell.field == "person":
            theirs.append(cell)
        elif cell.field not in {"handling", "serial"}:
            ours.append(cell)
    return ours, theirs


def _ambiguous(cell: Cell) -> bool:
    return _label(cell) == "" and _BARE_NUMBER.match(cell.value) is not None


def _label(cell: Cell) -> str:
    """What a column of contacts is headed with, as sellers label them; ``""`` for 联系方式 at large."""
    heading = plain(cell.heading)
    return next((label for word, label in _LABELS.items() if word in heading), "")


def _said(cells: Sequence[Cell], remarks: list[str]) -> str:
    """Title, content, and what the table says of the suspect, each once."""
    parts = [c.value for c in cells if c.field == "title"]
    parts += [c.value for c in cells if c.field == "text"]
    parts += [f"{c.heading.strip()}：{c.value}" for c in cells if c.field == "suspect"]
    parts += [c.value for c in cells if c.field == "remark" and (addresses(c.value) or contacts(c.value))]
    whole = "\n".join(part for n, part in enumerate(parts) if not any(part in other for other in parts[:n]))
    if len(whole) > LONGEST:
        remarks.append(f"内容超过 {LONGEST} 字，其余未读")
    return whole[:LONGEST]


def _addresses(text: str, cells: Sequence[Cell], remarks: list[str]) -> tuple[str, ...]:
    """Addresses of the address columns first, then those in the text."""
    found: list[str] = []
    for cell in (c for c in cells if c.field == "url"):
        parts = [part.strip() for part in _PARTS.split(without_ids(cell.value[:LONGEST])) if part.strip()]
        here = [w.url for part in parts for w in addresses(f"网址：{part}")]
        if not here:
            remarks.append(f"“{cell.heading.strip()}”列读不出网址：{cell.value[:40]}；应如 www.example.com/a")
        found += here
    found += [w.url for w in addresses(text)]
    return _distinct(found)


def _distinct(urls: Iterable[str]) -> tuple[str, ...]:
    """Each address once, whatever its scheme."""
    seen: dict[str, str] = {}
    for url in urls:
        seen.setdefault(url.partition("://")[2].rstrip("/").lower(), url)
    return tuple(seen.values())


def _contacts(text: str, cells: Sequence[Cell]) -> tuple[tuple[str, str], ...]:
    found: list[Contact] = []
    for cell in (c for c in cells if c.field in {"contact", "suspect_contact"}):
        parts = [part.strip() for part in _PARTS.split(without_ids(cell.value[:LONGEST])) if part.strip()]
        for part in parts:
            read = contacts(part)
            found += read or contacts(f"{_label(cell) or '电话'}：{part}")
    found += contacts(text)
    return tuple(dict.fromkeys((c.type, c.value) for c in found))


def _received(cells: Sequence[Cell], remarks: list[str]) -> datetime | None:
    for cell in (c for c in cells if c.field == "received"):
        if (at := instant(cell.value)) is not None:
            return at
        remarks.append(f"“{cell.heading.strip()}”列读不懂时间：{cell.value[:30]}；应如 2024-03-05 14:30")
    return None


def _one(cells: Sequence[Cell], field: str) -> str:
    found = next((c.value for c in cells if c.field == field), "")
    return " ".join(found.split())[:_SHORT]


def _wanted(table: frozenset[str]) -> str:
    return "“内容”" if "text" in table else "“标题”" if "title" in table else "“网址”"
