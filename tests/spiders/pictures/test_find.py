"""Which pictures of a page are fetched, and which never."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spiders.pictures.find import inline_bytes, little_text, telling

BASE = "http://a.example.com/x/index.html"
PROSE = "<p>" + "本厂生产机床配件，欢迎来电洽谈。" * 30 + "</p>"


def found(html: str, limit: int = 9) -> list[str]:
    return [c.url for c in telling(html, BASE, limit)]


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="/img/ewm.jpg">',
        '<img src="/img/a1.png" alt="扫码加微信">',
        '<img data-src="http://cdn.example.net/wx_kefu.png" src="/images/placeholder.gif">',
        "<img src='/guohui.png'>",
        "<IMG SRC=/zs/2024.jpg>",
        '<div>长按识别二维码<img src="/1.png"></div>',
        '<img class="qrcode" src="/f/88f1.png">',
    ],
)
def test_codes_contacts_cards_and_emblems_are_found_on_a_page_with_much_text(tag) -> None:
    assert len(found(PROSE + tag + PROSE)) == 1


@pytest.mark.parametrize(
    "tag",
    [
        '<img src="/banner.jpg">',
        '<img src="/GetImg?date=17" alt="验证码">',
        '<img id="imgVCode" src="/code.png">',
        '<img src="https://hm.baidu.com/hm.gif?qr=1">',
        '<img src="https://cx.mem.gov.cn/logo.png">',
        '<img src="https://dcs.conac.cn/image/red.png" alt="党政机关">',
        '<img alt="二维码">',
        '<img src="javascript:qr()">',
        '<img src="http://[::1/qr.png">',
    ],
)
def test_ornaments_verification_pictures_counters_and_authorities_are_left_alone(tag) -> None:
    assert found(PROSE + tag + PROSE) == []


def test_a_bare_page_speaks_by_its_big_pictures() -> None:
    html = '<title>查询</title><img src="1.jpg"><img src="2.jpg" width=800><img src="3.jpg" width="20">'
    assert found(html) == ["http://a.example.com/x/1.jpg", "http://a.example.com/x/2.jpg"]
    assert found(PROSE + html) == []


def test_pictures_that_lie_with_a_platform_are_left_to_it() -> None:
    html = PROSE + '<img src="http://www.cpta.com.cn/logo.png"><img src="/qr.png">'
    hosts = [c.url for c in telling(html, BASE, 9, {"www.cpta.com.cn"})]
    assert hosts == ["http://a.example.com/qr.png"]


def test_codes_come_before_emblems_and_the_number_is_bounded() -> None:
    html = "".join(f'<img src="/logo{n}x-logo.png">' for n in range(50)) + '<img src="/ewm.png">'
    assert found(html, 2) == ["http://a.example.com/ewm.png", "http://a.example.com/logo0x-logo.png"]
    assert found(html, 0) == []


def test_a_picture_that_stands_in_the_page_brings_its_bytes() -> None:
    data = base64.b64encode(b"\x89PNG code").decode()
    (candidate,) = telling(f'<img class="qrcode" src="data:image/png;base64,{data}">', BASE, 3)
    assert (candidate.url, candidate.data) == ("data:0", b"\x89PNG code")


@pytest.mark.parametrize("address", ["data:text/html,x", "data:image/png;base64", "data:image/png;base64,abc", "x"])
def test_an_address_that_holds_no_picture_gives_none(address) -> None:
    assert inline_bytes(address) is None


def test_scripts_styles_and_comments_are_no_text() -> None:
    silent = "<script>" + "var a=1;" * 400 + "</script><style>" + "a{}" * 400 + "</style><!-- " + "x" * 900 + "-->"
    assert little_text(f"<html>{silent}<p>查询</p>")
    assert not little_text(f"<html>{silent}{PROSE}")


@given(st.text(alphabet="<>img src=\"'/ewmqr.data:;,base64二维码\n", max_size=300))
def test_any_source_is_looked_through(html) -> None:
    assert len(telling(html, BASE, 3)) <= 3


@pytest.mark.parametrize(
    "bomb", ["<img " * 200_000, "<img src=x " * 100_000, "<" * 1_000_000, "<img src=qr.png>" * 60_000]
)
def test_a_hostile_source_costs_no_more_than_its_length(bomb) -> None:
    assert len(telling(bomb, BASE, 3)) <= 3


def test_real_pages_of_news_and_authorities_show_few_or_none(real_data: Path) -> None:
    pages = sorted((real_data / "genuine").rglob("*.html"))
    counts = [len(telling(p.read_bytes().decode("utf-8", "replace"), BASE, 3)) for p in pages]
    assert pages
    assert max(counts) <= 3
