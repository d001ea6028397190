"""The table as a spreadsheet reads it back: headings as printed, merged groups, numbers as numbers, nothing active."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from lookalike.statistics.columns import COLUMNS
from lookalike.statistics.periods import Period
from lookalike.statistics.table import Head, workbook
from tests.lookalike.store.builders import NIGHT

SPAN = Period(date(2026, 1, 1), date(2026, 3, 1))
PRINTED = [
    ("对企业执法检查情况", "开展执法检查的企业数量(家)"),
    ("对企业执法检查情况", "查出无证、假证人员数量(人)"),
    ("对企业执法检查情况", "查出企业问题总数(项)"),
    ("对企业执法检查情况", "限期整改的企业数量(家)"),
    ("对企业执法检查情况", "停业整顿的企业数量(家)"),
    ("对企业执法检查情况", "罚款金额(万元)"),
    ("对企业执法检查情况", "完成整改的问题数量(项)"),
    ("对企业执法检查情况", "涉嫌犯罪的问题线索移交数量(项)"),
    ("网络空间治理情况", "查出假冒政府网站平台数量(个)"),
    ("网络空间治理情况", "清理涉安全生产资格证书违法违规信息数量(项)"),
    ("网络空间治理情况", "涉嫌犯罪的问题线索移交数量(项)"),
    ("立案查处情况", "公安机关查处的涉证案件数量(件)"),
    ("立案查处情况", "检察机关介入的涉证案件数量(件)"),
    ("立案查处情况", "检察机关提起公诉的涉证案件数量(件、人)"),
    ("立案查处情况", "人民法院审判假证案数量(件)"),
]


def written(head=Head(), **values):  # noqa: B008 - frozen
    return workbook(head, values, SPAN, NIGHT)


def sheet_of(data):
    return openpyxl.load_workbook(BytesIO(data)).active


def test_the_columns_stand_as_the_plan_prints_them():
    sheet = sheet_of(written())
    groups = {}
    for area in sheet.merged_cells.ranges:
        if area.min_row == 4:
            groups |= dict.fromkeys(range(area.min_col, area.max_col + 1), sheet.cell(4, area.min_col).value)
    assert [(groups[c], sheet.cell(5, c).value) for c in range(2, 17)] == PRINTED


def test_the_serial_number_stands_beside_both_lines_of_headings():
    sheet = sheet_of(written())
    assert "A4:A5" in {str(area) for area in sheet.merged_cells.ranges}
    assert (sheet["A4"].value, sheet["A6"].value) == ("序号", 1)


def test_title_and_head_line_stand_above():
    sheet = sheet_of(written(Head("某市应急管理局", "王某", "0538-0000000", date(2026, 3, 1))))
    assert (sheet["A2"].value, sheet["A3"].value) == (
        "工作情况统计表",
        "填报单位：某市应急管理局    填报人：王某    联系方式：0538-0000000    填报时间：2026年3月1日",
    )


def test_what_nobody_set_is_left_blank_to_be_written_in():
    assert sheet_of(written())["A3"].value == "    ".join(
        f"{name}：____________" for name in ("填报单位", "填报人", "联系方式", "填报时间")
    )


def test_the_note_on_the_three_dates_stands_below():
    assert sheet_of(written())["A7"].value == "备注：8月18日、10月18日、12月18日前报送累计数。"


def test_figures_are_numbers_and_what_is_not_known_stays_empty():
    sheet = sheet_of(written(fake_sites=12, cleared=0, referred=3))
    assert [sheet.cell(6, c).value for c in range(2, 17)] == [None] * 8 + [12, 0, 3] + [None] * 4


def test_amounts_are_numbers_and_pairs_are_words():
    sheet = sheet_of(written(fined=Decimal("12.35"), charged=(3, 5)))
    assert (sheet["G6"].value, sheet["O6"].value) == (12.35, "3件、5人")


@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x.example")', "http://x.example/", "@SUM(A1)"])
def test_what_a_person_typed_becomes_no_formula_and_no_link(text):
    data = written(Head(unit=text))
    with zipfile.ZipFile(BytesIO(data)) as package:
        parts = b"".join(package.read(name) for name in package.namelist())
    assert b"<f>" not in parts
    assert b"<hyperlink" not in parts


def test_a_lone_surrogate_does_not_lose_the_workbook():
    assert "\\ud800" in sheet_of(written(Head(unit="甲\ud800乙\x00")))["A3"].value


def test_the_same_figures_give_the_same_bytes():
    assert written(fake_sites=3) == written(fake_sites=3)


def test_it_prints_on_one_sheet_of_a4_across():
    sheet = sheet_of(written())
    setup = sheet.page_setup
    assert (setup.orientation, setup.paperSize, setup.fitToWidth, setup.fitToHeight) == ("landscape", "9", 1, 1) or (
        setup.orientation,
        int(setup.paperSize),
    ) == ("landscape", 9)


def test_every_column_has_a_key_of_its_own():
    assert len({column.key for column in COLUMNS}) == len(COLUMNS) == 15
