"""02 线索清单: a workbook of texts. No formula, no link, no number; long texts are cut and say so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC
from io import BytesIO

import xlsxwriter

from lookalike.evidence.documents.fields import lead_fields, lead_number
from lookalike.evidence.documents.package import repacked
from lookalike.evidence.documents.values import LONGEST_CELL, because, beijing, cut, told
from lookalike.evidence.documents.words import forms, word
from lookalike.evidence.facts import LeadFacts, PackFacts

_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
_MOST_ROWS = 100_000
_TALLEST = 300.0
Rows = Sequence[Sequence[str]]


def workbook(facts: PackFacts) -> bytes:
    """The file, without any clock: its properties hold the time of the export."""
    out = BytesIO()
    book = xlsxwriter.Workbook(out, _PLAIN)
    made = facts.made_at.astimezone(UTC).replace(tzinfo=None)
    book.set_properties({"title": f"线索清单 {facts.name}", "author": "lookalike", "created": made})
    leads = [lead_fields(facts, lead) for lead in facts.leads]
    _sheet(book, "线索", list(forms()["fields"]), [list(lead.values()) for lead in leads])
    _sheet(book, "联系方式", _CONTACTS, _contacts(facts))
    _sheet(book, "资金账户", _MONEY, _money(facts))
    _sheet(book, "URL", _URLS, _urls(facts))
    _sheet(book, "字段说明", ["字段", "说明"], [*_explained(facts)])
    book.close()
    return repacked(out.getvalue())


def _sheet(book: xlsxwriter.Workbook, name: str, head: Sequence[str], rows: Rows) -> None:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "border": 1, "bg_color": "#eeeeee"})
    plain = book.add_format({"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"})
    widths = [_width(cell, [row[n] for row in rows[:200]]) for n, cell in enumerate(head)]
    for column, (cell, width) in enumerate(zip(head, widths, strict=True)):
        sheet.write_string(0, column, cell, bold)
        sheet.set_column(column, column, width)
    for number, row in enumerate(rows[:_MOST_ROWS], 1):
        sheet.set_row(number, _height(row, widths))
        for column, cell in enumerate(row):
            sheet.write_string(number, column, cut(cell, LONGEST_CELL), plain)
    if len(rows) > _MOST_ROWS:
        sheet.write_string(_MOST_ROWS + 1, 0, f"共 {len(rows)} 行，其余见 lead.json", plain)
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.repeat_rows(0)


def _width(head: str, cells: Iterable[str]) -> float:
    """Columns as wide as their longest line, within what a screen shows; a Chinese character is as wide as two."""
    longest = max((_columns(line) for cell in (head, *cells) for line in cell[:200].split("\n")), default=8)
    return min(max(longest + 2, 9), 44)


def _height(row: Sequence[str], widths: Sequence[float]) -> float:
    """Points for the longest cell, as lines wrap; not every program finds that out by itself."""
    lines = (
        sum(1 + int(_columns(line) / (width - 1)) for line in cell[:4000].split("\n"))
        for cell, width in zip(row, widths, strict=True)
    )
    return min(15.0 * max(lines), _TALLEST)


def _columns(text: str) -> int:
    return sum(2 if ord(c) > 0x2E80 else 1 for c in text)


_CONTACTS = ["线索编号", "种类", "内容", "所在采集", "位置（字符）", "上下文", "说明"]
_MONEY = ["线索编号", "种类", "内容", "图片SHA-256", "图片网址", "说明"]
_URLS = ["线索编号", "网址", "种类", "来源", "检索词或编号", "时间", "标题"]


def _contacts(facts: PackFacts) -> list[list[str]]:
    rows = []
    for lead in facts.leads:
        for contact in lead.record["contacts"]:
            at = contact["at"]
            place = at.get("offset")
            where = "" if place is None else str(place)
            rows.append(
                [
                    lead_number(facts, lead),
                    word("contacts", contact["kind"]),
                    contact["value"],
                    told(at.get("capture"), "见说明"),
                    where or told(None, "见说明"),
                    told(at.get("context"), "见说明"),
                    at.get("why") or "所取页面所见，未核实使用人",
                ]
            )
    return rows or [[lead_number(facts, x), *[because("没有发现联系方式")] * 6] for x in facts.leads]


def _money(facts: PackFacts) -> list[list[str]]:
    rows = [
        [lead_number(facts, x), p["kind"], p["value"], p["picture"], p["source"], "图片中的收款码内容，未核实收款人"]
        for x in facts.leads
        for p in x.record["payments"]
    ]
    why = because("所读图片中没有收款码；银行卡、账号与报价请人工核对截图与原文")
    return rows or [[lead_number(facts, x), *[why] * 5] for x in facts.leads]


def _urls(facts: PackFacts) -> list[list[str]]:
    return [row for lead in facts.leads for row in _urls_of(lead_number(facts, lead), lead)]


def _urls_of(number: str, lead: LeadFacts) -> list[list[str]]:
    no_title, none = because("没有标题"), "不适用"
    rows = [
        [number, c.record["url"], "采集", c.number, none, beijing(c.record["started"]), c.record["title"] or no_title]
        for c in lead.captures
    ]
    rows += [
        [
            number,
            h["url"],
            f"跳转（{h['via']}，{told(h['status'], '没有应答')}）",
            c.number,
            none,
            beijing(h["at"]),
            none,
        ]
        for c in lead.captures
        for h in c.record["hops"][1:]
    ]
    return rows + [
        [
            number,
            told(s["url"], "这次所见没有网址"),
            "付费推广所见" if s["paid"] else "检索所见",
            s["source"],
            s["query"],
            beijing(s["seen_at"]),
            s.get("title") or no_title,
        ]
        for s in lead.record["sightings"]
    ]


def _explained(facts: PackFacts) -> list[list[str]]:
    common = forms()["common"]
    rows = [[name, text] for name, text in forms()["fields"].items()]
    rows += [["未获取（原因：…）", common["unknowns"]], ["性质", common["nature"]], ["个人信息", common["personal"]]]
    return [*rows, ["证据包", facts.name], ["导出时间", beijing(facts.made_at)], ["状态", status_words(facts)]]


def status_words(facts: PackFacts) -> str:
    """``未签名草稿``, or who reviewed the pack."""
    common = forms()["common"]
    reviewed = facts.state == "reviewed" and facts.reviewed_by
    return str(
        common["reviewed"].format(by=facts.reviewed_by, at=beijing(facts.reviewed_at)) if reviewed else common["draft"]
    )
