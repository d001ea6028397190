from __future__ import annotations

import hashlib
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from scoring.case import Hop, SiteKey
from scoring.faces import kind_of
from spiders.glimpse import MOST, glimpse
from spiders.items import Exchange, PageVisit

URL = "http://a.example.com/"
AT = datetime(2026, 3, 1, tzinfo=UTC)


def answer(body: bytes, status: int | None = 200, url: str = URL, error: str = "", **headers: str) -> Exchange:
    named = [("Content-Type", "text/html; charset=utf-8"), *headers.items()]
    return Exchange(url, "GET", [], status, "", named if status else [], body, AT, error=error)


def a_page(*exchanges: Exchange, error: str = "") -> PageVisit:
    hops = [Hop(e.url, e.status, error=e.error) for e in exchanges]
    sha256 = hashlib.sha256(exchanges[-1].body).hexdigest()
    return PageVisit("desktop", exchanges[0].url, hops, list(exchanges), body_sha256=sha256, error=error)


def test_title_text_and_elements_are_read():
    seen = glimpse(a_page(answer("<html><title> 城南 小学 </title><p>午餐<b>土豆</b></p></html>".encode())))
    assert (seen.title, seen.text, seen.tags) == ("城南 小学", "午餐 土豆", ("html", "title", "p", "b"))


def test_a_wall_is_named():
    html = "<title>滑动验证页面</title><p>访问验证 请按住滑块，拖动到最右边</p>".encode()
    seen = glimpse(a_page(answer(html)))
    assert (seen.wall, kind_of(seen, SiteKey("a.example.com"))) == ("阿里云 WAF", "challenge")


def test_the_same_body_with_another_status_is_another_wall():
    html = b"<script>document.cookie='__jsl_clearance=1';location.href=location.pathname</script>"
    assert glimpse(a_page(answer(html, 521))).wall == "知道创宇 加速乐"
    assert glimpse(a_page(answer(html, 200))).wall == ""


def test_a_redirect_to_a_dead_host_is_onward():
    dead = answer(b"", None, "http://b.example.org/", "E_CONNECT x")
    seen = glimpse(a_page(answer(b"", 302, Location="http://b.example.org/"), dead, error="E_CONNECT x"))
    assert (seen.onward, seen.error) == ("http://b.example.org/", "E_CONNECT")
    assert kind_of(seen, SiteKey("a.example.com")) == "elsewhere"


def test_a_redirect_that_was_refused_teaches_nothing():
    seen = glimpse(a_page(answer(b"", 302, Location="http://127.0.0.1/"), error="E_NET_PRIVATE x"))
    assert kind_of(seen, SiteKey("a.example.com")) == "ours"


def test_nothing_answered():
    seen = glimpse(a_page(answer(b"", None, error="E_TIMEOUT 20"), error="E_TIMEOUT 20"))
    assert (seen.status, seen.error, seen.final_url) == (None, "E_TIMEOUT", "")


def test_a_long_page_is_cut_before_a_tag_and_keeps_its_encoding():
    body = ("<p>午餐是土豆</p>" * 20_000).encode()
    assert len(body) > MOST
    seen = glimpse(a_page(answer(body)))
    assert seen.text.startswith("午餐是土豆 午餐是土豆")


def test_a_picture_is_no_blank_page():
    picture = Exchange(URL, "GET", [], 200, "", [("Content-Type", "image/png")], b"\x89PNG", AT)
    assert kind_of(glimpse(a_page(picture)), SiteKey("a.example.com")) == "page"


@given(st.binary(max_size=300), st.sampled_from([200, 302, 404, 503]))
def test_whatever_comes_is_read_without_an_error(body, status):
    kind_of(glimpse(a_page(answer(body, status))), SiteKey("a.example.com"))
