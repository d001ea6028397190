"""Rendered pages in the case: beside the plain view where they say more or led on, else only its screen."""

from __future__ import annotations

from scoring.case import Hop, Screen, SiteKey, View
from scoring.page import parse
from spiders.browser.views import with_rendered
from spiders.items import RenderedPage, RenderedVisit
from tests.spiders.browser.conftest import NOW

URL = "http://a.example/"
TEXT = "<p>本平台提供全国特种作业操作证信息查询服务，数据由各级发证机关上传，一般在制证后三日内可以查到。</p>"
SCREEN = Screen(1, 2, "s", 3, 4)


def a_view(html: str, client="desktop") -> View:
    return View(client, URL, (Hop(URL, 200),), parse(html, URL), body_sha256="b" * 64)


def shown(html: str, *, hops=None, final=URL, screen=SCREEN, error="") -> RenderedVisit:
    page = RenderedPage(
        "desktop", URL, NOW, hops or [Hop(URL, 200)], final, dom=html.encode(), screen=screen, error=error
    )
    return RenderedVisit(SiteKey("a.example"), URL, NOW, "Chromium", [page])


def test_without_a_browser_nothing_changes() -> None:
    assert with_rendered([a_view(TEXT)], None) == (a_view(TEXT),)


def test_a_page_that_says_the_same_gets_its_screen_and_no_second_view() -> None:
    (view,) = with_rendered([a_view(TEXT)], shown(TEXT + "<p>访问量 1203</p>"))
    assert (view.screen.value, view.rendered) == (SCREEN, False)


def test_text_that_only_scripts_bring_stands_beside_the_plain_view() -> None:
    plain, rendered = with_rendered([a_view("<div id=app></div>")], shown(TEXT))
    assert (plain.screen.state, plain.rendered) == ("unknown", False)
    assert "特种作业操作证" in rendered.page.text
    assert (rendered.rendered, rendered.screen.value, rendered.client) == (True, SCREEN, "desktop")


def test_fields_that_only_scripts_bring_count_as_well() -> None:
    found = with_rendered([a_view(TEXT)], shown(TEXT + "<form><input name=certnum></form>"))
    assert [view.rendered for view in found] == [False, True]


def test_a_redirect_by_script_makes_a_view_with_its_hops() -> None:
    hops = [Hop(URL, 200, "start", "http://b.example/"), Hop("http://b.example/", 200, "script")]
    plain, rendered = with_rendered([a_view(TEXT)], shown("<p>x</p>", hops=hops, final="http://b.example/"))
    assert rendered.final_url == "http://b.example/"
    assert plain.screen.value is None  # the picture is of another page


def test_a_page_that_could_not_be_shown_says_why() -> None:
    (view,) = with_rendered([a_view(TEXT)], shown("", screen=None, error="E_TIMEOUT 超时"))
    assert (view.screen.state, view.screen.why) == ("failed", "E_TIMEOUT 超时")


def test_what_belongs_to_no_view_is_left_out() -> None:
    assert with_rendered([a_view(TEXT, "wechat")], shown(TEXT)) == (a_view(TEXT, "wechat"),)
