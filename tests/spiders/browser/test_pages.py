"""What a browser makes of pages: scripts run, later redirects are waited for, forms are not sent."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from spiders.browser.handle import Wanted
from spiders.browser.launch import AS_ROOT, BrowserMissing, find_browser
from spiders.browser.process import descendants
from spiders.browser.renderer import Renderer
from spiders.options import Options
from tests.spiders.browser.conftest import DESKTOP, NOW, WECHAT

SHELL = """<!doctype html><title>x</title><div id=app></div><script>
setTimeout(() => { document.title = "查询平台"; app.innerHTML = "<h1>特种作业操作证查询</h1><form method=post><input name=certnum></form>" }, 300)
</script>"""


def test_text_that_scripts_write_is_in_the_source_and_in_the_picture(open_page) -> None:
    page = open_page(SHELL)
    assert page.title == "查询平台"
    assert "特种作业操作证查询" in page.dom.decode()
    assert (page.fold[:4], page.whole[:4]) == (b"\x89PNG", b"\x89PNG")
    assert page.screen is not None
    assert page.error == ""


@pytest.mark.parametrize(
    "leads",
    [
        "<p>5 秒后跳转</p><script>setTimeout(() => { location.href = '/end' }, 5000)</script>",
        "<b id=b>5</b><script>let n = 5; setInterval(() => { b.textContent = --n; if (!n) location.replace('/end') }, 1000)</script>",
        "<script>const t = Date.now(); (function f() { Date.now() - t > 4000 ? location.assign('/end') : requestAnimationFrame(f) })()</script>",
        "<script>onload = () => document.body.appendChild(Object.assign(document.createElement('a'), {href: '/end'})).click()</script>",
    ],
)
def test_a_later_redirect_by_script_is_followed(open_page, small_site, leads) -> None:
    small_site.pages["/end"] = "<title>end</title><p>终点"
    page = open_page(leads)
    assert page.title == "end"
    assert [(hop.via, hop.status) for hop in page.hops] == [("start", 200), ("script", 200)]
    assert page.hops[0].location == page.hops[1].url == small_site.base + "/end"
    assert page.seconds < 45


def test_a_redirect_by_meta_is_told_from_one_by_script(open_page, small_site) -> None:
    small_site.pages["/end"] = "<title>end</title>"
    page = open_page("<meta http-equiv=refresh content='3;url=/end'>wait")
    assert [hop.via for hop in page.hops] == ["start", "meta"]


def test_one_redirect_after_another_is_followed(open_page, small_site) -> None:
    small_site.pages |= {"/a": "<script>setTimeout(() => location = '/b', 3000)</script>", "/b": "<title>b</title>"}
    page = open_page("<script>setTimeout(() => location = '/a', 3000)</script>")
    assert [hop.url.removeprefix(small_site.base) for hop in page.hops] == ["/", "/a", "/b"]
    assert page.title == "b"


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_form_that_sends_itself_is_not_sent(open_page, small_site, method) -> None:
    small_site.pages["/send"] = "<title>sent</title>"
    small_site.asked.clear()
    page = open_page(
        f"<title>form</title><form id=f action=/send method={method}><input name=a value=1></form><script>f.submit()</script>"
    )
    assert not [path for _, path in small_site.asked if path.startswith("/send")]
    assert page.counts["E_METHOD"] >= 1
    assert page.title == "form"


def test_each_client_calls_as_it_is_in_headers_and_to_scripts(browser, small_site) -> None:
    small_site.pages["/"] = (
        "<p id=p></p><script>p.textContent = [navigator.userAgent, innerWidth, navigator.webdriver, navigator.language].join('|')</script>"
    )
    shown = [
        browser.render(Wanted("desktop", small_site.base + "/", agent)).dom.decode() for agent in (DESKTOP, WECHAT)
    ]
    assert f"{DESKTOP}|1280|false|zh-CN" in shown[0]
    assert "MicroMessenger" in shown[1]
    assert "|false|zh-CN" in shown[1]


def test_dialogs_popups_and_downloads_are_counted_and_lead_nowhere(open_page, small_site) -> None:
    small_site.pages["/x.apk"] = (200, {"Content-Type": "application/vnd.android.package-archive"}, b"PK")
    page = open_page("<p>x<script>alert(1); confirm(2); open('about:blank'); location = '/x.apk'</script>")
    assert page.dialogs == 2
    assert page.popups >= 1
    assert page.downloads == [small_site.base + "/x.apk"]
    assert page.counts["E_DOWNLOAD"] == 1


def test_a_file_that_is_no_page_is_refused_as_download(browser, small_site) -> None:
    small_site.pages["/y.zip"] = (200, {"Content-Type": "application/zip"}, b"PK")
    page = browser.render(Wanted("desktop", small_site.base + "/y.zip", DESKTOP))
    assert page.error.startswith("E_DOWNLOAD")


def test_frames_of_the_page_itself_are_part_of_its_source(open_page, small_site) -> None:
    small_site.pages["/inner"] = "<p>框内的字</p>"
    page = open_page("<iframe src=/inner></iframe><iframe srcdoc='<p>写在属性里的字</p>'></iframe>")
    assert "框内的字" in page.dom.decode()
    assert "写在属性里的字" in page.dom.decode()


def test_requests_are_listed_with_their_kinds_and_ends(open_page, small_site) -> None:
    page = open_page("<img src=/none.png><script>fetch('/data')</script>")
    told = {request.url.removeprefix(small_site.base): (request.kind, request.status) for request in page.requests}
    assert told["/"] == ("document", 200)
    assert told["/none.png"] == ("image", 404)
    assert told["/data"][0] == "fetch"


def test_root_is_told_that_the_sandbox_is_off() -> None:
    found = find_browser("/bin/true")
    assert found.sandbox == (os.geteuid() != 0)
    assert "--no-sandbox" in AS_ROOT


def test_what_rendered_says_so_itself(browser) -> None:
    assert browser.described.startswith("Chromium 1")
    assert ("--no-sandbox" in browser.described) == (os.geteuid() == 0)
    assert "--webrtc-ip-handling-policy=disable_non_proxied_udp" in browser.described


def test_no_feature_that_playwright_switches_off_is_on_again(browser) -> None:
    switched = [
        set(word.partition("=")[2].split(","))
        for process in descendants(browser.pid)
        for word in Path(f"/proc/{process.pid}/cmdline").read_text().split("\0")
        if word.startswith("--disable-features=") and "type=" not in Path(f"/proc/{process.pid}/cmdline").read_text()
    ]
    playwrights, ours = switched[0], switched[-1]
    assert "HttpsUpgrades" in playwrights
    assert playwrights < ours


def test_only_pages_have_renderers_and_not_the_windows_own_bars(browser, open_page) -> None:
    seen: set[str] = set()
    over = threading.Event()

    def look() -> None:
        while not over.wait(0.02):
            for process in descendants(browser.pid):
                with suppress(OSError):
                    seen.add(Path(f"/proc/{process.pid}/cmdline").read_text())

    looking = threading.Thread(target=look)
    looking.start()
    for _ in range(3):
        open_page(SHELL)
    over.set()
    looking.join()
    assert [words for words in seen if "--type=renderer" in words]
    assert not [words for words in seen if "--top-chrome" in words]


def test_a_missing_browser_names_the_mend(tmp_path) -> None:
    with pytest.raises(BrowserMissing, match="LOOKALIKE_CHROMIUM"):
        Renderer(Options(chromium=str(tmp_path / "none")), lambda: NOW).start()


def test_a_browser_that_does_not_start_names_the_mend(a_browser) -> None:
    with (
        pytest.raises(BrowserMissing, match="apt install chromium"),
        Renderer(Options(chromium="/bin/false"), lambda: NOW) as renderer,
    ):
        renderer.start()
