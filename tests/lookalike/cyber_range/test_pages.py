"""Which pages a search engine knows, and what it reads in them."""

from __future__ import annotations

import time

import pytest

from lookalike.cyber_range.exchange import Answer
from lookalike.cyber_range.load import load_range
from lookalike.cyber_range.pages import Page, decode, indexed_pages, read_markup

from .conftest import SMOKE


@pytest.fixture(scope="module")
def smoke_pages() -> dict[str, Page]:
    return {page.host + page.path: page for page in indexed_pages(load_range(SMOKE).hosts)}


def test_a_page_is_known_as_a_plain_desktop_sees_it(smoke_pages: dict[str, Page]) -> None:
    page = smoke_pages["cx.mem.gov.cn.zs-cx.example-top/"]
    assert page.title == "特种作业操作证查询平台"
    assert page.target == "https://cx.mem.gov.cn.zs-cx.example-top/"


def test_files_of_routes_and_pages_behind_conditions_are_not_listed(smoke_pages: dict[str, Page]) -> None:
    mine = {key for key in smoke_pages if key.startswith("cx.mem")}
    host = "cx.mem.gov.cn.zs-cx.example-top"
    assert mine == {f"{host}/", f"{host}/news/", f"{host}/查询"}


def test_hostile_pages_are_known_by_what_they_would_have_said(smoke_pages: dict[str, Page]) -> None:
    assert smoke_pages["hostile.example-top/endless"].title == "无尽证书页"


def test_a_host_on_a_port_is_linked_with_its_port(smoke_pages: dict[str, Page]) -> None:
    assert smoke_pages["198.51.100.5/const/"].target == "http://198.51.100.5:8081/const/"


def test_paths_outside_ascii_are_linked_percent_encoded(smoke_pages: dict[str, Page]) -> None:
    assert smoke_pages["cx.mem.gov.cn.zs-cx.example-top/查询"].target.endswith("/%E6%9F%A5%E8%AF%A2")


def test_only_visible_text_counts_and_inline_markup_does_not_split_words(smoke_pages: dict[str, Page]) -> None:
    page = smoke_pages["cx.mem.gov.cn.zs-cx.example-top/news/"]
    assert page.text == "安全生产 培训"
    assert page.date == "2026-02-20"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("text/html; charset=gb2312", "安全".encode("gbk")),
        ("text/html", b'<meta charset="gbk">' + "安全".encode("gbk")),
        ("text/html", "安全".encode("gb18030")),
        ("text/html", "安全".encode("utf-8-sig")),
        ("text/html; charset=rot13", "安全".encode()),
    ],
)
def test_the_charset_is_taken_from_header_meta_or_bytes(kind: str, body: bytes) -> None:
    assert "安全" in decode(Answer(200, (("Content-Type", kind),), body))


def test_a_tag_of_100000_attributes_is_read_in_linear_time() -> None:
    start = time.perf_counter()
    markup = "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">免考"
    assert read_markup(markup)[1] == "免考"
    assert time.perf_counter() - start < 2


def test_a_page_of_100000_nested_tags_is_read_in_linear_time() -> None:
    start = time.perf_counter()
    assert "免考" in read_markup("<div>" * 100_000 + "免考")[1]
    assert time.perf_counter() - start < 2
