"""Files of names in every usual form come to the same names; broken ones end with one clear line."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path

import pyarrow as pa
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st
from pyarrow import parquet

from lookalike.errors import UsageError
from lookalike.screening import blocks as reading
from lookalike.screening.blocks import blocks, stream_blocks
from lookalike.screening.forms import layout_of

NAMES = ["cxmemgov.cn", "example.com", "zs.example.org"]


def names(path: Path, **options) -> list[str]:
    return [line.decode() for block in blocks(path, **options) for line in block.splitlines() if line]


def written(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_plain_lines_are_names(tmp_path):
    assert names(written(tmp_path, "a.txt", "\n".join(NAMES).encode())) == NAMES


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path):
    assert names(written(tmp_path, "a.txt", b"\xef\xbb\xbfa.cn\nb.cn\n")) == ["a.cn", "b.cn"]


@pytest.mark.parametrize("suffix", ["", ".gz", ".anything"])
def test_gzip_is_known_by_its_bytes(tmp_path, suffix):
    assert names(written(tmp_path, f"a.txt{suffix}", gzip.compress("\n".join(NAMES).encode()))) == NAMES


def test_frames_of_zstd_one_behind_the_other_are_all_read(tmp_path):
    packed = b"".join(zstandard.compress(f"{name}\n".encode()) for name in NAMES)
    assert names(written(tmp_path, "a.zst", packed)) == NAMES


@pytest.mark.parametrize(
    "table",
    [
        "domain,registrar\ncxmemgov.cn,X\nexample.com,Y\nzs.example.org,Z\n",
        "序号\t域名\n1\tcxmemgov.cn\n2\texample.com\n3\tzs.example.org\n",
        "1,cxmemgov.cn\n2,example.com\n3,zs.example.org\n",
        'seen;host\n2026-01-01;"cxmemgov.cn"\n2026-01-01;example.com\n2026-01-01;zs.example.org\n',
    ],
)
def test_the_column_of_names_is_found(tmp_path, table):
    assert names(written(tmp_path, "a.csv", table.encode())) == NAMES


def test_a_column_is_taken_by_its_heading_or_number(tmp_path):
    path = written(tmp_path, "a.csv", b"name,target\nx.cn,a.cn\ny.cn,b.cn\n")
    assert names(path, column="target") == names(path, column="2") == ["a.cn", "b.cn"]


def test_a_column_that_is_not_there_is_told_with_those_that_are(tmp_path):
    with pytest.raises(UsageError, match="there are: name, target"):
        names(written(tmp_path, "a.csv", b"name,target\nx.cn,a.cn\n"), column="host")


def test_a_row_of_another_width_is_kept_as_a_bad_line_and_the_rest_is_read(tmp_path):
    found = names(written(tmp_path, "a.csv", b"domain,x\na.cn,1\nb.cn,2,3\nc.cn,4\n"))
    assert [n for n in found if not n.startswith("? ")] == ["a.cn", "c.cn"]
    assert [n for n in found if n.startswith("? ")] == ["? b.cn,2,3"]


def test_parquet_is_read_by_its_column(tmp_path):
    parquet.write_table(pa.table({"n": [1, 2, 3], "domain": NAMES}), tmp_path / "a.parquet")
    assert names(tmp_path / "a.parquet") == NAMES


def test_nulls_and_slices_in_a_column_do_not_shift_it(tmp_path):
    parquet.write_table(pa.table({"domain": ["a.cn", None, "b.cn"]}), tmp_path / "a.parquet", row_group_size=2)
    assert names(tmp_path / "a.parquet") == ["a.cn", "b.cn"]


def test_owners_of_a_zone_stand_below_its_origin_and_each_once(tmp_path):
    zone = b"""$ORIGIN cn.
$TTL 86400
@ IN SOA a.dns.cn. root.cnnic.cn. ( 1 2 3
        4 5 )
