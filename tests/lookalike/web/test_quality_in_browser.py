"""Every page in a real browser: bars nobody, in light and dark; fits a small window and a sheet of paper; asks nobody else,
breaks no rule of its own policy, and says nothing in the console.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import httpx2
import pytest

from lookalike.web.app import PAGES
from lookalike.web.pages import Page
from spiders.browser.launch import BrowserMissing, find_browser
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import AtWork, fill, work
from tests.lookalike.web.quality_examples import EXAMPLES, NO_PAGE, Furnished, furnish, newest_pack
from tests.lookalike.web.serving import serving
from tests.lookalike.web.test_in_browser import AXE

PROGRAM = ROOT / "tests/lookalike/web/inspect_in_browser.py"
SHOWN = [page for page in PAGES if not page.post and page.path not in NO_PAGE]
IDS = [page.path for page in SHOWN]
Seen = dict[str, dict[str, Any]]
slow = pytest.mark.slow


@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_every_page_has_an_example_that_is_looked_at(page: Page) -> None:
    assert page.path in EXAMPLES, "add an address of this page to quality_examples.EXAMPLES"


def test_no_example_is_of_a_page_that_is_gone() -> None:
    known = {page.path for page in PAGES}
    assert [path for path in (*EXAMPLES, *NO_PAGE) if path not in known] == []


@pytest.fixture(scope="module")
def furnished(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> Furnished:
    home = tmp_path_factory.mktemp("quality")
    fill(home, leads=60)
    return furnish(work(home))


@pytest.fixture(scope="module")
def quality_base(furnished: Furnished) -> Iterator[str]:
    """The pages as the command serves them, with what can only be made through them."""
    with serving(furnished.desk.config.home, LOOKALIKE_PDF="false") as base:
        through_the_pages(furnished, base)
        yield base


def through_the_pages(found: Furnished, base: str) -> None:
    def sent(role: str, path: str, **form: str) -> str:
        cookies = {"sid": found.tokens[role]}
        headers = {"sec-fetch-site": "same-origin"}
        answer = httpx2.post(base + path, data=form, cookies=cookies, headers=headers, timeout=120)
        assert answer.status_code == 303, (path, answer.status_code, answer.text[-500:])
        return answer.headers["location"]

    reports = "http://cx-new.example.top/ 群众反映\n这不是网址\nhttp://cx-new.example.top/"
    found.submitted = int(sent("analyst", "/submit", reports=reports, channel="96110").rpartition("/")[2])
    found.job = sent("lead", "/packs/make", lead=str(found.lead)).rpartition("/")[2]
    for _ in range(600):
        found.pack = newest_pack(found.desk)
        if found.pack:
            return
        time.sleep(0.3)
    raise AssertionError("no pack within three minutes")


@pytest.fixture(scope="module")
def looked(furnished: Furnished, quality_base: str) -> Seen:
    """What was seen, by address."""
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    wanted = os.environ.get("LOOKALIKE_LOOK_AT", "")
    visits = [
        {"path": path, "role": role}
        for name, (role, paths) in EXAMPLES.items()
        for path in paths(furnished)
        if wanted in name
    ]
    shots = os.environ.get("LOOKALIKE_SHOTS", "")
    order = {"base": quality_base, "tokens": furnished.tokens, "visits": visits, "axe": str(AXE), "shots": shots}
    done = subprocess.run(
        [sys.executable, str(PROGRAM), json.dumps(order)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=2400,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told: Seen = json.loads(done.stdout)
    return told


def of(looked: Seen, furnished: Furnished, page: Page) -> Seen:
    return {path: looked[path] for path in EXAMPLES[page.path][1](furnished)}


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_the_example_is_shown_and_has_one_heading(looked: Seen, furnished: Furnished, page: Page) -> None:
    for path, seen in of(looked, furnished, page).items():
        assert (path, seen["status"], seen["ended"]) == (path, 200, path)
        assert seen["headings"] == 1


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_nothing_bars_anybody_in_light_or_dark(looked: Seen, furnished: Furnished, page: Page) -> None:
    assert {path: seen["axe"] for path, seen in of(looked, furnished, page).items() if seen["axe"]} == {}


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_no_window_has_to_be_scrolled_sideways(looked: Seen, furnished: Furnished, page: Page) -> None:
    assert {path: seen["small"] for path, seen in of(looked, furnished, page).items() if seen["small"]} == {}


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_on_paper_there_are_no_buttons_and_the_ground_is_white(looked: Seen, furnished: Furnished, page: Page) -> None:
    for path, seen in of(looked, furnished, page).items():
        assert (path, seen["print"]["left"], seen["print"]["wide"]) == (path, [], "")
        assert seen["print"]["ground"] in {"rgb(255, 255, 255)", "rgba(0, 0, 0, 0)"}


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_the_policy_refuses_nothing_and_nobody_else_is_asked(looked: Seen, furnished: Furnished, page: Page) -> None:
    for path, seen in of(looked, furnished, page).items():
        assert (path, seen["refused"], seen["outside"]) == (path, [], [])


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_the_console_says_nothing(looked: Seen, furnished: Furnished, page: Page) -> None:
    for path, seen in of(looked, furnished, page).items():
        assert (path, seen["said"]) == (path, [])


@slow
@pytest.mark.parametrize("page", SHOWN, ids=IDS)
def test_everything_is_there_without_scripts(looked: Seen, furnished: Furnished, page: Page) -> None:
    for path, seen in of(looked, furnished, page).items():
        pairs = zip(seen["plain"]["with"], seen["plain"]["without"], strict=True)
        assert all(without >= scripts for scripts, without in pairs), (path, seen["plain"])


def test_the_desk_is_real(furnished: Furnished) -> None:
    assert isinstance(furnished.desk, AtWork)
