"""The pages in a real browser: judged by keyboard alone, without scripts, with hostile captures, and by axe-core."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.store.engine import reading
from lookalike.store.models import Lead, Verdict
from spiders.browser.launch import BrowserMissing, find_browser
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import AtWork, fill, session_of, work
from tests.lookalike.web.serving import serving

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("work_in_browser.py")
AXE = ROOT / "tests/vendor/axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"
"""Of axe.min.js of axe-core 4.14.1, MPL-2.0, as published."""
JUDGED = 20


@pytest.fixture(scope="module")
def worked_desk(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AtWork:
    home = tmp_path_factory.mktemp("browser")
    fill(home, leads=40)
    return work(home)


@pytest.fixture(scope="module")
def served(worked_desk: AtWork) -> Iterator[str]:
    """The address of the pages as the command serves them."""
    with serving(worked_desk.config.home) as base:
        yield base


@pytest.fixture(scope="module")
def seen_in_browser(worked_desk: AtWork, served: str) -> dict[str, Any]:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    hostile, plain = worked_desk.lead("zs-evil").id, worked_desk.lead("cx2.").id  # the last of the list
    order = {
        "base": served,
        "token": session_of(worked_desk.factory, "analyst", "研判者"),
        "plain": f"/leads/{plain}",
        "hostile": f"/leads/{hostile}",
        "judge": JUDGED,
        "paths": [
            "/leads",
            "/leads?q=colour:red",
            "/leads?kind=advert&status=all&q=cx",
            f"/leads/{hostile}",
            f"/leads/{plain}",
            f"/leads/{plain}?done={hostile}",
            "/account",
            "/account/password",
            "/help",
            "/nothing",
        ],
        "axe": str(AXE),
    }
    command = [sys.executable, str(PROGRAM), json.dumps(order)]
    done = subprocess.run(
        command, capture_output=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=600, check=False
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_the_checker_is_the_published_file() -> None:
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256


def test_twenty_leads_are_judged_by_keyboard_alone(seen_in_browser: dict[str, Any], worked_desk: AtWork) -> None:
    judged = seen_in_browser["keyboard"]["judged"]
    assert len(set(judged)) == JUDGED
    assert seen_in_browser["keyboard"]["pressed"] <= 2 * JUDGED + 4
    with reading(worked_desk.factory) as session:
        stood = [session.get_one(Lead, number).status for number in judged]
        given = session.query(Verdict).filter(Verdict.lead_id.in_(judged), Verdict.verdict != "undo").all()
    assert stood == [*(["confirmed", "false_positive"] * (JUDGED // 2))[:-1], "new"]
    assert all(row.by == "研判者" and row.reason for row in given)


def test_the_last_verdict_is_taken_back_with_one_key(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["keyboard"]["undone"] == "未审"


def test_letters_in_a_field_are_letters(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["keys"]["typed"] == "yyy2z"
    assert seen_in_browser["keys"]["stayed"]


def test_a_chinese_input_method_does_not_swallow_keys(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["keys"]["by_place"]


def test_single_keys_can_be_switched_off(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["keys"]["off"]


def test_a_verdict_needs_no_scripts(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["plain"].startswith("线索 ")
    assert "确认" in seen_in_browser["plain"]


def test_a_filter_narrows_in_place_and_goes_back(seen_in_browser: dict[str, Any]) -> None:
    told = seen_in_browser["narrowing"]
    assert 0 < told["few"] < told["whole"] == told["again"]
    assert told["header"] == 1
    assert told["ticked"] == [True, False]
    assert told["focused"] == "advert"


def test_a_search_is_typed_read_and_left_by_keyboard(seen_in_browser: dict[str, Any]) -> None:
    told = seen_in_browser["searching"]
    assert told["found"] == ["cx39[.]example[.]top"]
    assert "第 11 个字符" in told["told"]
    assert told["moved"]
    assert told["picked"] == 1


def test_the_queue_is_narrowed_without_scripts(seen_in_browser: dict[str, Any]) -> None:
    kinds = seen_in_browser["bare"]["kinds"]
    assert kinds
    assert all(text.startswith("广告") for text in kinds)


def test_who_has_been_signed_out_is_shown_the_door(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["ended"] == "登录"


def test_hostile_captures_run_nothing_and_ask_for_nothing(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["hostile"]["clicked"] > 10
    assert seen_in_browser["asked"] > 100
    assert seen_in_browser["outside"] == []
    assert seen_in_browser["dialogs"] == []


def test_the_pages_own_scripts_do_not_fail(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["complaints"] == []


def test_nothing_bars_anybody_in_light_in_dark_and_in_a_small_window(seen_in_browser: dict[str, Any]) -> None:
    assert seen_in_browser["axe"] == []