cxmemgov 86400 IN NS ns1.example.net.
cxmemgov 86400 IN NS ns2.example.net.
\t\tIN NS ns3.example.net.
b.com.cn. IN NS ns1.example.net.
; a comment
"""
    assert names(written(tmp_path, "cn.zone", zone)) == ["cn", "cxmemgov.cn", "b.com.cn"]


def test_a_zone_is_known_by_its_records(tmp_path):
    rows = b"".join(b"name%d.top.\t3600\tin\tns\tns1.example.net.\n" % n for n in range(20))
    assert names(written(tmp_path, "top.txt", rows))[0] == "name0.top"


@pytest.mark.parametrize(
    "entry",
    [
        {"data": {"leaf_cert": {"all_domains": ["cxmemgov.cn", "*.cxmemgov.cn"]}}},
        {"name_value": "cxmemgov.cn\n*.cxmemgov.cn", "id": 7},
        {"dns_names": ["cxmemgov.cn", "*.cxmemgov.cn"]},
    ],
)
def test_certificates_give_all_their_names(tmp_path, entry):
    assert names(written(tmp_path, "ct.jsonl", json.dumps(entry).encode() + b"\nnot json\n"))[:2] == [
        "cxmemgov.cn",
        "*.cxmemgov.cn",
    ]


def test_blocks_cut_at_lines_wherever_they_fall(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "BLOCK", 7)
    many = [f"name{n}.example.com" for n in range(50)]
    assert names(written(tmp_path, "a.txt", "\n".join(many).encode())) == many


def test_a_line_without_end_does_not_fill_the_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LONGEST", 1000)
    monkeypatch.setattr(reading, "BLOCK", 100)
    (line,) = names(written(tmp_path, "a.txt", b"a" * 100_000), form="names")
    assert len(line) <= 1100


@pytest.mark.parametrize(
    "content",
    [gzip.compress(b"a.cn\n" * 1000)[:-20], zstandard.compress(b"a.cn\n" * 1000)[:-5], b"PAR1 and no more"],
    ids=["gzip", "zstd", "parquet"],
)
def test_a_file_that_breaks_off_is_told_in_one_line(tmp_path, content):
    with pytest.raises(UsageError) as told:
        names(written(tmp_path, "broken.bin", content))
    assert "broken.bin" in str(told.value)
    assert "\n" not in str(told.value)


def test_a_file_that_is_not_there_is_told_in_one_line(tmp_path):
    with pytest.raises(UsageError, match=r"nowhere\.txt: No such file"):
        names(tmp_path / "nowhere.txt")


@example(b"|\r")  # a heading and no row
@example(b"a|b\nc.cn|x\n\xf6|\xf6|\xf6\n")  # a row that is too long and no text
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_in_one_line(data):
    refused = []
    found = []
    try:
        found = list(stream_blocks(io.BufferedReader(io.BytesIO(data)), "x"))
    except UsageError as error:
        refused = [str(error)]
    assert all(block.endswith(b"\n") for block in found)
    assert not any("\n" in line for line in refused)


@given(st.binary(max_size=300), st.text(max_size=8))
def test_the_form_of_any_beginning_is_told_or_the_column_is_refused(head, column):
    refused = "no column"
    try:
        layout_of(head, "x.csv", column=column)
    except ValueError as error:
        refused = str(error)
    assert "no column" in refused


def test_rows_that_are_no_text_are_bad_names_and_the_others_stand(tmp_path):
    table = b"domain,x\na.cn,1\n\xf6\xe5,\xf6,\xf6\n\xe5\xba\x94.cn,2\nb.cn,3\n"
    found = names(written(tmp_path, "a.csv", table))
    assert [n for n in found if n.endswith(".cn")] == ["a.cn", "应.cn", "b.cn"]


@given(st.text(max_size=200), st.integers(1, 7))
def test_text_is_cut_at_any_byte_and_stays_what_it_is(text, size):
    stream = reading._Utf8(io.BytesIO(text.encode("utf-8", "replace")))
    parts = iter(lambda: stream.read(size), b"")
    assert b"".join(parts) == text.encode("utf-8", "replace")
