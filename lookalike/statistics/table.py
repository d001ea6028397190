"""《工作情况统计表》 as a workbook, laid out as 肥城's annex 2 prints it: numbers and texts, no formula and no link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from lookalike.exchange.clean import clean, cut
from lookalike.statistics.columns import COLUMNS, GROUPS, SERIAL, Value, printed
from lookalike.statistics.periods import Period

TITLE, ANNEX = "工作情况统计表", "附件2"
NOTE = "备注：8月18日、10月18日、12月18日前报送累计数。"
BLANK = "____________"
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_FONT = {"font_name": "仿宋", "font_size": 11, "valign": "vcenter"}
_A4 = 9
_LONGEST = 100
_GROUP_ROW, _TITLE_ROW, _FIRST = 3, 4, 5


@dataclass(frozen=True, slots=True)
class Head:
    """Who fills the table in; what is empty is left blank."""

    unit: str = ""
    reporter: str = ""
    contact: str = ""
    filled: date | None = None

    def line(self) -> str:
        """The line above the table."""
        filled = f"{self.filled.year}年{self.filled.month}月{self.filled.day}日" if self.filled else ""
        named = (
            ("填报单位", self.unit),
            ("填报人", self.reporter),
            ("联系方式", self.contact),
            ("填报时间", filled),
        )
        return "    ".join(f"{name}：{cut(clean(value.strip()), _LONGEST) or BLANK}" for name, value in named)


def workbook(head: Head, values: Mapping[str, Value], period: Period, made_at: datetime) -> bytes:
    """The file; columns without a value stay empty, for those to whom they belong. ``made_at`` is its only clock."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _PLAIN)
    created = made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": TITLE, "comments": f"累计期间：{period}", "created": created})
    sheet = book.add_worksheet(TITLE)
    cell = book.add_format({**_FONT, "border": 1, "align": "center", "text_wrap": True})
    bold = book.add_format({**_FONT, "border": 1, "align": "center", "text_wrap": True, "bold": True})
    _page(sheet)
    _head(sheet, book, head)
    _headings(sheet, bold)
    _figures(sheet, cell, values)
    foot = book.add_format({**_FONT, "align": "left"})
    sheet.merge_range(_FIRST + 1, 0, _FIRST + 1, len(COLUMNS), "", foot)
    sheet.write_string(_FIRST + 1, 0, NOTE, foot)
    book.close()
    return out.getvalue()


def _page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    sheet.hide_gridlines(2)
    sheet.set_column(0, 0, 4.5)
    for number, column in enumerate(COLUMNS, 1):
        sheet.set_column(number, number, 9 if len(column.title) > 14 else 7.5)


def _head(sheet: Worksheet, book: xlsxwriter.Workbook, head: Head) -> None:
    annex = book.add_format({"font_name": "黑体", "font_size": 14})
    title = book.add_format({"font_name": "黑体", "font_size": 20, "align": "center", "valign": "vcenter"})
    line = book.add_format({**_FONT, "font_size": 12})
    sheet.write_string(0, 0, ANNEX, annex)
    sheet.merge_range(1, 0, 1, len(COLUMNS), "", title)
    sheet.write_string(1, 0, TITLE, title)
    sheet.merge_range(2, 0, 2, len(COLUMNS), "", line)
    sheet.write_string(2, 0, head.line(), line)
    for row, height in ((0, 22), (1, 36), (2, 26), (_GROUP_ROW, 26), (_TITLE_ROW, 138), (_FIRST, 42), (_FIRST + 1, 26)):
        sheet.set_row(row, height)


def _headings(sheet: Worksheet, bold: Format) -> None:
    """Groups over their columns; the serial number stands beside both lines."""
    sheet.merge_range(_GROUP_ROW, 0, _TITLE_ROW, 0, "", bold)
    sheet.write_string(_GROUP_ROW, 0, SERIAL, bold)
    for group in GROUPS:
        places = [number for number, column in enumerate(COLUMNS, 1) if column.group == group]
        sheet.merge_range(_GROUP_ROW, places[0], _GROUP_ROW, places[-1], "", bold)
        sheet.write_string(_GROUP_ROW, places[0], group, bold)
    for number, column in enumerate(COLUMNS, 1):
        sheet.write_string(_TITLE_ROW, number, column.heading, bold)


def _figures(sheet: Worksheet, cell: Format, values: Mapping[str, Value]) -> None:
    sheet.write_number(_FIRST, 0, 1, cell)
    for number, column in enumerate(COLUMNS, 1):
        value = values.get(column.key)
        if value is None:
            sheet.write_blank(_FIRST, number, None, cell)
        elif isinstance(value, tuple):
            sheet.write_string(_FIRST, number, printed(value), cell)
        else:
            sheet.write_number(_FIRST, number, float(value) if isinstance(value, Decimal) else value, cell)
