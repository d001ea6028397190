"""Nights in a row over hosts that go, are parked, move, change and come back; the clock runs faster than life."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass

import pytest

from lookalike.store import audit
from lookalike.store.engine import open_engine, reading, session_factory
from tests.ranges.life_nights import Home, HostTonight, Night, Shown

pytestmark = pytest.mark.slow

RETURNING = "cx.mem.gov.cn.zs-life.example-top"
PARKED = "cx-mem-gov.example-top"
MOVING = "chaxun.mem-weixin.example-top"
NEW_HOME = "chaxun.mem-xinjia.example-top"
DISGUISED = "chaxun.mem-sousuo.example-top"
CLEARED = "chaxun.mem-shouji.example-top"
CLEARED_THEN_CHANGED = "chaxun.mem-shoujisou.example-top"
WALLED = "cx-mem.fanghu.example-top"
CLEARING = ("false-positive", "--reason", "unrelated")
AT_FIRST = {
    RETURNING: HostTonight(indexed=True),
    PARKED: HostTonight((Shown("parked"),)),
    MOVING: HostTonight(),
    DISGUISED: HostTonight(),
    CLEARED: HostTonight(),
    CLEARED_THEN_CHANGED: HostTonight(),
    WALLED: HostTonight(),
}
THEN = {
    PARKED: HostTonight((Shown("parked"),)),
    MOVING: HostTonight((Shown(redirect=f"http://{NEW_HOME}/"),)),
    NEW_HOME: HostTonight(),
    DISGUISED: HostTonight((Shown("shop"),)),
    CLEARED_THEN_CHANGED: HostTonight((Shown("record"),)),
    WALLED: HostTonight((Shown("wall", status=405),)),
}
AT_LAST = {
    RETURNING: HostTonight(),
    PARKED: HostTonight(),
    NEW_HOME: HostTonight(),
    DISGUISED: HostTonight(),
    CLEARED: HostTonight(),
    CLEARED_THEN_CHANGED: HostTonight((Shown("record"),)),
}


@dataclass(frozen=True)
class Nights:
    first: Night
    second: Night
    third: Night
    home: Home

    def query(self, sql: str, *values: object) -> list[tuple]:
        with sqlite3.connect(self.home.folder / "home" / "lookalike.db") as database:
            return database.execute(sql, values).fetchall()


def judged_first(home: Home) -> Night:
    first = home.night(0, AT_FIRST)
    guilty = dict.fromkeys((RETURNING, MOVING, DISGUISED, WALLED), ("confirm", "--reason", "fake_site"))
    home.verdicts(0, guilty | dict.fromkeys((CLEARED, CLEARED_THEN_CHANGED), CLEARING))
    return first


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    home = Home(tmp_path_factory.mktemp("life"))
    return Nights(judged_first(home), home.night(2, THEN), home.night(6, AT_LAST), home)


def lives(nights: Nights, host: str) -> list[str]:
    return [night.rows[host]["life"] for night in (nights.first, nights.second, nights.third)]


@pytest.mark.parametrize(
    ("host", "life"),
    [
        (RETURNING, ["alive", "dead", "alive"]),
        (PARKED, ["parked", "parked", "alive"]),
        (MOVING, ["alive", "moved", "dead"]),
        (DISGUISED, ["alive", "changed", "alive"]),
        (CLEARED, ["alive", "dead", "alive"]),
        (CLEARED_THEN_CHANGED, ["alive", "changed", "changed"]),
        (WALLED, ["alive", "alive", "dead"]),
    ],
)
def test_each_night_tells_what_became_of_a_site(nights, host, life):
    assert lives(nights, host) == life


def test_sites_are_visited_again_though_no_search_shows_them(nights):
    assert nights.second.summary["life"]["planned"] >= len(AT_FIRST)
    assert nights.query(
        "SELECT count(*) FROM visit JOIN site ON site.id = visit.site_id WHERE site.host = ?", RETURNING
    ) == [(3,)]


@pytest.mark.parametrize("host", [RETURNING, DISGUISED])
def test_a_confirmed_fake_that_comes_back_is_raised_again(nights, host):
    before, after = nights.second.rows[host], nights.third.rows[host]
    assert (before["status"], before["raised_at"]) == ("confirmed", None)
    assert (after["status"], after["band"]) == ("relapsed", "high")
    assert after["raised_at"].startswith("2026-05-17")
    assert "恢复访问" in after["raised_why"]


def test_what_a_dead_site_was_judged_by_stays(nights):
    row = nights.second.rows[RETURNING]
    assert (row["band"], row["alive"], row["life"]) == ("high", False, "dead")
    captures = nights.query(
        "SELECT warc_sha256 FROM visit JOIN site ON site.id = visit.site_id WHERE site.host = ?", RETURNING
    )
    files = {f.name.split(".")[0] for f in (nights.home.folder / "home" / "captures").rglob("*.warc.gz")}
    assert {sha for (sha,) in captures} <= files


def test_a_false_positive_that_comes_back_unchanged_is_left_in_peace(nights):
    row = nights.third.rows[CLEARED]
    assert (row["status"], row["raised_at"]) == ("false_positive", None)


def test_a_false_positive_whose_page_was_exchanged_for_a_guilty_one_is_raised_as_new_once(nights):
    row = nights.second.rows[CLEARED_THEN_CHANGED]
    assert (row["status"], row["band"]) == ("new", "high")
    assert "误报" in row["raised_why"]
    assert nights.third.rows[CLEARED_THEN_CHANGED]["raised_at"] == row["raised_at"]


def test_a_parked_name_that_comes_up_becomes_a_lead_of_the_high_band(nights):
    assert nights.first.rows[PARKED]["band"] != "high"
    row = nights.third.rows[PARKED]
    assert (row["band"], row["status"], row["raised_at"]) == ("high", "new", None)


def test_where_a_fake_moved_is_visited_and_becomes_a_lead(nights):
    assert nights.second.rows[MOVING]["band"] == "high"
    row = nights.second.rows[NEW_HOME]
    assert (row["band"], row["status"], row["life"]) == ("high", "new", "alive")


def test_a_firewall_neither_kills_nor_clears_a_lead(nights):
    row = nights.second.rows[WALLED]
    assert (row["life"], row["band"], row["status"]) == ("alive", "high", "confirmed")


def test_every_change_is_an_event_with_its_visit_and_reason(nights):
    events = nights.query(
        "SELECT before, after, back, why, visit_id FROM life_event JOIN site ON site.id = life_event.site_id "
        "WHERE site.host = ? ORDER BY life_event.id",
        RETURNING,
    )
    assert [e[:3] for e in events] == [("unknown", "alive", 0), ("alive", "dead", 0), ("dead", "alive", 1)]
    assert all(why and visit for *_, why, visit in events)


def test_every_raising_stands_in_the_audit_trail(nights):
    raised = nights.query("SELECT count(*) FROM audit WHERE what = 'raise'")
    assert raised == [(3,)]
    with reading(session_factory(open_engine(f"sqlite:///{nights.home.folder / 'home' / 'lookalike.db'}"))) as session:
        assert audit.broken(session) == []


def test_the_list_shows_who_relapsed(nights):
    listed = nights.home.run("leads", "--status", "relapsed")
    assert "复活" in listed.stdout
    one = nights.home.run("lead", str(nights.third.rows[RETURNING]["id"]))
    assert "恢复访问" in one.stdout


def test_a_night_killed_at_random_moments_visits_nothing_twice_and_ends_the_same(nights, tmp_path_factory):
    home = Home(tmp_path_factory.mktemp("killed"))
    judged_first(home)
    dice = random.Random(7)
    with home.served(2, THEN) as running:
        for _ in range(4):
            process = subprocess.Popen(
                [sys.executable, "-m", "lookalike", "nightly", "--json"],
                env=home.environment(running),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            time.sleep(dice.uniform(2, 8))
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = home.run("nightly", "--json", running=running)
        assert done.returncode in {0, 3}, done.stderr
        killed = Nights(nights.first, nights.second, nights.third, home)
        by_run = "SELECT count(*) FROM visit GROUP BY site_id, run_id HAVING count(*) > 1"
        assert killed.query(by_run) == []
        wanted = ("life", "status", "band", "alive", "raised_why")
        told = {h: [r[k] for k in wanted] for h, r in home.leads().items()}
    assert told == {h: [r[k] for k in wanted] for h, r in nights.second.rows.items()}
