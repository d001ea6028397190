"""Bulk verdicts, campaigns, tonight and typed reports in a real browser, with scripts and without, and by axe-core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.review import verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead, Selection
from spiders.browser.launch import BrowserMissing, find_browser
from tests.conftest import ROOT
from tests.lookalike.store.builders import NIGHT
from tests.lookalike.web.crew_at_work import add_crew, add_nights, campaign_of
from tests.lookalike.web.desk_at_work import AtWork, fill, session_of, work
from tests.lookalike.web.serving import serving
from tests.lookalike.web.test_in_browser import AXE

pytestmark = pytest.mark.slow

PROGRAM = Path(__file__).with_name("bulk_in_browser.py")


@pytest.fixture(scope="module")
def bulk_desk(cheap_hashes: None, tmp_path_factory: pytest.TempPathFactory) -> AtWork:
    home = tmp_path_factory.mktemp("bulk")
    fill(home, leads=24)
    desk = work(home)
    add_crew(desk, 5)
    add_nights(desk)
    return desk


@pytest.fixture(scope="module")
def bulk_served(bulk_desk: AtWork) -> Iterator[str]:
    """The address of the pages as the command serves them."""
    with serving(bulk_desk.config.home) as base:
        yield base


def meddle(desk: AtWork, marker: Path, program: subprocess.Popen[bytes]) -> None:
    """While the selection waits for its verdict: one of its leads is judged by another, and new leads come in."""
    for _ in range(3000):
        assert program.poll() is None, "the browser ended"
        if marker.exists():
            break
        time.sleep(0.1)
    chosen = json.loads(marker.read_text(encoding="utf-8"))
    with writing(desk.factory) as session:
        verdicts.give(session, chosen[1], "false_positive", "portal", "", "李某", NIGHT)
        for number in range(6):
            lead = Lead(kind="site", host=f"meanwhile{number}.example.org", url="http://x.example.org/")
            lead.registrable_domain, lead.score, lead.band, lead.status = "example.org", 99.0, "high", "new"
            lead.first_seen, lead.last_seen, lead.contacts, lead.version = NIGHT, NIGHT, [], 1
            session.add(lead)
    marker.with_suffix(".done").touch()


@pytest.fixture(scope="module")
def bulk_seen(bulk_desk: AtWork, bulk_served: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    marker = tmp_path_factory.mktemp("marker") / "chosen"
    campaign = f"/campaigns/{campaign_of(bulk_desk, bulk_desk.lead('crew3.').id)}"
    order = {
        "base": bulk_served,
        "token": session_of(bulk_desk.factory, "analyst", "研判者"),
        "campaign": campaign,
        "paths": ["/leads", "/campaigns", f"{campaign}?picked=all", "/tonight", "/submit"],
        "axe": str(AXE),
        "marker": str(marker),
    }
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(PROGRAM), json.dumps(order)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, env=environment
    ) as program:
        meddle(bulk_desk, marker, program)
        out, err = program.communicate(timeout=600)
    assert program.returncode == 0, err.decode()[-3000:]
    told: dict[str, Any] = json.loads(out)
    return told


def test_the_bar_comes_with_the_first_row_and_names_the_count(bulk_seen: dict[str, Any]) -> None:
    keys = bulk_seen["keys"]
    assert (keys["hidden"], keys["first"], keys["gone"]) == (True, "已选 1 条", True)


def test_shift_chooses_a_range_by_key_and_by_pointer(bulk_seen: dict[str, Any]) -> None:
    assert bulk_seen["keys"]["range"] == "已选 4 条"
    assert bulk_seen["keys"]["one_less"] == 3
    assert bulk_seen["pointer"] == 6


def test_a_button_chooses_the_page(bulk_seen: dict[str, Any]) -> None:
    assert bulk_seen["keys"]["whole"]


def test_a_list_that_was_narrowed_has_nothing_ticked(bulk_seen: dict[str, Any]) -> None:
    assert bulk_seen["narrowed"] == 0


def test_only_what_was_shown_is_touched_whatever_the_filter_matches_by_then(
    bulk_seen: dict[str, Any], bulk_desk: AtWork
) -> None:
    told = bulk_seen["between"]
    assert told["samples"] == 3
    with reading(bulk_desk.factory) as session:
        stood = [session.get_one(Lead, number).status for number in told["chosen"]]
        fresh = {lead.status for lead in session.query(Lead).filter(Lead.host.startswith("meanwhile"))}
    assert stood == ["confirmed", "false_positive", "confirmed", "confirmed"]
    assert fresh == {"new"}
    assert "跳过 1 条" in told["told"]
    assert "李某" in told["told"]


def test_a_bulk_verdict_is_taken_back_with_one_key(bulk_seen: dict[str, Any], bulk_desk: AtWork) -> None:
    assert bulk_seen["back"]["told"] == "已撤销这批判定"
    with reading(bulk_desk.factory) as session:
        assert {session.get_one(Lead, number).status for number in bulk_seen["back"]["chosen"]} == {"new"}
        assert session.query(Selection).filter_by(state="undone").count() == 1


def test_everything_works_without_scripts(bulk_seen: dict[str, Any]) -> None:
    plain = bulk_seen["plain"]
    assert plain["judged"] == "已判定 1 条线索"
    assert plain["whole"] >= 1
    assert plain["parted"] == "已拆出 1 条线索。"
    assert "新 1 条，重复 0 条，不能用 1 条" in plain["sent"]


def test_the_picture_keeps_its_words_in_its_boxes_and_leads_to_the_leads(bulk_seen: dict[str, Any]) -> None:
    picture = bulk_seen["picture"]
    assert (picture["nodes"], picture["lines"]) == (7, 10)
    assert (picture["wide"], picture["over"]) == (0, [])
    assert picture["led"].startswith("/leads/")


def test_axe_finds_nothing_in_light_and_dark_and_small_windows_hold_every_page(bulk_seen: dict[str, Any]) -> None:
    assert bulk_seen["axe"] == []


def test_nothing_leaves_and_nothing_complains(bulk_seen: dict[str, Any]) -> None:
    assert (bulk_seen["outside"], bulk_seen["dialogs"], bulk_seen["complaints"]) == ([], [], [])
