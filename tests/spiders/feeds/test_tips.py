"""Reports out of tables of any heading: what is kept, what is left out, what is told as bad. All persons are invented."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from spiders.clock import CHINA
from spiders.feeds.folder import FeedError
from spiders.feeds.row import BadRow
from spiders.feeds.tip import Tip
from spiders.feeds.tips import tidy, tips

FAKE = "网站www。zs-cx。top可以查到假的特种作业操作证"
HEAD = ["工单编号", "来电时间", "来电人", "联系电话", "渠道", "区县", "诉求内容", "办理结果"]
ROW = ["DG20260330001", "2026-03-30 09:12", "甄某某", "13900000001", "12345热线", "东港区", FAKE, "已转办"]


def as_csv(path: Path, rows: list[list[Any]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


def as_xlsx(path: Path, *sheets: list[list[Any]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets, 1):
        sheet = book.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def good(path: Path) -> list[Tip]:
    return [row for row in tips(path) if isinstance(row, Tip)]


def bad(path: Path) -> list[BadRow]:
    return [row for row in tips(path) if isinstance(row, BadRow)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_table_is_read_in_every_encoding_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    (tip,) = good(as_csv(tmp_path / "a.csv", [HEAD, ROW], encoding))
    assert tip.text == FAKE
    assert (tip.number, tip.channel, tip.area) == ("DG20260330001", "12345热线", "东港区")
    assert tip.received_at == datetime(2026, 3, 30, 9, 12, tzinfo=CHINA)
    assert tip.urls == ("http://www.zs-cx.top/",)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_damaged_byte_costs_its_own_row_a_word(tmp_path: Path, encoding: str) -> None:
    path = as_csv(tmp_path / "a.csv", [HEAD, ROW, ROW, ROW], encoding)
    lines = path.read_bytes().split(b"\r\n")
    lines[2] = lines[2].replace("假的".encode(encoding), b"\xff\xff")
    path.write_bytes(b"\r\n".join(lines))
    first, second, third = good(path)
    assert first.text == third.text == FAKE
    assert second.urls == first.urls
    assert [bool(t.remarks) for t in (first, second, third)] == [False, True, False]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found_by_the_headings(tmp_path: Path, delimiter: str) -> None:
    assert good(as_csv(tmp_path / "a.csv", [["汇总表"], HEAD, ROW], delimiter=delimiter))[0].text == FAKE


def test_titles_and_blank_rows_above_the_headings_are_passed_over_and_rows_keep_their_numbers(tmp_path: Path) -> None:
    rows = [["2026年3月12345热线涉假证工单汇总"], [], ["填报单位：", "东港市"], HEAD, [], ROW, HEAD, ROW, ["合计", "2"]]
    for path in (as_csv(tmp_path / "a.csv", rows), as_xlsx(tmp_path / "a.xlsx", rows)):
        assert [tip.row for tip in tips(path)] == [6, 8]


def test_columns_may_come_in_any_order_and_wording(tmp_path: Path) -> None:
    head, row = ["举报内容", "日期", "来源", "编号"], ["登录www.zs-cx.top查询", "2026/3/1", "来信", "A-1"]
    (tip,) = good(as_csv(tmp_path / "a.csv", [head, row]))
    assert (tip.number, tip.channel, tip.urls) == ("A-1", "来信", ("http://www.zs-cx.top/",))


def test_headings_below_group_headings_are_joined(tmp_path: Path) -> None:
    groups = ["序号", "编号", "举报人信息", "", "举报内容", "涉嫌网址"]
    below = ["", "", "姓名", "电话", "", ""]
    row = [1, "A-000001", "甄某某", 13900000001, "短信里的链接", "www.zs-cx.top/cx"]
    (tip,) = good(as_xlsx(tmp_path / "a.xlsx", [groups, below, row]))
    assert (tip.text, tip.urls) == ("短信里的链接", ("http://www.zs-cx.top/cx",))
    assert "139" not in repr(tip)


def test_every_sheet_is_read_under_its_own_headings(tmp_path: Path) -> None:
    other = [["网址", "反映内容"], ["www.b-zs.top", "假网站"]]
    path = as_xlsx(tmp_path / "a.xlsx", [HEAD, ROW], other, [["字段说明"], ["见通知"]])
    assert [tip.urls for tip in good(path)] == [("http://www.zs-cx.top/",), ("http://www.b-zs.top/",)]


def test_dates_and_numbers_of_a_spreadsheet_are_read_as_they_are_shown(tmp_path: Path) -> None:
    head = ["编号", "受理时间", "反映内容", "对方联系方式"]
    rows = [
        [20260330001.0, datetime(2026, 3, 30, 9, 12), "办假证", 139000001.0],  # noqa: DTZ001 - as sheets have them
        ["A-000002", 46111.5, "办假证二", "QQ 139000001.0"],
    ]
    first, second = good(as_xlsx(tmp_path / "a.xlsx", [head, *rows]))
    assert (first.number, first.received_at) == ("20260330001", datetime(2026, 3, 30, 9, 12, tzinfo=CHINA))
    assert second.received_at == datetime(2026, 3, 30, 12, 0, tzinfo=CHINA)
    assert second.contacts == (("qq", "139000001"),)


def test_what_spreadsheets_put_around_a_cell_is_taken_off() -> None:
    assert [tidy(c) for c in ('="0012"', "'0012", "\t0012", "13900000001.0", "1.5")] == ["0012"] * 3 + [
        "13900000001",
        "1.5",
    ]


def test_the_reporters_data_is_never_kept(tmp_path: Path) -> None:
    text = "来电人甄某某（13900000001）身份证370602199001011230反映网站www.zs-cx.top，对方微信dg_bz88"
    head = ["姓名", "联系电话", "身份证号", "家庭住址", "诉求内容"]
    row = ["甄某某", "13900000001", "370602199001011230", "东港路 8 号", text]
    (tip,) = good(as_csv(tmp_path / "a.csv", [head, row]))
    for own in ("甄某某", "13900000001", "370602199001011230", "东港路"):
        assert own not in repr(tip)
    assert tip.contacts == (("wechat", "dg_bz88"),)
    assert tip.urls == ("http://www.zs-cx.top/",)


def test_a_bare_number_under_contact_is_the_reporters_beside_his_name_and_a_sellers_beside_an_address(
    tmp_path: Path,
) -> None:
    own = as_csv(tmp_path / "a.csv", [["姓名", "联系方式", "内容"], ["甄某某", "13900000001", "卖假证"]])
    sold = as_csv(tmp_path / "b.csv", [["网址", "联系方式", "内容"], ["www.zs-cx.top", "13900000002", "卖假证"]])
    labelled = as_csv(tmp_path / "c.csv", [["姓名", "联系方式", "内容"], ["甄某某", "微信：dg_bz88", "卖假证"]])
    assert [good(p)[0].contacts for p in (own, sold, labelled)] == [
        (),
        (("phone", "13900000002"),),
        (("wechat", "dg_bz88"),),
    ]


def test_an_account_under_its_own_heading_needs_no_label(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [["内容", "对方微信号", "对方QQ"], ["卖假证", "dg_bz88", "139000001"]])
    assert good(path)[0].contacts == (("wechat", "dg_bz88"), ("qq", "139000001"))


def test_a_row_that_says_nothing_is_told_with_its_number_and_what_was_expected(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [HEAD, ROW, [*ROW[:6], "", "已办"], ROW])
    assert [(b.number, "内容" in b.why) for b in bad(path)] == [(3, True)]
    assert len(good(path)) == 2


def test_a_row_with_more_cells_than_headings_is_told_and_not_guessed_at(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("编号,内容,电话\n1,网站www.zs-cx.top,办假证,13900000001\n2,办假证,\n", encoding="utf-8")
    assert [b.number for b in bad(path)] == [2]
    assert [t.row for t in good(path)] == [3]


def test_a_time_that_nobody_can_read_is_told_and_the_row_is_kept(tmp_path: Path) -> None:
    (tip,) = good(as_csv(tmp_path / "a.csv", [HEAD, [ROW[0], "昨天", *ROW[2:]]]))
    assert tip.received_at is None
    assert "来电时间" in tip.remarks[0]


def test_an_address_column_that_holds_none_is_told(tmp_path: Path) -> None:
    (tip,) = good(as_csv(tmp_path / "a.csv", [["内容", "网址"], ["假网站", "见附件"]]))
    assert "网址" in tip.remarks[0]


def test_a_report_that_is_nothing_but_an_address_is_one(tmp_path: Path) -> None:
    (tip,) = good(as_csv(tmp_path / "a.csv", [["编号", "网址"], ["1", "zs-cx.example-top/cx\nwww.b-zs.top"]]))
    assert tip.urls == ("http://zs-cx.example-top/cx", "http://www.b-zs.top/")


def test_the_same_report_has_one_fingerprint_however_it_is_spaced(tmp_path: Path) -> None:
    path = as_csv(tmp_path / "a.csv", [["内容"], ["网站 www.zs-cx.top\n办假证"], ["网站ｗｗｗ.zs-cx.top办假证 "]])
    assert len({tip.fingerprint for tip in good(path)}) == 1


def test_reports_as_json_lines_are_read_by_their_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(
        '{"text": "网址www.zs-cx.top办假证", "reporter": "甄某某", "date": "2026-03-30"}\nbroken{\n{"内容": "加微信dg_bz88"}\n',
        encoding="utf-8",
    )
    assert [t.row for t in good(path)] == [1, 3]
    assert [b.number for b in bad(path)] == [2]
    assert "甄某某" not in repr(good(path))


def test_a_plain_text_is_a_report_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("市民来信反映网站www.zs-cx.top\n\n另外www点bz-zs点com也是\n", encoding="gb18030")
    assert [t.urls for t in good(path)] == [("http://www.zs-cx.top/",), ("http://www.bz-zs.com/",)]


def test_a_workbook_with_another_ending_is_read_as_what_it_is(tmp_path: Path) -> None:
    path = as_xlsx(tmp_path / "a.xlsx", [HEAD, ROW]).rename(tmp_path / "a.csv")
    assert good(path)[0].text == FAKE


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", "一,二,三\n1,2,3\n", "表头"),
        ("a.csv", "", "表头"),
        ("a.xls", "\ufeff<html><table><tr><td>内容</td></tr></table>", "网页"),
        ("a.xlsx", "", "xlsx"),
    ],
)
def test_a_file_that_is_no_table_of_reports_is_refused_in_one_line(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(FeedError, match=said) as refused:
        list(tips(path))
    assert "\n" not in str(refused.value)
    assert name in str(refused.value)


def test_an_old_workbook_says_how_to_save_it(tmp_path: Path) -> None:
    path = tmp_path / "a.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(FeedError, match="另存为"):
        list(tips(path))


def read_any(path: Path) -> None:
    try:
        for row in tips(path):
            assert isinstance(row, (Tip, BadRow))
    except FeedError as error:
        assert path.name in str(error)  # noqa: PT017 - raised or not, nothing else may come


_SCRAP = st.one_of(
    st.binary(max_size=400),
    st.text(alphabet="内容网址编号联系方式,;\t|\"'\r\n\0www.a.com139 ={}[]", max_size=300).map(str.encode),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_SCRAP, st.sampled_from(["a.csv", "a.txt", "a.jsonl", "a.json", "a.xlsx", "a.xls"]))
@example(b"PK\x03\x04", "a.csv")
@example('内容,网址\n"未闭合,www.a.com\n二,www.b.com\n'.encode(), "a.csv")
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    read_any(path)


_PLACE = st.floats(0, 1, exclude_max=True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(st.lists(st.tuples(_PLACE, st.integers(0, 255)), max_size=8), st.one_of(st.just(1.0), _PLACE))
def test_a_workbook_with_damaged_bytes_is_read_or_refused(
    tmp_path: Path, flips: list[tuple[float, int]], kept: float
) -> None:
    whole = bytearray(as_xlsx(tmp_path / "whole.xlsx", [HEAD, ROW]).read_bytes())
    for place, byte in flips:
        whole[int(place * len(whole))] = byte
    path = tmp_path / "a.xlsx"
    path.write_bytes(bytes(whole[: int(kept * len(whole))]))
    read_any(path)
