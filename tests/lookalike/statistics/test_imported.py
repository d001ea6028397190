"""Other offices' figures: read from our own sheet and from theirs, bad rows told by number, never guessed."""

from __future__ import annotations

import csv
import zipfile
from contextlib import suppress
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.statistics.columns import COLUMNS, OWN, added, printed, read_value
from lookalike.statistics.imported import read_table, read_tables, total
from lookalike.statistics.periods import Period
from lookalike.statistics.table import Head, workbook
from tests.lookalike.store.builders import NIGHT

BY_KEY = {column.key: column for column in COLUMNS}
SPAN = Period(date(2026, 1, 1), date(2026, 3, 1))


def our_sheet(**values):
    return workbook(Head(), values, SPAN, NIGHT)


def filled(path, rows, **values):
    """Our own sheet, into which somebody has written rows below the headings: column letters and values."""
    book = openpyxl.load_workbook(BytesIO(our_sheet(**values)))
    sheet = book.active
    if len(rows) > 1:
        sheet.unmerge_cells("A7:P7")
        sheet["A7"] = None
        sheet.insert_rows(7, len(rows) - 1)
    for number, row in enumerate(rows, 6):
        for letter, value in row.items():
            sheet[f"{letter}{number}"] = value
    book.save(path)
    return path


def table(path, rows, encoding="utf-8"):
    out = StringIO()
    csv.writer(out).writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding))
    return path


def test_the_sheet_written_here_comes_back_with_what_others_filled_in(tmp_path):
    path = filled(tmp_path / "表.xlsx", [{"B": 120, "G": 12.5, "M": 4, "O": "3件、5人"}], fake_sites=9)
    assert read_table(path).values == {
        "inspected": 120,
        "fined": Decimal("12.5"),
        "police_cases": 4,
        "charged": (3, 5),
    }


def test_our_own_columns_are_never_taken_from_a_file(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"B": 1}], fake_sites=9, referred=2))
    assert found.values == {"inspected": 1}
    assert found.remarks == ("「网络空间治理情况」各列由本系统统计，文件中的数字不采用",)


def test_the_two_columns_of_one_name_are_told_apart_by_their_group(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"I": 7}], referred=2))
    assert found.values == {"referred_enterprises": 7}


def test_rows_are_reporters_and_are_added_up(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"B": 1, "O": "1件、2人"}, {"B": 2}, {"B": 3, "O": "1件1人"}]))
    assert (found.values, found.rows) == ({"inspected": 6, "charged": (2, 3)}, 3)


def test_a_bad_row_is_told_by_its_number_and_left_out_whole(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"B": 1}, {"B": 5, "C": "约10"}, {"B": 3}]))
    assert [(b.number, b.why) for b in found.bad] == [(7, "「查出无证、假证人员数量」应为不小于 0 的整数，现为“约10”")]
    assert found.values == {"inspected": 4}


def test_a_formula_that_was_saved_without_its_result_is_told(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"B": "=60+60"}]))
    assert [b.number for b in found.bad] == [6]
    assert "没有结果的公式" in found.bad[0].why


def test_a_row_of_sums_is_not_added_to_what_it_sums(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"A": 1, "B": 1}, {"A": 2, "B": 2}, {"A": "合 计", "B": 3}]))
    assert found.values == {"inspected": 3}


def test_the_note_below_the_table_is_no_row(tmp_path):
    found = read_table(filled(tmp_path / "表.xlsx", [{"B": 1}]))
    assert (found.rows, found.bad) == (1, ())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_with_headings_of_its_own_order_is_read(tmp_path, encoding):
    rows = [
        ["单位", "人民法院审判假证案数量（件）", "罚款金额", "开展执法检查的企业数量(家)"],
        ["甲", "2", "5万元", "1,200"],
    ]
    found = read_table(table(tmp_path / "a.csv", rows, encoding))
    assert found.values == {"tried": 2, "fined": Decimal(5), "inspected": 1200}


def test_the_printed_slip_is_read_as_what_it_means(tmp_path):
    head = ["公安机关查处的涉证案件数量", "检察机关引入的涉证案件数量(件)", "人民法院审判假证案数量"]
    assert read_table(table(tmp_path / "a.csv", [head, ["", "6", ""]])).values == {"prosecutor_cases": 6}


def test_without_groups_a_name_that_stands_twice_belongs_to_its_neighbour(tmp_path):
    name = "涉嫌犯罪的问题线索移交数量(项)"
    head = ["完成整改的问题数量(项)", name, "查出假冒政府网站平台数量(个)", name]
    found = read_table(table(tmp_path / "a.csv", [head, ["1", "2", "3", "4"]]))
    assert found.values == {"mended": 1, "referred_enterprises": 2}


