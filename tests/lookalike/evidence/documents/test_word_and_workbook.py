"""docx and xlsx say what they were given, whatever it was, and hold no clock and nothing that acts."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings

from lookalike.evidence.documents.fixed_list import HEAD, fixed_list
from lookalike.evidence.documents.letter import letter
from lookalike.evidence.documents.model import Fields, Grid, Heading, Sheet, Text
from lookalike.evidence.documents.record import extraction_record
from lookalike.evidence.documents.report import report
from lookalike.evidence.documents.values import LONGEST_CELL, clean
from lookalike.evidence.documents.word import as_docx
from lookalike.evidence.documents.workbook import workbook
from lookalike.evidence.facts import PackFacts, ReceiptFacts
from lookalike.evidence.verify.office import suspicious
from tests.lookalike.evidence.documents.conftest import HOSTILE, titled, with_record
from tests.lookalike.evidence.documents.test_values import ANY

Facts = tuple[PackFacts, ReceiptFacts]


def read(sheet: Sheet, facts: PackFacts) -> docx.document.Document:
    return docx.Document(BytesIO(as_docx(sheet, facts.made_at)))


def cells(paper: Any) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for table in paper.tables for row in table.rows]


def sheets(data: bytes) -> dict[str, list[list[str]]]:
    book = openpyxl.load_workbook(BytesIO(data))
    return {s.title: [[c.value for c in row] for row in s.iter_rows()] for s in book}


def small(*texts: str) -> Sheet:
    grid = Grid(("甲", "乙"), tuple((t, t) for t in texts), (1, 1), frozenset({1}))
    return Sheet(
        "题",
        "号",
        "状态",
        draft=True,
        blocks=(Heading("节"), *map(Text, texts), Fields(tuple(("名", t) for t in texts)), grid),
    )


def test_hostile_texts_come_back_from_docx_as_cleaned(paper_facts: Facts) -> None:
    paper = read(small(*HOSTILE), paper_facts[0])
    assert [row[1] for row in cells(paper)] == [*map(clean, HOSTILE), "乙", *map(clean, HOSTILE)]
    said = [p.text for p in paper.paragraphs]
    assert [t for t in map(clean, HOSTILE) if t not in said] == []


@settings(max_examples=30)
@given(text=ANY)
def test_any_text_comes_back_from_docx_as_cleaned(paper_facts: Facts, text: str) -> None:
    assert cells(read(small(text), paper_facts[0]))[0] == ["名", clean(text)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_title_comes_back_from_the_letter_and_the_list(paper_facts: Facts, text: str) -> None:
    facts = titled(paper_facts[0], text)
    assert ["网站名称", clean(text)] in cells(read(letter(facts), facts))
    found = sheets(workbook(facts))
    at = found["线索"][0].index("网站名称")
    assert found["线索"][1][at] == clean(text)
    assert found["联系方式"][1][2] == clean(text)


def test_a_title_of_a_hundred_thousand_characters_is_cut_and_says_so(paper_facts: Facts) -> None:
    facts = titled(paper_facts[0], "长" * 100_000)
    name = next(row[1] for row in cells(read(letter(facts), facts)) if row[0] == "网站名称")
    assert len(name) == 2000
    assert name.endswith("…（截断，全文见 lead.json）")
    cell = sheets(workbook(facts))["联系方式"][1][2]
    assert len(cell) == LONGEST_CELL
    assert "截断" in cell


def test_the_workbook_holds_texts_only(paper_facts: Facts) -> None:
    facts = titled(paper_facts[0], "=1+1")
    data = workbook(facts)
    book = openpyxl.load_workbook(BytesIO(data))
    assert book.sheetnames == ["线索", "联系方式", "资金账户", "URL", "字段说明"]
    kinds = {c.data_type for s in book for row in s.iter_rows() for c in row if c.value is not None}
    assert kinds <= {"s", "inlineStr"}
    assert not any(c.hyperlink for s in book for row in s.iter_rows() for c in row)
    assert suspicious(data) == ""


def test_no_cell_of_any_paper_is_blank(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    for rows in sheets(workbook(facts)).values():
        assert all(cell for row in rows for cell in row)
    for sheet in (letter(facts), extraction_record(facts), fixed_list(facts, whole=True)):
        assert all(cell for row in cells(read(sheet, facts)) for cell in row), sheet.title


def test_the_fixed_list_prints_every_item_with_its_hashes(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    rows = [row for row in cells(read(fixed_list(facts, whole=True), facts)) if len(row) == len(HEAD)]
    names = ("no", "file", "kind", "format", "bytes", "source", "method", "sha256", "sm3", "md5")
    assert rows == [list(HEAD), *([str(item[n]) for n in names] for item in facts.items)]


def test_the_same_facts_give_the_same_bytes_and_no_clock(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    for made in (as_docx(letter(facts), facts.made_at), workbook(facts)):
        again = as_docx(letter(facts), facts.made_at) if b"word/" in made else workbook(facts)
        assert made == again
        with zipfile.ZipFile(BytesIO(made)) as package:
            assert {i.date_time for i in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
            assert b"2026-03-01T03:00:00Z" in package.read("docProps/core.xml")


def test_a_later_export_differs_only_in_its_time_and_version(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    later = replace(facts, made_at=facts.made_at + timedelta(days=1), version=9, name=f"{facts.number}-v9")
    one, two = (read(letter(f), f) for f in (facts, later))
    assert cells(one) == cells(two)
    differing = [a.text for a, b in zip(one.paragraphs, two.paragraphs, strict=True) if a.text != b.text]
    assert [t[:15] for t in differing] == ["XS-20260301-000", "导出时间：2026-03-01"]


def test_the_watermark_goes_when_a_named_person_has_reviewed_the_pack(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    draft = read(letter(facts), facts)
    assert "未签名草稿" in draft.sections[0].header.paragraphs[0].text
    assert 'string="未签名草稿"' in draft.sections[0].header._element.xml
    seen = replace(facts, state="reviewed", reviewed_by="李某")
    paper = read(letter(seen), seen)
    assert "已由 李某 复核" in paper.sections[0].header.paragraphs[0].text
    assert "未签名草稿" not in paper.sections[0].header._element.xml
    nameless = replace(facts, state="reviewed", reviewed_by=None)
    assert letter(nameless).status == "未签名草稿"


def test_the_title_of_the_record_is_the_offices_own(paper_facts: Facts) -> None:
    facts = replace(paper_facts[0], record_title="电子取证工作记录")
    assert read(extraction_record(facts), facts).paragraphs[0].text == "电子取证工作记录"


def test_the_record_tells_the_steps_of_the_log_and_leaves_room_for_signatures(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    paper = read(extraction_record(facts), facts)
    steps = [row for row in cells(paper) if len(row) == 5]
    assert [row[0] for row in steps[1:]] == [str(line["seq"]) for line in facts.custody]
    said = "\n".join(p.text for p in paper.paragraphs)
    assert said.count("提取人（签名）：____") == 2
    assert "见证人（签名）：____" in said
    assert "无见证人的原因：____" in said


def test_a_long_log_is_capped_and_names_where_the_rest_is(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    long = replace(facts, custody=tuple(facts.custody[-1] | {"seq": n} for n in range(1, 501)))
    paper = read(extraction_record(long), long)
    assert len([row for row in cells(paper) if len(row) == 5]) == 201
    assert any("本表共 500 行" in p.text and "custody-log.jsonl" in p.text for p in paper.paragraphs)


def test_pictures_stand_side_by_side_or_say_why_not(paper_facts: Facts) -> None:
    facts = paper_facts[0]
    paper = read(report(facts), facts)
    pairs = [row for row in cells(paper) if len(row) == 2 and any("涉案页面" in c for c in row)]
    assert any("正版平台" in row[1] and "未获取（原因：" in row[1] for row in pairs)
    assert len(paper.inline_shapes) >= 1


def test_offices_outside_see_no_field_but_page_numbers(paper_facts: Facts, tmp_path: Path) -> None:
    facts = paper_facts[0]
    for sheet in (letter(facts), extraction_record(facts), report(facts)):
        assert suspicious(as_docx(sheet, facts.made_at)) == ""


def test_a_payment_code_stands_in_the_sheet_of_accounts(paper_facts: Facts) -> None:
    paid = {"kind": "微信收款码", "value": "=wxp://f2f", "picture": "0" * 64, "source": "http://a.top/p.png"}
    facts = with_record(paper_facts[0], lambda record: record.update(payments=[paid | {"verified": "observed"}]))
    assert sheets(workbook(facts))["资金账户"][1][1:3] == ["微信收款码", "=wxp://f2f"]
