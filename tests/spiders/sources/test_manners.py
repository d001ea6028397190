"""What counts as being turned away, and when a source may be asked."""

from __future__ import annotations

from datetime import datetime

import pytest
from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from spiders.pages.baidu import BaiduPage
from spiders.sources.manners import forbidden_by_robots, refusal, within_hours

SEARCH = "https://www.baidu.com/s?wd=a"
LOGIN = "<html><body><h1>登录</h1><form><input name=u><input type=password name=p></form></body></html>"
RESULT = '<div id="content_left"><div class="result c-container"><h3 class="t"><a href="http://a.example/">标题</a></h3></div></div>'


def a_page(status: int = 200, html: str = "", location: str = "") -> BaiduPage:
    return BaiduPage(html, SEARCH, status, {"Location": location} if location else {})


@pytest.mark.parametrize("status", [401, 403, 418, 429, 451])
def test_a_refusing_status_blocks_and_says_which(status: int) -> None:
    found = refusal(a_page(status, "<p>稍后再试</p>"))
    assert found is not None
    assert found[0] == "blocked"
    assert f"HTTP {status}" in found[1]


@pytest.mark.parametrize("status", [200, 404, 500, 502, 503])
def test_other_statuses_turn_nobody_away(status: int) -> None:
    assert refusal(a_page(status, "<p>稍后再试</p>")) is None


def test_an_error_page_that_says_not_found_is_no_confirmed_none_when_it_refuses() -> None:
    assert refusal(a_page(403, "<body>没有找到</body>")) is not None


@pytest.mark.parametrize("status", [200, 403])
def test_a_verification_page_is_a_captcha_whatever_its_status(status: int) -> None:
    found = refusal(a_page(status, "<title>百度安全验证</title><p>安全验证</p>"))
    assert found is not None
    assert found[0] == "captcha"


@pytest.mark.parametrize(
    "location",
    [
        "https://passport.baidu.com/v2/?login&u=x",
        "https://login.example.net/?back=1",
        "https://www.baidu.com/login?x=1",
        "https://passport.weibo.com/visitor/visitor?entry=miniblog",
    ],
)
def test_being_sent_to_log_in_is_a_block(location: str) -> None:
    found = refusal(a_page(302, location=location))
    assert found is not None
    assert found[0] == "blocked"
    assert location in found[1]


def test_being_sent_to_a_verification_page_is_a_captcha() -> None:
    found = refusal(a_page(302, location="https://wappass.baidu.com/static/captcha/?x=1"))
    assert found is not None
    assert found[0] == "captcha"


@pytest.mark.parametrize("html", [LOGIN, "<p>请先登录，登录后可查看搜索结果</p>"])
def test_a_page_that_only_asks_to_log_in_is_a_block(html: str) -> None:
    assert refusal(a_page(html=html)) == ("blocked", "页面要求登录")


def test_a_login_form_beside_results_or_beside_much_text_is_none() -> None:
    assert refusal(a_page(html=RESULT + LOGIN)) is None
    assert refusal(a_page(html=LOGIN + "<p>" + "新版面的文字" * 400 + "</p>")) is None


@pytest.mark.parametrize(
    ("hours", "at", "open_"),
    [
        ("", "12:00", True),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("22:00-06:00", "21:59", False),
        ("09:00-18:00", "08:59", False),
        ("09:00-18:00", "09:00", True),
        ("09:00-18:00", "18:00", False),
        ("07:00-07:00", "03:00", True),
    ],
)
def test_hours_begin_with_their_first_minute_and_end_before_their_last(hours: str, at: str, open_: bool) -> None:
    assert within_hours(hours, datetime.fromisoformat(f"2026-03-01T{at}:00+08:00")) is open_


def test_hours_are_those_of_china_wherever_the_clock_stands() -> None:
    assert within_hours("22:00-06:00", datetime.fromisoformat("2026-03-01T18:00:00+00:00"))


def test_only_what_robots_txt_forbids_counts_as_that() -> None:
    assert forbidden_by_robots(Failure(IgnoreRequest("Forbidden by robots.txt")))
    assert not forbidden_by_robots(Failure(IgnoreRequest("only GET is ever sent, not POST")))
    assert not forbidden_by_robots(Failure(OSError("robots.txt")))
