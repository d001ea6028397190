"""How a source is treated: the hours in which it may be asked, and what counts as being turned away by it.

Judges one answer or one instant; that a source is left alone afterwards is the route's and the night's business.
"""

from __future__ import annotations

from datetime import datetime, time

from scrapy.exceptions import IgnoreRequest
from twisted.python.failure import Failure

from spiders.clock import CHINA
from spiders.items import Outcome
from spiders.pages.base import SerpPage
from spiders.redirects import visible

REFUSING = {
    401: "要求登录",
    403: "禁止访问",
    407: "出口代理要求密码",
    418: "被识别为程序",
    429: "询问过于频繁",
    451: "依法不予提供",
}
"""RFC 9110 and RFC 6585; 418 is what Chinese services answer to crawlers that they recognise."""
TOO_MANY = 429
"""A page object reads it as a captcha, whatever the page says."""
LOGIN_PLACES = ("passport.", "login.", "/login", "/signin", "/passport", "/visitor", "account.", "/accounts/", "sso.")
"""In the host or path of where a search was sent instead."""
LOGIN_WORDS = ("登录后查看", "登录后可", "登录后即可", "请先登录", "请登录后", "需要登录", "登录即可查看", "扫码登录")
SPARSE = 1500
"""Visible characters of a page that only asks to log in, at most."""
LARGE = 500_000
NOTE = 300


def refusal(page: SerpPage) -> tuple[Outcome, str] | None:
    """``captcha`` or ``blocked`` with what tells it; None where the page is an answer, or broken in another way."""
    if page.outcome == "results":
        return None
    if _is_login(page.location):
        return "blocked", f"转到登录页面 {page.location}"[:NOTE]
    if page.outcome == "captcha" and page.status != TOO_MANY:
        return "captcha", f"转到验证页面 {page.location}"[:NOTE] if page.location else "页面上是验证码"
    if page.status in REFUSING:
        return "blocked", f"HTTP {page.status}，{REFUSING[page.status]}"
    if page.outcome == "unparsed" and page.status == 200 and _asks_to_log_in(page):  # OK
        return "blocked", "页面要求登录"
    return None


def forbidden_by_robots(failure: Failure) -> bool:
    """Whether the request was not sent because the source's robots.txt forbids it (Scrapy's own words)."""
    return isinstance(failure.value, IgnoreRequest) and "robots.txt" in failure.getErrorMessage()


def within_hours(hours: str, at: datetime) -> bool:
    """Whether ``at`` lies in ``hours``, Chinese local time, as ``22:00-06:00``; the end does not belong to it.

    Empty, or both times alike: at any hour.
    """
    if not hours:
        return True
    start, end = (time.fromisoformat(part) for part in hours.split("-"))
    here = at.astimezone(CHINA).time()
    if start < end:
        return start <= here < end
    return start == end or here >= start or here < end


def _is_login(location: str) -> bool:
    where = location.partition("?")[0].lower()
    return any(word in where for word in LOGIN_PLACES)


def _asks_to_log_in(page: SerpPage) -> bool:
    text = visible(page.html[:LARGE])
    if len(text) > SPARSE:
        return False
    password = page.tree is not None and page.tree.css_first("input[type=password]") is not None
    return password or any(word in text for word in LOGIN_WORDS)