def test_a_column_that_nobody_knows_is_told(tmp_path):
    head = ["开展执法检查的企业数量", "罚款金额", "查出企业问题总数", "出动人次"]
    assert read_table(table(tmp_path / "a.csv", [head, ["1", "", "", "9"]])).remarks == (
        "不认识的列「出动人次」，未读",
    )


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([["甲", "乙"], ["1", "2"]], "找不到《工作情况统计表》的表头"),
        ([["罚款金额", "查出企业问题总数", "罚款金额(万元)", "限期整改的企业数量"]], "出现两次"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_one_line(tmp_path, rows, told):
    with pytest.raises(UsageError, match=told):
        read_table(table(tmp_path / "a.csv", rows))


@pytest.mark.parametrize("name", ["nothing.xlsx", "nothing.csv"])
def test_a_file_that_is_not_there_is_told(tmp_path, name):
    with pytest.raises(UsageError, match=r"--import nothing"):
        read_table(tmp_path / name)


def test_a_file_of_endless_rows_is_refused(tmp_path):
    rows = [["开展执法检查的企业数量", "罚款金额", "查出企业问题总数"], *([["1", "", ""]] * 5000)]
    with pytest.raises(UsageError, match="more than 5000 rows"):
        read_table(table(tmp_path / "a.csv", rows))


def test_a_workbook_that_unpacks_to_far_more_is_refused(tmp_path):
    path = tmp_path / "a.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/sharedStrings.xml", b"<" * (40 << 20))
    with pytest.raises(UsageError, match="超过上限"):
        read_table(path)


def test_bytes_that_are_no_workbook_are_told(tmp_path):
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"PK\x03\x04 nothing")
    with pytest.raises(UsageError, match="不是可读的"):
        read_table(path)


def test_the_same_file_twice_would_count_twice_and_is_refused(tmp_path):
    one, two = (filled(tmp_path / name, [{"B": 1}]) for name in ("a.xlsx", "b.xlsx"))
    two.write_bytes(one.read_bytes())
    with pytest.raises(UsageError, match="count twice"):
        read_tables([one, two])


def test_several_files_are_added_up(tmp_path):
    paths = [filled(tmp_path / f"{n}.xlsx", [{"B": n, "G": n}]) for n in (1, 2)]
    assert total(read_tables(paths)) == {"inspected": 3, "fined": Decimal(3)}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("inspected", " １２家 ", 12),
        ("inspected", "12.0", 12),
        ("inspected", "无", 0),
        ("inspected", "—", None),
        ("inspected", "/", None),
        ("fined", "3.55", Decimal("3.55")),
        ("fined", "35500元", Decimal("3.55")),
        ("charged", "3件5人", (3, 5)),
        ("charged", "3件、5人", (3, 5)),
        ("charged", "3、5", (3, 5)),
        ("charged", "3/5", (3, 5)),
        ("charged", "0", (0, 0)),
    ],
)
def test_what_cells_say(key, text, value):
    assert read_value(BY_KEY[key], text) == value


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("inspected", "-3"),
        ("inspected", "3.5"),
        ("inspected", "十二"),
        ("inspected", "12人"),
        ("inspected", "1,23"),
        ("inspected", "1e9"),
        ("inspected", "٣"),
        ("fined", "NaN"),
        ("fined", "-1"),
        ("charged", "3"),
        ("charged", "3件"),
        ("charged", "1,234"),
        ("inspected", "2026-10-18 00:00:00"),
    ],
)
def test_what_could_mean_two_things_is_not_guessed(key, text):
    with pytest.raises(ValueError, match=BY_KEY[key].title):
        read_value(BY_KEY[key], text)


@given(st.text(max_size=40), st.sampled_from(COLUMNS))
def test_any_text_is_a_value_nothing_or_told(text, column):
    with suppress(ValueError):
        value = read_value(column, text)
        assert value is None or read_value(column, printed(value)) == value


_counts = st.integers(0, 999_999_999)
_amounts = st.decimals(0, 999_999, places=4)


@given(st.data(), st.sampled_from(COLUMNS))
def test_every_value_comes_back_from_what_is_printed(data, column):
    kinds = {"count": _counts, "amount": _amounts, "pair": st.tuples(_counts, _counts)}
    value = data.draw(kinds[column.kind])
    assert read_value(column, printed(value)) == value


@given(st.lists(st.dictionaries(st.sampled_from([c for c in COLUMNS if c.key not in OWN]), _counts), max_size=6))
def test_the_sum_of_the_rows_of_a_csv_is_the_sum_of_their_cells(tmp_path_factory, rows):
    theirs = [c for c in COLUMNS if c.key not in OWN]

    def shown(column, number):
        return printed((number, number)) if column.kind == "pair" else str(number)

    lines = [[c.heading for c in theirs], *[[shown(c, row[c]) if c in row else "" for c in theirs] for row in rows]]
    path = table(tmp_path_factory.mktemp("csv") / "a.csv", lines)
    sums = {}
    for row in rows:
        for column, number in row.items():
            value = read_value(column, shown(column, number))
            sums[column.key] = added(sums[column.key], value) if column.key in sums else value
    found = read_table(path)
    assert (found.values, found.bad) == (sums, ())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("bytes") / "a.csv"
    path.write_bytes("开展执法检查的企业数量,罚款金额,查出企业问题总数\n".encode() + data)
    with suppress(UsageError):
        found = read_table(path)
        assert all(value >= 0 for value in found.values.values())
