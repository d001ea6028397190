"""The pictures of a stored visit: those that came, those in the page, and why the others did not."""

from __future__ import annotations

import base64
from datetime import datetime

from scoring.case import Hop
from scoring.sitekey import site_key
from spiders.items import Exchange, PageVisit, PictureVisit, VisitItem
from spiders.pictures.shown import pictures_of, speaks_by_pictures

AT = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
URL = "http://a.example.com/"


def an_exchange(url: str, body: bytes, status: int | None = 200, **more: str) -> Exchange:
    kind = "text/html" if body.startswith(b"<") else "image/png"
    return Exchange(url, "GET", [], status, "", [("Content-Type", kind)], body, AT, **more)


def a_visit(html: str, *pictures: Exchange, inline: int = 0) -> VisitItem:
    page = an_exchange(URL, html.encode())
    pages = [PageVisit("desktop", URL, [Hop(URL, 200)], [page], body_sha256="0" * 64)]
    shown = [PictureVisit(p, URL) for p in pictures]
    return VisitItem(site_key(URL), URL, AT, pages, pictures=shown, inline_pictures=inline)


def test_a_picture_that_came_brings_its_bytes_and_the_page_that_shows_it() -> None:
    (shown,) = pictures_of(a_visit("<p>x</p>", an_exchange(URL + "ewm.png", b"\x89PNG")))
    assert (shown.url, shown.page_url, shown.data, shown.why) == (URL + "ewm.png", URL, b"\x89PNG", "")


def test_the_same_bytes_are_one_picture_wherever_they_stand() -> None:
    data = base64.b64encode(b"\x89PNG").decode()
    html = f'<img class="qrcode" src="data:image/png;base64,{data}">'
    found = pictures_of(a_visit(html, an_exchange(URL + "ewm.png", b"\x89PNG"), inline=1))
    assert [shown.url for shown in found] == [URL + "ewm.png"]


def test_a_picture_within_the_page_is_named_by_the_page_and_its_place() -> None:
    data = base64.b64encode(b"\x89PNG").decode()
    (shown,) = pictures_of(a_visit(f'<img class="qrcode" src="data:image/png;base64,{data}">', inline=1))
    assert (shown.url, shown.data) == (f"{URL}#data:0", b"\x89PNG")


def test_a_picture_that_did_not_come_says_why_and_nothing_of_our_own_network() -> None:
    refused = an_exchange(URL + "1.png", b"", None, error="E_CONNECT 无法连接：proxy 127.0.0.1:45413 said 502")
    missing = an_exchange(URL + "2.png", b"<p>404</p>", 404)
    cut = an_exchange(URL + "3.png", b"\x89PNG", truncated="length", error="E_TOO_LONG 超出上限：2097152 字节")
    why = [shown.why for shown in pictures_of(a_visit("<p>x</p>", refused, missing, cut))]
    assert why == [
        "图片没有取到（E_CONNECT 无法连接）",
        "图片没有取到（HTTP 404）",
        "图片不完整（E_TOO_LONG 超出上限）",
    ]


def test_a_visit_speaks_by_pictures_where_no_page_shows_much_text() -> None:
    assert speaks_by_pictures(a_visit("<title>查询</title><img src=1.jpg>"))
    assert not speaks_by_pictures(a_visit("<p>" + "本厂生产机床。" * 60 + "</p>"))
    assert not speaks_by_pictures(VisitItem(site_key(URL), URL, AT))
