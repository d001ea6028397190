"""CSV and XLSX: what spreadsheets make of hostile cells."""

from __future__ import annotations

import csv
import unicodedata
import zipfile
from io import BytesIO, StringIO

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lookalike.cli.leads import defanged
from lookalike.exchange import csv_file, xlsx_file
from lookalike.exchange.clean import clean
from lookalike.exchange.columns import heading
from lookalike.exchange.csv_file import neutral
from lookalike.exchange.facts import Share
from scoring.case import Hosting
from tests.lookalike.exchange.builders import hosting, lead, share

HOSTILE = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "=cmd|' /C calc'!A0",
    " =1",
    "\u200b=1",
    "－1",
    "＠x",
]


def rows(made: Share) -> list[list[str]]:
    data = csv_file.render(made)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def cells(made: Share) -> list[list[str]]:
    sheet = openpyxl.load_workbook(BytesIO(xlsx_file.render(made))).active
    assert sheet is not None
    return [["" if c is None else str(c) for c in row] for row in sheet.iter_rows(values_only=True)]


def test_a_list_has_one_line_for_every_lead_under_its_heading() -> None:
    told = rows(share(lead(), lead("zs-two.top", id=8)))
    assert told[0] == heading()
    assert [line[0] for line in told[1:]] == ["7", "8"]
    assert "微信 zs88899900" in told[1]


@pytest.mark.parametrize("cell", HOSTILE)
def test_no_cell_of_a_csv_begins_like_a_formula(cell: str) -> None:
    (_, told) = rows(share(lead(reasons=(clean(cell),), contacts=({"type": "wechat", "value": cell},))))
    for one in told:
        first = unicodedata.normalize("NFKC", one).lstrip()[:1]
        assert first not in {"=", "+", "-", "@", "|", "%"}
        assert one[:1] not in {"\t", "\r", "\n"}


@pytest.mark.parametrize("cell", [*HOSTILE, "http://evil.example/", "mailto:x@y.z", "{=1}", "123"])
def test_a_workbook_holds_texts_only(cell: str) -> None:
    data = xlsx_file.render(share(lead(reasons=(clean(cell),), url=clean(cell))))
    with zipfile.ZipFile(BytesIO(data)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "<hyperlink" not in sheet
        assert 't="n"' not in sheet
        assert not [n for n in package.namelist() if "externalLink" in n]
    sheet_read = openpyxl.load_workbook(BytesIO(data)).active
    assert sheet_read is not None
    assert {c.data_type for row in sheet_read.iter_rows() for c in row if c.value is not None} == {"s"}


@settings(max_examples=25)
@given(st.text(max_size=80), st.text(st.characters(categories=["Cc", "Cf", "Cs", "Co", "Lo"]), max_size=20))
@example("</w:t>\ud800\x00\u202e", "\ufffe\uffff")
def test_every_text_comes_back_from_both_as_it_was_cleaned(reason: str, registrar: str) -> None:
    made = share(lead(reasons=(clean(reason),), hosting=hosting(registrar=clean(registrar))))
    at = heading().index("主要依据")
    wanted = clean(reason) or "未获取（原因：没有评分明细）"
    assert rows(made)[1][at] == neutral(wanted)
    assert cells(made)[1][at] == wanted


def test_a_cell_that_no_spreadsheet_could_hold_is_cut_and_says_so() -> None:
    made = share(lead(reasons=("长" * 40_000,)))
    at = heading().index("主要依据")
    for told in (rows(made), cells(made)):
        assert len(told[1][at]) <= 32_767
        assert told[1][at].endswith("…（截断）")


def test_the_same_list_is_the_same_bytes() -> None:
    assert xlsx_file.render(share()) == xlsx_file.render(share())


def test_what_is_not_known_says_why() -> None:
    (_, told) = rows(share(lead("203.0.113.7", hosting=Hosting(), unread="存档的访问记录已损坏或缺失")))
    assert told[heading().index("注册商")] == "未获取（原因：存档的访问记录已损坏或缺失）"


def test_addresses_can_be_made_unclickable() -> None:
    (_, told) = rows(share(shown=defanged))
    assert "hxxp://zs-one[.]top/" in told
