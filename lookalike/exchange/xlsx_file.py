"""The list of leads as a workbook in which everything is text: no formula, no link, no number."""

from __future__ import annotations

from io import BytesIO

import xlsxwriter

from lookalike.exchange.columns import COLUMNS, heading, rows
from lookalike.exchange.facts import Share
from spiders.clock import CHINA

_TEXT_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}


def render(share: Share) -> bytes:
    """One sheet, its heading frozen; the same list at the same time is the same bytes."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _TEXT_ONLY)
    book.set_properties({"created": share.at.astimezone(CHINA).replace(tzinfo=None), "author": share.unit})
    sheet = book.add_worksheet("线索清单")
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "border": 1, "bg_color": "#DDE6F0"})
    text = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@", "border": 1})
    for number, (name, width, _) in enumerate(COLUMNS):
        sheet.set_column(number, number, width)
        sheet.write_string(0, number, name, bold)
    for line, row in enumerate(rows(share), 1):
        for number, cell in enumerate(row):
            sheet.write_string(line, number, cell, text)
    sheet.freeze_panes(1, 3)
    sheet.autofilter(0, 0, max(1, len(share.leads)), len(heading()) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(3, 0)  # in one page of width nobody could read it
    sheet.repeat_columns(0, 2)
    sheet.repeat_rows(0)
    book.close()
    return out.getvalue()
