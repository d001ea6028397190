"""Pages made to hang or blind a parser: each gives a case and an assessment in bounded time, always the same one."""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scoring import page as pages
from scoring import page_guard
from scoring.case import Hop, SiteKey
from scoring.engine import assess
from scoring.reference import Reference
from scoring.weights import shipped
from seeds.loader import load_seeds
from spiders import parse_child
from spiders.case import build_case
from spiders.items import Exchange, PageVisit, VisitItem
from spiders.limited import LimitedChild, Limits

NOW = datetime(2026, 11, 21, 2, tzinfo=UTC)
URL = "http://cx-mem-gov.example.com/"
HEAD = "<html><head><title>特种作业操作证查询</title></head><body><a href='/first'>首页</a>"
FOOT = "<a href='/last'>证书查询入口</a><p>微信：zb881234</p></body></html>"
NAMES = [f"{a}{b}{c}" for a in "abcdefghijklmnop" for b in "abcdefghijklmnop" for c in "abcdefghijklmnop"]
HOSTILE = {
    "5,000 nested": "<div>" * 5000 + "x" + "</div>" * 5000,
    "200,000 nested": "<div>" * 200_000,
    "nested, closed by other names": "</b><span>" * 60_000,
    "list items in definitions": "<li><dd>" * 40_000,
    "nested in drawings": "<svg>" + "</p><thead>" * 30_000,
    "100,000 attributes": f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>",
    "many attributes on many tags": f"<p {' '.join(NAMES[:590])}>" * 700,
    "3,000,000 open b": "<b>" * 3_000_000,
    "misnested b": "<b><p></b>" * 45_000,
    "options": "<select>" + "<option>x" * 140_000 + "</select>",
    "6,000 options": "<select>" + "<option>x" * 6000 + "</select>",
    "scripts": "<script>location.href='a'+b</script>" * 40_000,
    "tables in tables": "<table><tr><td>" * 700,
    "a title of 证书": f"<title>{'证书' * 2000}</title>",
    "QQ and 28 digits": ("QQ" + "1" * 28 + " ") * 33_000,
    "bytes of nothing": "<" * 1_500_000,
    "comments": "<!-- -->" * 140_000,
    "entities": "&amp;&lt;&nbsp;" * 80_000,
    "an unclosed quote": "<a href='" + "x" * 1_200_000,
}


def visit_of(html: str) -> VisitItem:
    headers = [("Content-Type", "text/html; charset=utf-8")]
    got = Exchange(URL, "GET", [], 200, "OK", headers, html.encode(), NOW)
    page = PageVisit("desktop", URL, [Hop(URL, 200)], [got], "utf-8", "", "0" * 64)
    return VisitItem(SiteKey("cx-mem-gov.example.com"), URL, NOW, [page])


@pytest.fixture(scope="module")
def plain_reference() -> Reference:
    return Reference(load_seeds())


@pytest.fixture(autouse=True)
def fresh():
    parse_child.parse.cache_clear()
    pages.parse.cache_clear()
    yield
    parse_child._CHILD.close()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_gives_a_case_and_an_assessment_in_bounded_time(name, plain_reference) -> None:
    html = HEAD + HOSTILE[name] + FOOT
    start = time.monotonic()
    case = build_case(visit_of(html), (), NOW)
    judged = assess(case, plain_reference, shipped())
    assert time.monotonic() - start < 12
    page = case.views[0].page
    assert page is not None
    assert page.title.startswith("特种作业操作证查询")
    assert page.links[0].url.endswith("/first")
    assert judged.rows
    assert not [u for u in judged.unchecked if "检查出错" in u.why]
    if page.how == "linear":
        assert any(page.why_linear == u.why for u in judged.unchecked)


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_the_same_page_is_read_the_same_way_again(name) -> None:
    html = HEAD + HOSTILE[name] + FOOT
    first = parse_child.parse(html, URL)
    parse_child.parse.cache_clear()
    assert parse_child.parse(html, URL) == first
    assert not first.why_linear.startswith("解析被终止")  # no reading hangs on how fast the machine is


@pytest.mark.parametrize("name", ["5,000 nested", "200,000 nested", "nested, closed by other names"])
def test_what_stands_behind_the_trap_is_found(name) -> None:
    page = parse_child.parse(HEAD + HOSTILE[name] + FOOT, URL)
    assert page.how == "linear"
    assert page.why_linear
    assert "微信：zb881234" in page.text
    assert page.links[-1].url.endswith("/last")


def test_an_ordinary_page_starts_no_child() -> None:
    parse_child.parse(HEAD + "<p>正文</p>" * 2000 + FOOT, URL)
    assert parse_child._CHILD.pid is None


def test_an_odd_page_is_read_in_the_child_as_it_is_read_here() -> None:
    html = HEAD + "<p>段落<b>甲</b><img src=a.png alt=图></p>" * 8000 + FOOT
    assert page_guard.odd(html)
    assert parse_child.parse(html, URL) == pages.parse(html, URL)
    assert parse_child._CHILD.pid is not None


def test_a_page_whose_parsing_is_killed_is_read_linearly_and_says_so(monkeypatch, plain_reference) -> None:
    slow = LimitedChild("builtins:eval", Limits(seconds=0.5, cpu_seconds=1, memory=1 << 30))
    monkeypatch.setattr(slow, "call", lambda *_: LimitedChild.call(slow, "__import__('time').sleep(9)"))
    monkeypatch.setattr(parse_child, "_CHILD", slow)
    html = HEAD + "<p>段落</p>" * 12_000 + FOOT
    case = build_case(visit_of(html), (), NOW)
    page = case.views[0].page
    assert page is not None
    assert (page.how, page.title, page.links[-1].text) == ("linear", "特种作业操作证查询", "证书查询入口")
    assert "解析被终止" in page.why_linear
    assert any("解析被终止" in u.why for u in assess(case, plain_reference, shipped()).unchecked)
    slow.close()


def test_a_tree_that_lost_title_or_links_is_not_believed() -> None:
    links = "".join(f"<a href='/{n}'>第{n}页</a>" for n in range(40))
    full = pages.parse(HEAD + links + FOOT, URL)
    linear = pages.parse_linearly(HEAD + links + FOOT, URL, "x")
    assert not parse_child.loses(full, linear)
    assert parse_child.loses(replace(full, title=""), linear)
    assert parse_child.loses(replace(full, links=full.links[:10]), linear)


def test_facts_of_a_page_survive_the_way_back_from_the_child() -> None:
    html = HEAD + "<form action=/q><input name=xm><select><option>一</select></form><script>location.href='/x'</script>"
    facts = pages.parse(html, URL)
    assert pickle.loads(pickle.dumps(facts)) == facts


def test_a_process_that_scores_hostile_pages_answers_sigterm(tmp_path) -> None:
    code = (
        "import sys, signal, itertools\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))\n"
        "from spiders.parse_child import parse\n"
        "pages = ['<b><p></b>' * 45_000, '<div>' * 200_000, '<b>' * 3_000_000, '<select>' + '<option>x' * 9000,\n"
        "         '<img src=a alt=x>' * 140_000]\n"
        "print('ready', flush=True)\n"
        "for n in itertools.count():\n"
        "    parse(pages[n % 5] + str(n), 'http://e.cn/')\n"
    )
    for wait in (0.3, 1.1):
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(wait)
            start = time.monotonic()
            process.send_signal(signal.SIGTERM)
            assert process.wait(5) == 143
            assert time.monotonic() - start < 5
