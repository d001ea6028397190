"""Tables as people export them: encodings, quotes, shapes; one bad row costs one row."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spiders.feeds import sheets, text
from spiders.feeds.folder import FeedError
from spiders.feeds.rows import BadRow, Row, rows

CSV = "网址,网站标题\r\nhttp://a.example/,甲\r\n"


def read(tmp_path: Path, name: str, content: bytes | str) -> list[Row | BadRow]:
    file = tmp_path / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(rows(file))


def read_or_told(file: Path) -> list[Row | BadRow]:
    """What a file holds; nothing where it is refused as a whole, in one line."""
    try:
        return list(rows(file))
    except FeedError as error:
        if "\n" in str(error):
            raise
        return []


def cells(found: list[Row | BadRow]) -> list[dict[str, str]]:
    return [row.cells for row in found if isinstance(row, Row)]


def bad(found: list[Row | BadRow]) -> list[tuple[int, str]]:
    return [(row.number, row.why) for row in found if isinstance(row, BadRow)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
def test_a_table_reads_alike_in_every_encoding_that_spreadsheets_write(tmp_path: Path, encoding: str) -> None:
    found = read(tmp_path, "a.csv", CSV.encode(encoding))
    assert cells(found) == [{"网址": "http://a.example/", "网站标题": "甲"}]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_the_one_that_the_first_line_has(tmp_path: Path, delimiter: str) -> None:
    found = read(tmp_path, "a.csv", f"host{delimiter}title\na.example{delimiter}甲\n")
    assert cells(found) == [{"host": "a.example", "title": "甲"}]


def test_columns_are_found_whatever_their_spelling(tmp_path: Path) -> None:
    (row,) = read(tmp_path, "a.csv", "Web Title, IP_Address\n甲,1.2.3.4\n")
    assert isinstance(row, Row)
    assert (row.first("web_title"), row.first("host", "ip address")) == ("甲", "1.2.3.4")


def test_quoted_commas_quotes_and_line_breaks_stay_in_their_cell(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", 'host,title\na.example,"x, ""y""\nz"\nb.example,w\n')
    assert [row.cells["title"] for row in found if isinstance(row, Row)] == ['x, "y"\nz', "w"]
    assert [row.number for row in found] == [2, 4]


def test_a_quote_that_is_never_closed_costs_its_own_line(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", 'host,title\na.example,"open\n' + "".join(f"b{i}.example,t\n" for i in range(200)))
    assert bad(found) == [(2, "引号没有闭合")]
    assert len(cells(found)) == 200


def test_a_line_of_megabytes_costs_itself(tmp_path: Path) -> None:
    found = read(tmp_path, "a.csv", "host,title\n" + "x" * 1_000_000 + "\na.example,t\n")
    assert bad(found) == [(2, "一行超过 256 千字")]
    assert cells(found) == [{"host": "a.example", "title": "t"}]


def test_a_row_with_more_cells_than_names_keeps_what_has_a_name(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a.csv", "host\na.example,x,y\n")) == [{"host": "a.example"}]


def test_of_two_columns_with_one_name_the_first_counts(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a.csv", "host,host\na.example,b.example\n")) == [{"host": "a.example"}]


def test_lines_of_json_and_what_is_none(tmp_path: Path) -> None:
    found = read(tmp_path, "a.jsonl", '{"host": "a.example"}\n\nnonsense\n[1]\n"x"\n{"port": 80}\n')
    assert cells(found) == [{"host": "a.example"}, {"0": "1"}, {"port": "80"}]
    assert bad(found) == [(3, "不是有效的 JSON"), (5, "不是 JSON 对象")]


@pytest.mark.parametrize(
    "wrapped",
    [
        [{"host": "a.example"}],
        {"results": [{"host": "a.example"}]},
        {"code": 0, "data": [{"host": "a.example"}]},
        {"code": 200, "data": {"arr": [{"host": "a.example"}]}},
        {"host": "a.example"},
    ],
)
def test_whole_answers_are_unwrapped(tmp_path: Path, wrapped: object) -> None:
    assert [row["host"] for row in cells(read(tmp_path, "a.json", json.dumps(wrapped)))] == ["a.example"]


def test_a_json_file_of_lines_is_read_by_lines(tmp_path: Path) -> None:
    assert cells(read(tmp_path, "a.json", '{"host": "a"}\n{"host": "b"}\n')) == [{"host": "a"}, {"host": "b"}]


def test_nested_json_of_any_depth_is_one_bad_file_and_no_crash(tmp_path: Path) -> None:
    assert bad(read(tmp_path, "a.json", "[" * 100_000)) == [(1, "不是有效的 JSON")]


def test_a_json_value_without_rows_says_what_was_expected(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="results、data、list"):
        read(tmp_path, "a.json", "3")


def workbook(path: Path, *sheets_: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)  # type: ignore[arg-type] # a new book has one
    for lines in sheets_:
        sheet = book.create_sheet()
        for line in lines:
            sheet.append(line)
    book.save(path)
    return path


def test_a_workbook_gives_its_sheets_one_after_the_other_each_with_its_own_names(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "a.xlsx",
        [["host", "端口"], ["a.example", 443.0], [None, None], ["b.example", 80]],
        [["网址"], ["http://c.example/"]],
    )
    found = [row for row in rows(file) if isinstance(row, Row)]
    assert [(row.number, row.cells) for row in found] == [
        (2, {"host": "a.example", "端口": "443"}),
        (4, {"host": "b.example", "端口": "80"}),
        (2, {"网址": "http://c.example/"}),
    ]


def test_what_is_no_workbook_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match=r"a\.xlsx：不是可读的 \.xlsx") as error:
        read(tmp_path, "a.xlsx", b"PK\x03\x04nonsense")
    assert "\n" not in str(error.value)


def test_a_zip_bomb_is_refused_by_what_it_declares(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["host"], ["a.example"]])
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/bomb.xml", "w") as member:
        for _ in range(sheets.MOST_SHARED // (1 << 20) + 1):
            member.write(bytes(1 << 20))
    assert file.stat().st_size < 1 << 20
    with pytest.raises(FeedError, match="超过上限"):
        list(rows(file))


def test_entities_that_multiply_break_one_file_and_not_the_reader(tmp_path: Path) -> None:
    file = workbook(tmp_path / "a.xlsx", [["host"], ["a.example"]])
    levels = ["x" * 50, *(f"&e{level};" * 20 for level in range(8))]
    nested = "".join(f'<!ENTITY e{level} "{value}">' for level, value in enumerate(levels))
    poisoned = tmp_path / "b.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(poisoned, "w") as new:
        for member in old.namelist():
            content = old.read(member)
            if member == "xl/worksheets/sheet1.xml":
                sheet = content.decode().replace(
                    "<sheetData>", "<sheetData><row r='9'><c t='str'><v>&e8;</v></c></row>"
                )
                content = f"<!DOCTYPE a [{nested}]>{sheet}".encode()
            new.writestr(member, content)
    found = read_or_told(poisoned)
    assert sum(len(v) for row in found if isinstance(row, Row) for v in row.cells.values()) < 100_000


def test_a_sheet_that_claims_a_million_rows_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 50)
    file = workbook(tmp_path / "a.xlsx", [["host"], *([f"h{i}.example"] for i in range(100))])
    read_: list[Row | BadRow] = []
    with pytest.raises(FeedError, match="超过 50 行"):
        read_.extend(rows(file))
    assert len(read_) == 49, "what came before is not lost"


def test_a_file_over_the_limit_says_how_large_it_may_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "MOST_BYTES", 10)
    with pytest.raises(FeedError, match="拆成几个文件"):
        read(tmp_path, "a.csv", CSV)


@pytest.mark.parametrize("name", ["a.csv", "a.json", "a.jsonl"])
@given(content=st.binary(max_size=300))
@settings(max_examples=60)
def test_no_bytes_break_a_reader(tmp_path_factory: pytest.TempPathFactory, name: str, content: bytes) -> None:
    file = tmp_path_factory.mktemp("any") / name
    file.write_bytes(content)
    assert all(isinstance(row, (Row, BadRow)) for row in read_or_told(file))
