"""Exports of asset search engines, written as the engines write them: which websites their rows name."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from spiders.feeds.row import BadRow
from spiders.sources.assets import AssetsSpider
from spiders.sources.files import FeedFile

HUNTER = (
    "url,资产标签,IP,IP标签,端口,网站标题,域名,高危协议,协议,通讯协议,网站状态码,应用/组件,操作系统,"
    "备案单位,备案号,国家,省份,市区,探查时间,Web资产,运营商,注册机构\n"
    'http://cx.example-top:9900,"查询,登录页面",203.0.113.11,,9900,特种作业操作证查询,cx.example-top,,http,tcp,200,'
    '"jQuery,Nginx",,某公司,京ICP备00000000号,中国,北京市,北京市,2026-02-14,是,,\n'
    ",,203.0.113.12,,22,,,,ssh,tcp,,,,,,,,,2026-02-14,否,,\n"
    ",,203.0.113.13,,443,证书查询,,,https,tcp,200,,,,,,,,2026-02-14,是,,\n"
)
FOFA = (
    "host,ip,port,protocol,title,domain,country,lastupdatetime\n"
    "https://a.example:8443,203.0.113.1,8443,https,甲,a.example,CN,2026-02-11 10:00:00\n"
    'b.example,203.0.113.2,80,http,"乙,""丙""",example,CN,\n'
    "c.example:8080,203.0.113.3,8080,,,example,CN,\n"
    ",203.0.113.4,443,https,,,CN,\n"
    ",2001:db8::4,80,http,,,CN,\n"
    "bad host,,,,,,,\n"
    ",,,http,只有标题,,,\n"
)
FOFA_API = {
    "error": False,
    "size": 3,
    "page": 1,
    "mode": "extended",
    "query": 'title="证书查询"',
    "results": [
        ["https://d.example", "203.0.113.4", "443"],
        ["e.example", "203.0.113.5", "8080", "特种作业 查询"],
        ["203.0.113.6:81", "203.0.113.6", "81"],
    ],
}
URLSCAN = {
    "results": [
        {
            "_id": "x",
            "page": {"url": "https://f.example/login", "domain": "f.example", "title": "查询", "ip": "203.0.113.7"},
            "task": {"url": "http://f.example/", "time": "2026-02-11T00:00:00Z"},
            "result": "https://urlscan.io/api/v1/result/x/",
        },
        {"task": {"url": "http://g.example/", "time": "2026-02-12T00:00:00Z"}},
    ],
    "total": 2,
}
QUAKE = {
    "code": 0,
    "message": "Successful.",
    "data": [
        {
            "ip": "203.0.113.8",
            "port": 443,
            "hostname": "",
            "domain": "h.example",
            "service": {"name": "http/ssl", "http": {"title": "高处作业证", "host": "h.example", "status_code": 200}},
            "time": "2026-02-10",
        },
        {"ip": "203.0.113.9", "port": 3306, "service": {"name": "mysql"}},
    ],
    "meta": {"pagination": {"total": 2}},
}
SHODAN = {"ip_str": "203.0.113.20", "port": 80, "hostnames": ["i.example", "www.i.example"], "http": {"title": "考证"}}


def read(tmp_path: Path, name: str, content: object) -> tuple[list[tuple[str, str, str]], list[tuple[int, str]]]:
    file = tmp_path / name
    file.write_text(content if isinstance(content, str) else json.dumps(content, ensure_ascii=False))
    return told(file)


def told(file: Path) -> tuple[list[tuple[str, str, str]], list[tuple[int, str]]]:
    found = list(AssetsSpider().read(FeedFile.at(file)))
    good = [(s.url, s.title, s.snippet) for s in found if not isinstance(s, BadRow)]
    return good, [(b.number, b.why) for b in found if isinstance(b, BadRow)]


def test_hunters_chinese_headings(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "hunter.csv", HUNTER)
    assert good == [
        ("http://cx.example-top:9900", "特种作业操作证查询", "IP 203.0.113.11，端口 9900，探查时间 2026-02-14"),
        ("https://203.0.113.13/", "证书查询", "IP 203.0.113.13，端口 443，探查时间 2026-02-14"),
    ]
    assert bad == [(3, "不是网站（协议 ssh）")]


def test_fofas_hosts_with_and_without_scheme_and_port(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "fofa.csv", FOFA)
    assert [(url, title) for url, title, _ in good] == [
        ("https://a.example:8443", "甲"),
        ("http://b.example/", '乙,"丙"'),
        ("http://c.example:8080/", ""),
        ("https://203.0.113.4/", ""),
        ("http://[2001:db8::4]/", ""),
    ]
    assert bad == [(7, "网址无效"), (8, "网址、域名和 IP 都是空的")]


def test_fofas_answers_have_no_names_and_are_read_by_shape(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "fofa.json", FOFA_API)
    assert [(url, title) for url, title, _ in good] == [
        ("https://d.example", ""),
        ("http://e.example:8080/", "特种作业 查询"),
        ("http://203.0.113.6:81/", ""),
    ]
    assert bad == []


def test_urlscans_pages_go_before_what_was_submitted(tmp_path: Path) -> None:
    good, _ = read(tmp_path, "urlscan.json", URLSCAN)
    assert [(url, title) for url, title, _ in good] == [("https://f.example/login", "查询"), ("http://g.example/", "")]


def test_quakes_services_are_websites_or_not(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "quake.json", QUAKE)
    assert good == [("https://h.example/", "高处作业证", "IP 203.0.113.8，端口 443，探查时间 2026-02-10")]
    assert bad == [(2, "不是网站（协议 mysql）")]


def test_every_name_of_one_address_is_a_website_of_its_own(tmp_path: Path) -> None:
    good, _ = read(tmp_path, "shodan.jsonl", json.dumps(SHODAN) + "\n")
    assert [(url, title) for url, title, _ in good] == [
        ("http://i.example/", "考证"),
        ("http://www.i.example/", "考证"),
    ]


def test_a_workbook_with_a_chinese_name_in_it(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in (["IP", "端口", "域名", "网站标题", "协议"], ["203.0.113.14", 443.0, "证书.中国", "标题", "http/ssl"]):
        book.active.append(line)
    book.save(tmp_path / "quake.xlsx")
    assert told(tmp_path / "quake.xlsx") == ([("https://证书.中国/", "标题", "IP 203.0.113.14，端口 443")], [])


def test_a_bare_list(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "assets.txt", "https://i.example/x\nj.example\n# 说明\n\n203.0.113.10:8080\n坏的\n")
    assert [url for url, _, _ in good] == ["https://i.example/x", "http://j.example", "http://203.0.113.10:8080"]
    assert bad == [(6, "不是网址、域名或 IP")]


def test_a_table_without_a_known_column_says_what_is_expected(tmp_path: Path) -> None:
    good, bad = read(tmp_path, "assets.csv", "甲,乙\n1,2\n3,4\n")
    assert good == []
    assert bad == [
        (2, "没有认得的列（需要 url、host、域名、IP 之一）"),
        (3, "没有认得的列（需要 url、host、域名、IP 之一）"),
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "http://", "http://a b/", "http://%zz/"])
def test_what_no_visitor_may_follow_is_a_bad_row(tmp_path: Path, url: str) -> None:
    good, bad = read(tmp_path, "assets.jsonl", json.dumps({"url": url}) + "\n")
    assert (good, bad) == ([], [(1, "网址无效")])
