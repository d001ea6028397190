"""Names out of feeds of every form; a bad line costs itself."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spiders.feeds.folder import FeedError
from spiders.feeds.name_lists import LONGEST_ENTRY, name_lines
from spiders.feeds.packed import LONGEST, byte_lines

LIST = "# 2026-04-01\nzs-cx.top\n\nCX.MEM.gov.cn.a.top.\n*.b.top\nnot a name\n中文.com\n"


def names(path: Path) -> list[tuple[int, str]]:
    return [(line.number, name) for line in name_lines(path) for name in line.names]


def bad(path: Path) -> list[int]:
    return [line.number for line in name_lines(path) if line.why]


def test_a_name_a_line_is_read_and_comments_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(LIST, encoding="utf-8")
    assert names(path) == [(2, "zs-cx.top"), (4, "CX.MEM.gov.cn.a.top."), (5, "*.b.top"), (7, "中文.com")]
    assert bad(path) == [6]


@pytest.mark.parametrize("packer", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_packed_list_is_read_as_the_list(tmp_path: Path, packer) -> None:
    plain, packed = tmp_path / "a.txt", tmp_path / ("a.txt.gz" if packer is gzip.compress else "a.txt.zst")
    plain.write_text(LIST, encoding="utf-8")
    packed.write_bytes(packer(LIST.encode()))
    assert names(packed) == names(plain)


@pytest.mark.parametrize("packer", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_packed_list_that_is_cut_gives_what_came_before_and_says_so(tmp_path: Path, packer) -> None:
    packed = tmp_path / ("a.txt.gz" if packer is gzip.compress else "a.txt.zst")
    lines = "".join(f"{n * 7919 % 100_003:x}-{n}.top\n" for n in range(60_000))
    packed.write_bytes(packer(lines.encode())[:-40])
    read: list[bytes] = []
    with pytest.raises(FeedError, match="不完整"):
        read.extend(byte_lines(packed))
    assert len(read) > 40_000
    assert read == lines.encode().splitlines()[: len(read)]


@pytest.mark.parametrize(
    "text",
    [
        "domain,registered\nzs-cx.top,2026-04-01\nb.top,2026-04-01\n",
        "注册时间,域名,注册商\n2026-04-01,zs-cx.top,某商\n2026-04-01,b.top,某商\n",
        "2026-04-01\tzs-cx.top\n2026-04-01\tb.top\n",
        "1;zs-cx.top\n2;b.top\n",
        '"序","网站"\n"1","zs-cx.top"\n"2","b.top"\n',
    ],
)
def test_the_column_of_names_is_found_with_and_without_headings(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(text.encode("gb18030"))
    assert [name for _, name in names(path)] == ["zs-cx.top", "b.top"]


@pytest.mark.parametrize(
    "entry",
    [
        {"message_type": "certificate_update", "data": {"leaf_cert": {"all_domains": ["zs-cx.top", "*.b.top"]}}},
        {"issuer_ca_id": 1, "common_name": "zs-cx.top", "name_value": "zs-cx.top\n*.b.top"},
        {"dns_names": ["zs-cx.top", "*.b.top"]},
        {"data": {"leaf_cert": {"subject": {}, "extensions": {"subjectAltName": "DNS:zs-cx.top, DNS:*.b.top"}}}},
    ],
)
def test_names_of_certificates_are_found_however_a_log_nests_them(tmp_path: Path, entry: dict) -> None:
    for name, text in (("a.jsonl", json.dumps(entry) + "\nbroken{\n"), ("a.json", json.dumps([entry], indent=1))):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        assert [n for _, n in names(path)] == ["zs-cx.top", "*.b.top"]


def test_a_broken_line_of_a_log_is_told_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"dns_names":["a.top"]}\n{"dns_names":\n{"other":1}\n{"dns_names":["b.top"]}\n', encoding="utf-8")
    assert ([n for _, n in names(path)], bad(path)) == (["a.top", "b.top"], [2, 3])


def test_a_line_that_is_too_long_is_one_bad_line(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"a.top\n" + b"x" * (3 * LONGEST) + b"\nb.top\n")
    assert [n for _, n in names(path)] == ["a.top", "b.top"]
    assert len(list(byte_lines(path))) == 3
    assert LONGEST_ENTRY > LONGEST


def test_a_file_that_breaks_off_gives_what_came_before_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    whole = gzip.compress("".join(f"name{n}.top\n" for n in range(50_000)).encode())
    path.write_bytes(whole[: len(whole) // 2])
    lines = name_lines(path)
    assert [next(lines).names for _ in range(1000)][-1] == ("name999.top",)
    with pytest.raises(FeedError, match="不完整"):
        list(lines)


def test_what_unpacks_without_end_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "a.txt.gz"
    path.write_bytes(gzip.compress(b"a.top\n" * 100_000))
    with pytest.raises(FeedError, match="解压后超过"):
        list(byte_lines(path, most=10_000))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.one_of(st.binary(max_size=500), st.text(alphabet='a.,;\t"{}[]:\n域名domain', max_size=300).map(str.encode)),
    st.sampled_from(["a.txt", "a.csv", "a.jsonl", "a.json", "a.txt.gz", "a.txt.zst"]),
)
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    try:
        for line in name_lines(path):
            assert bool(line.names) != bool(line.why)
    except FeedError as error:
        assert name in str(error)  # noqa: PT017 - raised or not, nothing else may come
