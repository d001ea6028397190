"""Results pages come from outside: cut, broken, shaped to hurt. Reading them never raises and never hangs."""

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spiders.pages.baidu import BaiduPage
from spiders.pages.baixing import BaixingPage
from spiders.pages.base import SerpPage, decode_serp
from spiders.pages.bing import BingPage
from spiders.pages.so360 import So360Page
from spiders.pages.sogou import SogouPage
from spiders.pages.tieba import TiebaPage
from spiders.pages.weibo import WeiboPage
from spiders.pages.weixin import WeixinPage
from spiders.pages.wuba import WubaPage

FIXTURES = Path(__file__).parents[2] / "fixtures" / "pages"
PAGES: list[type[SerpPage]] = [BaiduPage, BingPage, So360Page, SogouPage]
BODIES = [f.read_bytes() for f in sorted(FIXTURES.glob("*/*/response.html"))]
URLS = {
    BaiduPage: "https://www.baidu.com/s?wd=a",
    BingPage: "https://www.bing.com/search?q=a",
    So360Page: "https://www.so.com/s?q=a",
    SogouPage: "https://www.sogou.com/web?query=a",
    WeixinPage: "https://weixin.sogou.com/weixin?query=a",
    TiebaPage: "https://tieba.baidu.com/f/search/res?qw=a",
    WeiboPage: "https://s.weibo.com/weibo?q=a",
    WubaPage: "https://yt.58.com/sou/?key=a",
    BaixingPage: "https://yantai.baixing.com/search/?query=a",
}
PAGES += [page for page in URLS if page not in PAGES]


def read(page_class: type[SerpPage], html: str, url: str = "", status: int = 200, location: str = "") -> SerpPage:
    page = page_class(html, url or URLS[page_class], status, {"Location": location} if location else {})
    assert page.outcome in {"results", "none", "captcha", "unparsed"}
    assert all(r.title and r.url.startswith("http") for r in page.results)
    assert isinstance(page.next_url, str)
    return page


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PAGES), st.sampled_from(BODIES), st.data())
def test_cut_and_mutated_pages_never_raise(page_class: type[SerpPage], body: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(body)))
    body = body[:cut] if data.draw(st.booleans()) else body[cut:]
    for _ in range(data.draw(st.integers(0, 5))):
        at = data.draw(st.integers(0, len(body)))
        body = body[:at] + data.draw(st.binary(max_size=8)) + body[at + data.draw(st.integers(0, 8)) :]
    read(page_class, decode_serp(body))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(PAGES), st.text(), st.text(), st.sampled_from([200, 204, 301, 302, 403, 429, 500]), st.text())
def test_any_text_status_and_location_is_read(
    page_class: type[SerpPage], html: str, url: str, status: int, location: str
) -> None:
    read(page_class, html, url, status, location)


@given(st.binary(), st.text())
def test_decoding_never_raises(body: bytes, content_type: str) -> None:
    assert isinstance(decode_serp(body, content_type), str)


@pytest.mark.parametrize("label", ["gb2312", "gbk", "x-gbk", "GB_2312-80"])
def test_gb2312_labels_read_four_byte_gb18030(label: str) -> None:
    text = f'<meta charset="{label}"><p>㐀 䶮 电工证</p>'
    assert decode_serp(text.encode("gb18030")) == text


BOMBS = {
    "attributes": "<div " + " ".join(f"a{i}=1" for i in range(60_000)) + ">",
    "depth": "<div>" * 30_000,
    "bold": "<b>" * 30_000,
    "open tags": "<" * 200_000,
    "headings": "<h3>" * 10_000,
    "tags without end": "<code " * 8_000,
    "comments without end": "<code id=a><!--" * 30_000,
    "nested json": "{" * 100_000,
    "links": '<h3><a href="http://x.example/">x</a></h3>' * 2_000,
}
TAIL = "".join(f'<h3><a href="http://r{i}.example/">结果{i}</a></h3><p>摘要</p>' for i in range(3))


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS.keys())
def test_a_page_shaped_to_hang_the_parser_takes_seconds_at_most(bomb: str) -> None:
    started = time.perf_counter()
    read(BaiduPage, bomb + TAIL)
    assert time.perf_counter() - started < 30  # the child that reads what nothing ends has six, and a start


@pytest.mark.parametrize("bomb", ["attributes", "depth"])
def test_results_behind_a_hostile_shape_are_still_found(bomb: str) -> None:
    page = read(BaiduPage, BOMBS[bomb] + TAIL)
    assert [r.title for r in page.results] == ["结果0", "结果1", "结果2"]
    assert page.by_headings
