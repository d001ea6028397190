"""Lead pages in a real browser: ways to compare, two analysts at once, no scripts, print, and axe-core."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lookalike.review.verdicts import give
from lookalike.store import casefile
from lookalike.store.engine import writing
from lookalike.store.models import Baseline
from spiders.browser.launch import BrowserMissing, find_browser
from tests.conftest import ROOT
from tests.lookalike.web.desk_at_work import NOW, AtWork, session_of
from tests.lookalike.web.test_in_browser import AXE, served, worked_desk  # noqa: F401 - fixtures are found by their names

pytestmark = pytest.mark.slow
PROGRAM = Path(__file__).with_name("lead_in_browser.py")


@pytest.fixture(scope="module")
def leads_seen(worked_desk: AtWork, served: str) -> dict[str, Any]:  # noqa: F811 - they are these fixtures
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    visited, judged = worked_desk.lead("zs-one"), worked_desk.lead("cx30.").id
    confirmed, cleared = worked_desk.lead("cx31.").id, worked_desk.lead("cx32.").id
    with writing(worked_desk.factory) as session:
        file = casefile.read(session, visited.id)
        assert file is not None
        assert file.judged_visit is not None
        shown = Baseline(
            run_id=1, platform=visited.impersonates, url="https://cx.mem.gov.cn/", captured_at=NOW, ok=True
        )
        shown.warc_sha256, shown.rendered_sha256 = file.judged_visit.warc_sha256, file.judged_visit.rendered_sha256
        session.add(shown)
        give(session, confirmed, "confirmed", "fake_site", "", "王某", NOW)
        give(session, cleared, "false_positive", "school", "", "王某", NOW)
    people = (("analyst", "甲分析"), ("analyst", "丙分析"), ("lead", "乙审核"))
    tokens = [session_of(worked_desk.factory, role, name) for role, name in people]
    evidence = f"/leads/{visited.id}/evidence/{visited.assessment_id}/1/0"
    allow = f"/leads/{cleared}/allow"
    order = {
        "base": served,
        "tokens": tokens,
        "visited": f"/leads/{visited.id}",
        "judged": f"/leads/{judged}",
        "pasted": "hxxp://cx33[.]example[.]top/",
        "paths": [
            [
                *(f"/leads/{visited.id}{more}" for more in ("", "/lines")),
                evidence,
                f"/leads/{cleared}",
                allow,
                "/allow",
            ],
            ["/handling", "/mentions"],
            ["/second", f"/leads/{confirmed}"],
        ],
        "axe": str(AXE),
    }
    done = subprocess.run(
        [sys.executable, str(PROGRAM), json.dumps(order)],
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_one_key_leads_through_all_ways_to_compare(leads_seen: dict[str, Any]) -> None:
    assert leads_seen["ways"]["modes"] == ["slider", "overlay", "blink", "side"]


def test_both_pictures_scroll_together(leads_seen: dict[str, Any]) -> None:
    one, other = leads_seen["ways"]["together"]
    assert one == other
    assert one[1] > 0


def test_nothing_blinks_where_less_motion_is_asked_for(leads_seen: dict[str, Any]) -> None:
    assert leads_seen["ways"]["still"] == ["slider", "overlay", "side"]


def test_the_second_of_two_analysts_is_told_and_shown_both_versions(leads_seen: dict[str, Any]) -> None:
    told = leads_seen["two"]
    assert "甲分析 正在看" in told["told"]
    assert "确认" in told["versions"]
    assert "误报" in told["versions"]
    assert "甲分析" in told["versions"]


def test_notes_quotes_and_duplicates_need_no_scripts(leads_seen: dict[str, Any]) -> None:
    told = leads_seen["plain"]
    assert (told["pictures"], told["marks"]) == (2, 1)
    assert "没有脚本也能写" in told["notes"]
    assert "重复" in told["done"]


def test_a_print_holds_the_evidence_and_no_buttons(leads_seen: dict[str, Any]) -> None:
    assert all(leads_seen["printed"]["shown"].values())
    assert not any(leads_seen["printed"]["hidden"].values())
    assert leads_seen["printed"]["bytes"] > 10_000


def test_new_pages_bar_nobody_ask_for_nothing_outside_and_do_not_fail(leads_seen: dict[str, Any]) -> None:
    assert leads_seen["axe"] == []
    assert leads_seen["outside"] == []
    assert leads_seen["complaints"] == []
