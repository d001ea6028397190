"""One parse gives all facts; hostile pages cost linear time and keep their text."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.page import parse
from scoring.page_urls import Base, host_of, path_of, port_of

URL = "http://a.example.com/dir/page.html?x=1"


def test_title_headings_and_meta_are_read():
    page = parse('<title> 甲 \n 乙 </title><meta name="Description" content="丙"><h1>丁</h1><h2>戊</h2>', URL)
    assert (page.title, page.description, page.headings) == ("甲 乙", "丙", ("丁", "戊"))


def test_words_split_by_inline_elements_are_one_and_blocks_stay_apart():
    page = parse("<p>免<b>考</b>拿<span>证</span></p><div>下一段</div>", URL)
    assert page.text == "免考拿证\n下一段"


def test_scripts_and_styles_are_not_visible_text():
    page = parse("<style>p{}</style><p>甲</p><script>var a='乙'</script>", URL)
    assert page.text == "甲"
    assert "乙" in page.script_text


def test_escaped_chinese_in_scripts_is_read():
    assert "证书查询" in parse(r'<script>var t="\u8bc1\u4e66\u67e5\u8be2"</script>', URL).script_text


def test_links_are_absolute():
    page = parse('<a href="/a">1</a><a href="b">2</a><a href="//c.example.com/d">3</a><a href="../e">4</a>', URL)
    assert [link.url for link in page.links] == [
        "http://a.example.com/a",
        "http://a.example.com/dir/b",
        "http://c.example.com/d",
        "http://a.example.com/e",
    ]


def test_a_form_carries_fields_with_the_words_beside_them():
    page = parse(
        '<form action="q.do" method=POST>姓名<input name=xm placeholder=请输入><button>查询</button></form>', URL
    )
    form = page.forms[0]
    assert (form.action, form.method) == ("http://a.example.com/dir/q.do", "post")
    assert [f.name for f in form.fields] == ["xm", ""]
    assert "姓名" in form.text


def test_fields_outside_any_form_are_kept_with_their_labels():
    page = parse("<label>姓名 <input id=n></label><table><tr><td>证件号码</td><td><input id=i></td></tr></table>", URL)
    form = page.forms[-1]
    assert form.loose
    assert [f.id for f in form.fields] == ["n", "i"]
    assert "姓名" in form.text
    assert "证件号码" in form.text


@pytest.mark.parametrize(
    ("script", "target"),
    [
        ('location.href="http://b.example.org/x"', "http://b.example.org/x"),
        ("window.location.replace('http://b.example.org/')", "http://b.example.org/"),
        ("setTimeout(function(){top.location='//b.example.org/y'},5000)", "http://b.example.org/y"),
        ('var h="http://b.exa"; var t=h+"mple.org/"; location.assign(t)', "http://b.example.org/"),
        ('location.href=atob("aHR0cDovL2IuZXhhbXBsZS5vcmcv")', "http://b.example.org/"),
        ('self.location = decodeURIComponent("http%3A%2F%2Fb.example.org%2F")', "http://b.example.org/"),
    ],
)
def test_script_redirects_are_read(script, target):
    assert [r.url for r in parse(f"<script>{script}</script>", URL).redirects] == [target]


def test_meta_refresh_is_read():
    assert parse('<meta http-equiv="Refresh" content="0; URL=\'/next\'">', URL).refresh == "http://a.example.com/next"


def test_counters_are_read_from_sources_and_code():
    html = (
        '<script src="https://hm.baidu.com/hm.js?0123456789abcdef0123456789abcdef"></script>'
        '<script>src="//s4.cnzz.com/z_stat.php?id=1261100000&web_id=1"; gtag("config","G-ABCDEF1234")</script>'
    )
    assert parse(html, URL).analytics == (
        "baidu:0123456789abcdef0123456789abcdef",
        "cnzz:1261100000",
        "google:G-ABCDEF1234",
    )


@pytest.mark.parametrize(
    "comment",
    [
        "<!-- saved from url=(0022)http://cx.mem.gov.cn/ -->",
        "<!-- Mirrored from cx.mem.gov.cn/ by HTTrack [XR&CO'2014] -->",
    ],
)
def test_the_mark_of_a_mirror_is_read(comment):
    assert "cx.mem.gov.cn" in parse(comment + "<p>x</p>", URL).saved_from[0]


def test_resources_are_counted_by_host_and_path():
    page = parse(
        '<img src="//c.example.com/a/b.png"><script src=/js/q.js></script><link rel=stylesheet href=/c.css>', URL
    )
    assert page.resource_hosts == {"a.example.com": 2, "c.example.com": 1}
    assert {"/a/b.png", "/js/q.js", "/c.css"} <= page.asset_paths


def test_the_site_code_of_meta_and_of_the_error_script_is_read():
    assert parse('<meta name="SiteIDCode" content="1400000045">', URL).site_code_meta == "1400000045"
    assert parse('<script id="_jiucuo_" sitecode="3300000020" src="x.js"></script>', URL).site_code_meta == "3300000020"


HOSTILE = {
    "nested 200,000 deep": "<div>" * 200_000 + "结尾<a href=/x>链</a>",
    "nested 5,000 deep": "<div>" * 5_000 + "结尾<a href=/x>链</a>",
    "100,000 attributes": "<div " + " ".join(f"a{i}=1" for i in range(100_000)) + ">结尾<a href=/x>链</a>",
    "100,000 bare attributes": "<div " + "a " * 100_000 + ">结尾<a href=/x>链</a>",
    "330,000 open b": "<b>" * 299_000 + "结尾<a href=/x>链</a>",
    "open formatting in 20,000 paragraphs": "".join(f"<font id={i}></p><p>" for i in range(790))
    + "<p>y</p>" * 20_000
    + "结尾<a href=/x>链</a>",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_linearly_with_text_and_links(name):
    start = time.process_time()
    page = parse(HOSTILE[name], URL)
    assert time.process_time() - start < 1.5
    assert page.how == "linear"
    assert page.why_linear
    assert "结尾" in page.text
    assert page.links[-1].url == "http://a.example.com/x"


@pytest.mark.parametrize(
    "html",
    [
        "<" * 1_000_000,
        "<a" * 500_000,
        "<!--" * 250_000,
        "<script>" * 125_000,
        "<script>" + "location='" * 100_000 + "</script>",
        "<script>" + "a+" * 400_000 + "location=b</script>",
        "<script>" + "中" * 900_000 + "</script>",
        "<form>" * 100_000,
        "<h1>x" * 140_000,
        "<input>" * 120_000,
    ],
    ids=["lt", "open", "comment", "script", "location", "plus", "cjk", "form", "h1", "input"],
)
def test_a_megabyte_made_to_hurt_costs_little(html):
    took = []
    for other in range(3):  # a busy machine makes any single time long
        start = time.process_time()
        parse(f"{html}{other}", URL)
        took.append(time.process_time() - start)
    assert min(took) < 1.5


def test_both_readers_agree_on_a_plain_page():
    html = "<title>甲</title><h1>乙</h1><p>丙<b>丁</b></p><form action=/q><input name=xm></form><a href=/x>戊</a>"
    plain = parse(html, URL)
    linear = parse(html + "<i>" * 160_000, URL)
    assert linear.how == "linear"
    for key in ("title", "headings", "links"):
        assert getattr(plain, key) == getattr(linear, key)
    assert plain.text in linear.text
    assert [f.name for f in plain.fields] == [f.name for f in linear.fields]


@given(st.text(alphabet=st.sampled_from(list("<>/=\"' abdiv中!-&;#x\x00\ud800")), max_size=300))
def test_any_text_gives_facts(html):
    page = parse(html.encode("utf-8", "replace").decode(), URL)
    assert isinstance(page.text, str)
    assert parse(page.html, URL) == page


def test_a_broken_base_or_address_is_kept_as_written():
    assert Base("http://a.example.com/").join("http://[bad") == "http://[bad"
    assert Base("").join("x/y") == "x/y"


def test_hosts_ports_and_paths_of_addresses():
    assert host_of("http://user@A.Example.com:8080/x?y") == "a.example.com"
    assert host_of("https://[2001:db8::1]:8443/") == "2001:db8::1"
    assert host_of("/relative") == ""
    assert (port_of("https://a/"), port_of("http://a:8081/"), port_of("http://a:bad/")) == (80, 8081, 80)
    assert (path_of("http://a/b/c?d#e"), path_of("data:x")) == ("/b/c", "")


def test_real_pages_give_text_and_links(real_data):
    for file in sorted((real_data / "genuine").glob("*html/*.html")):
        page = parse(file.read_text(encoding="utf-8", errors="replace"), "http://www.example.com/")
        assert page.how == "dom", file.name
        assert len(page.text) > 500, file.name
        assert len(page.links) > 20, file.name
        assert page.title, file.name
