"""A file's feed is known by its content; its name is a hint."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import openpyxl
import pytest

from spiders.feeds.folder import feed_at, feed_files, feeds_in

CERT = json.dumps({"message_type": "certificate_update", "data": {"leaf_cert": {"all_domains": ["a.top"]}}})
NAMES = "\n".join(f"name-{n}.top" for n in range(40))
CONTENT = {
    "list of names": (".txt", NAMES, "names"),
    "list of names with comments": (".txt", "# new\n// today\n" + NAMES, "names"),
    "list of addresses": (".txt", NAMES.replace("name", "http://name"), "names"),
    "table with a column of domains": (".csv", "domain,date\na.top,2026-04-01\n", "names"),
    "table with a Chinese column of domains": (".csv", "序号,域名,注册时间\n1,a.top,2026-04-01\n", "names"),
    "table without headings": (".csv", "1,a.top\n2,b.top\n", "names"),
    "domains as objects": (".jsonl", '{"domain": "a.top"}\n', "names"),
    "certstream": (".jsonl", CERT + "\n" + CERT, "ct"),
    "certstream with a broken line first": (".jsonl", "{\n" + CERT, "ct"),
    "crt.sh": (".json", '[{"issuer_ca_id": 1, "name_value": "a.top\\nb.top"}]', "ct"),
    "bare names of certificates": (".jsonl", '{"dns_names": ["a.top"]}', "ct"),
    "hotline": (".csv", "汇总表\n\n工单编号,来电时间,诉求内容\n1,2026-03-01,网站打不开\n", "tips"),
    "hotline with a domain column": (".csv", "编号,内容,域名\n1,假网站,a.top\n", "tips"),
    "addresses and when they were reported": (".csv", "编号,举报时间,网址\n1,2026-03-01,www.a.top\n", "tips"),
    "reports as objects": (".jsonl", '{"text": "网址www.a.top办假证"}\n', "tips"),
    "reports in Chinese keys": (".jsonl", '{"编号": 1, "内容": "网址www.a.top办假证"}\n', "tips"),
    "a letter": (".txt", "市民来信反映网站www.a.top可以查到假证\n请尽快核实处理并答复我\n", "tips"),
    "export of an asset engine": (".csv", "ip,port,host,title\n1.2.3.4,80,a.top,查询\n", "assets"),
    "numbers": (".csv", "1,2,3\n4,5,6\n", ""),
    "nothing": (".txt", "", ""),
}


@pytest.mark.parametrize("kind", CONTENT)
def test_a_file_of_any_name_is_known_by_what_stands_in_it(tmp_path: Path, kind: str) -> None:
    suffix, text, feed = CONTENT[kind]
    for number, encoding in enumerate(("utf-8", "gb18030")):
        path = tmp_path / f"wenjian{number}{suffix}"
        path.write_bytes(text.encode(encoding))
        assert feed_at(path, path.name) == feed


def test_a_packed_list_is_known_too(tmp_path: Path) -> None:
    for name in ("wenjian.txt.gz", "wenjian.gz"):
        path = tmp_path / name
        path.write_bytes(gzip.compress(NAMES.encode()))
        assert feed_at(path, name) == "names"


def test_a_workbook_of_reports_is_known(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (["汇总表"], ["编号", "反映内容"], ["1", "假网站www.a.top"]):
        book.active.append(row)
    book.save(tmp_path / "wenjian.xlsx")
    assert feed_at(tmp_path / "wenjian.xlsx", "wenjian.xlsx") == "tips"


def test_the_content_speaks_before_the_name(tmp_path: Path) -> None:
    path = tmp_path / "new-domains.csv"
    path.write_text("编号,内容\n1,假网站www.a.top\n", encoding="utf-8")
    assert feed_at(path, path.name) == "tips"


def test_where_the_content_says_nothing_the_name_does(tmp_path: Path) -> None:
    path = tmp_path / "tips-2026.csv"
    path.write_text("1,2\n", encoding="utf-8")
    assert feed_at(path, path.name) == "tips"


def test_a_list_of_names_called_after_certificates_is_one(tmp_path: Path) -> None:
    path = tmp_path / "ct-2026-04-01.txt"
    path.write_text(NAMES, encoding="utf-8")
    assert feed_at(path, path.name) == "ct"


def test_a_picture_of_any_name_belongs_to_no_feed(tmp_path: Path) -> None:
    path = tmp_path / "wenjian.png"
    path.write_bytes(b"\x89PNG")
    assert feed_at(path, path.name) == ""


def test_a_folder_is_read_by_each_feed_once(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(NAMES, encoding="utf-8")
    (tmp_path / "b.jsonl").write_text(CERT, encoding="utf-8")
    (tmp_path / "c.csv").write_text("编号,内容\n1,假网站\n", encoding="utf-8")
    assert feeds_in(tmp_path) == {"names", "ct", "tips"}
    assert {feed: [f.name for f in feed_files(tmp_path, feed)] for feed in ("names", "ct", "tips")} == {
        "names": ["a.txt"],
        "ct": ["b.jsonl"],
        "tips": ["c.csv"],
    }
