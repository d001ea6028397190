"""Whatever a page does, an answer comes within the hard limit, nothing is left of its browser, and the next page works."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from spiders.browser.handle import Wanted
from spiders.browser.process import descendants, reap
from tests.spiders.browser.conftest import DESKTOP, rendering

GOOD = "<title>good</title><p>今天的午餐是土豆和米饭"
HOSTILE = {
    "endless script": "<p>before</p><script>while (true) ;</script>",
    "endless script later": "<p>before</p><script>setTimeout(() => { while (true) ; }, 100)</script>",
    "alert loop": "<p>before</p><script>while (true) alert('x')</script>",
    "endless microtasks": "<p>before</p><script>(function f() { Promise.resolve().then(f) })()</script>",
    "reload loop": "<p>before</p><script>location.reload()</script>",
    "navigation loop": "<p>before</p><script>location = '/loop?' + Math.random()</script>",
    "history flood": "<p>before</p><script>for (let i = 0; i < 1e6; i++) history.pushState(0, '', '?' + i)</script>",
    "beforeunload": "<p>before</p><script>onbeforeunload = e => { e.preventDefault(); return 'stay' }</script>",
    "popups": "<p>before</p><script>for (let i = 0; i < 50; i++) open('about:blank')</script>",
    "downloads": "<p>before</p><a id=a href='data:application/zip,x' download=x.zip></a><script>for (let i = 0; i < 20; i++) a.click()</script>",
    "print and prompt": "<p>before</p><script>print(); prompt('a'); confirm('b')</script>",
    "overridden globals": "<p>before</p><script>Object.defineProperty(document, 'title', {get() { while (true) ; }});"
    "Element.prototype.attachShadow = null; window.JSON = null; Object.defineProperty(Element.prototype, 'outerHTML', {get() { throw 1 }})</script>",
    "wide": "<p>before</p><div style='width:200000px;height:10px;background:red'></div>",
}


@pytest.fixture(scope="module")
def shared(a_browser):
    with rendering("127.0.0.2/32") as renderer:
        yield renderer


@pytest.mark.slow
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_page_is_shown_as_far_as_it_goes_and_the_next_one_works(shared, small_site, what) -> None:
    small_site.pages |= {"/": HOSTILE[what], "/loop": HOSTILE[what], "/good": GOOD}
    began = time.monotonic()
    page = shared.render(Wanted("desktop", small_site.base + "/", DESKTOP))
    assert time.monotonic() - began < 75  # the hard limit, and a loaded machine
    assert page.error or b"before" in page.dom
    good = shared.render(Wanted("desktop", small_site.base + "/good", DESKTOP))
    assert (good.title, good.error, bool(good.fold), bool(good.whole)) == ("good", "", True, True)


@pytest.mark.slow
def test_what_was_visible_of_a_page_that_never_stops_is_kept(shared, small_site) -> None:
    small_site.pages["/"] = HOSTILE["endless script later"]
    page = shared.render(Wanted("desktop", small_site.base + "/", DESKTOP))
    assert page.error.startswith("E_TIMEOUT")
    assert b"before" in page.dom
    assert page.fold


@pytest.mark.slow
def test_a_page_that_eats_memory_crashes_alone(shared, small_site) -> None:
    eats = "<script>const a = []; (function f() { for (let i = 0; i < 30; i++) a.push(new Uint8Array(2e7).fill(1)); setTimeout(f) })()</script>"
    small_site.pages |= {"/": eats, "/good": GOOD}
    page = shared.render(Wanted("desktop", small_site.base + "/", DESKTOP))
    assert page.error
    assert shared.render(Wanted("desktop", small_site.base + "/good", DESKTOP)).title == "good"


def test_a_page_of_400000_pixels_is_cut_and_says_so(browser, small_site) -> None:
    small_site.pages["/"] = (
        "<body style='margin:0'><div style='height:400000px;background:linear-gradient(red,blue)'>top"
    )
    page = browser.render(Wanted("desktop", small_site.base + "/", DESKTOP))
    assert (page.height, page.whole_cut, page.error) == (400_000, True, "")
    assert page.whole[16:24] == (1280).to_bytes(4) + (16_384).to_bytes(4)  # the PNG's own width and height
    assert page.screen is not None


def test_a_page_that_never_answers_ends_by_its_time(a_browser, small_site) -> None:
    with rendering("127.0.0.2/32", hard_limit=3.0) as renderer:
        small_site.pages["/"] = HOSTILE["endless script"]
        page = renderer.render(Wanted("desktop", small_site.base + "/", DESKTOP))
        assert page.error.startswith("E_TIMEOUT")
        assert renderer.pid is None
        small_site.pages["/good"] = GOOD
        renderer._limit = 60.0
        assert renderer.render(Wanted("desktop", small_site.base + "/good", DESKTOP)).title == "good"


def test_a_browser_that_dies_is_replaced(a_browser, small_site) -> None:
    small_site.pages["/good"] = GOOD
    with rendering("127.0.0.2/32") as renderer:
        for process in descendants(renderer.pid or 0):
            with suppress(ProcessLookupError):  # gone with its parent
                os.kill(process.pid, signal.SIGKILL)
        asked = Wanted("desktop", small_site.base + "/good", DESKTOP)
        found = [renderer.render(asked).title, renderer.render(asked).title]
    assert found[-1] == "good"


@pytest.mark.slow
def test_nothing_is_left_of_the_browser_of_a_killed_process(a_browser, small_site) -> None:
    small_site.pages["/"] = HOSTILE["endless script"]
    code = (
        "import sys; from datetime import datetime, UTC; from spiders.browser.handle import Wanted;"
        "from spiders.browser.renderer import Renderer;"
        "from spiders.options import Options; r = Renderer(Options(allow_networks=('127.0.0.2/32',)), lambda: datetime.now(UTC));"
        "r.start(); print(r.pid, flush=True); r.render(Wanted('desktop', sys.argv[1], 'x'))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, small_site.base + "/"], stdout=subprocess.PIPE, text=True
    ) as night:
        assert night.stdout is not None
        keeper = int(night.stdout.readline())
        time.sleep(2)
        mine = {keeper, *(p.pid for p in descendants(keeper))}
        assert len(mine) > 5
        night.kill()
        night.wait()
    ends = time.monotonic() + 20
    while (left := _living(mine)) and time.monotonic() < ends:
        time.sleep(0.2)
    assert left == set()
    for pid in mine:  # this process takes orphans, as any that has had a browser does
        reap(pid)


def _living(pids: set[int]) -> set[int]:
    found = set()
    for pid in pids:
        try:
            stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
            if stat.rpartition(")")[2].split()[0] != "Z":
                found.add(pid)
        except OSError:
            continue
    return found
