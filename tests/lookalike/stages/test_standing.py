"""How a source comes out of a night: read from the store, the same after any kill. Nothing is fetched here."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.opening import open_store
from lookalike.stages.discover import chosen_sources, plan, settings_for
from lookalike.stages.standing import Standing, may_ask, note_page, settle
from lookalike.stages.watch import of_sources, watch
from lookalike.store import runs, searches, sources
from lookalike.store.blobs import Blobs
from lookalike.store.engine import reading, writing
from lookalike.store.models import Run
from lookalike.store.source_counts import source_counts
from seeds.model import Source
from spiders import clock
from spiders.items import SerpItem
from tests.lookalike.store.builders import make_page

NOW = datetime.fromisoformat("2026-03-01T02:00:00+08:00")
HOUR = timedelta(hours=1)
Begin = Callable[..., Night]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Night:
    """Seeds, reference and an empty store, read once for all tests."""
    return open_night(Config(home=tmp_path_factory.mktemp("opened")))


@pytest.fixture
def begin(opened: Night, tmp_path: Path) -> Begin:
    """``begin(now, **settings)``: a planned night with Baidu and four queries, in one home folder."""

    def planned(now: datetime, **settings: Any) -> Night:
        config = Config(home=tmp_path, now=now, sources=("baidu",), queries=4, **settings)
        if not (tmp_path / "lookalike.db").exists():
            shutil.copy(opened.config.home / "lookalike.db", tmp_path)
        own = {"factory": open_store(config), "blobs": Blobs(config.captures), "failed": [], "notes": []}
        return a_night(replace(opened, config=config, now=partial(clock.now, config), **own))

    return planned


@pytest.fixture
def dark_night(begin: Begin) -> Night:
    """The first night."""
    return begin(NOW)


def a_night(night: Night) -> Night:
    now = night.now()
    with writing(night.factory) as session:
        night.run_id = runs.begin_or_resume(session, "nightly", now, {"clock": now.isoformat()})[0].id
    plan(night)
    return night


def baidu(night: Night, **changes: Any) -> Source:
    (source,) = chosen_sources(night)
    return replace(source, **changes)


def query(night: Night, number: int = 0) -> str:
    with reading(night.factory) as session:
        return searches.pending(session, session.get_one(Run, night.run_id), "baidu")[number].query


def bring(night: Night, outcome: str, source: Source | None = None, **more: Any) -> None:
    """A page of the next query, as discovery stores it."""
    urls = ("http://a.example/",) if outcome == "results" else ()
    item: SerpItem = make_page(*urls, query=query(night), seen_at=night.now(), outcome=outcome, **more)
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        searches.record_page(session, run, item, max_pages=1, now=night.now(), unit=night.unit)
        note_page(night, session, source or baidu(night), item)


def asks(night: Night, **changes: Any) -> bool:
    with writing(night.factory) as session:
        return may_ask(night, session, baidu(night, **changes))


def settled(night: Night, *broken: str, **changes: Any) -> Standing:
    with writing(night.factory) as session:
        return settle(night, session, baidu(night, **changes), broken)


def finish(night: Night) -> None:
    with writing(night.factory) as session:
        runs.finish(session, session.get_one(Run, night.run_id), night.now(), "failed")


def test_a_source_that_answered_everything_is_fine(dark_night: Night) -> None:
    for _ in range(4):
        bring(dark_night, "results")
    assert settled(dark_night) == Standing("ok")


@pytest.mark.parametrize(("outcome", "said"), [("captcha", "要求验证码"), ("blocked", "拒绝访问：HTTP 403")])
def test_a_refusal_blocks_the_rest_and_says_until_when(dark_night: Night, outcome: str, said: str) -> None:
    bring(dark_night, outcome, note="HTTP 403" if outcome == "blocked" else "")
    found = settled(dark_night)
    assert (found.state, found.until) == ("blocked", NOW + 6 * HOUR)
    assert found.why == f"{said}，今晚不再询问，2026-03-01 08:00 之后再试"
    assert not asks(dark_night)
    with reading(dark_night.factory) as session:
        counts = source_counts(session, session.get_one(Run, dark_night.run_id))["baidu"]
    assert (counts.blocked_queries, counts.pending_queries) == (4, 0)


def test_settling_twice_after_a_kill_counts_a_refusal_once(dark_night: Night) -> None:
    bring(dark_night, "captcha")
    assert settled(dark_night) == settled(dark_night)
    with reading(dark_night.factory) as session:
        state = sources.state_of(session, "baidu")
        assert state is not None
        assert state.streak == 1


def test_the_next_night_within_its_time_is_not_asked_and_says_why(dark_night: Night, begin: Begin) -> None:
    bring(dark_night, "captcha")
    finish(dark_night)
    later = begin(NOW + 5 * HOUR)
    assert not asks(later)
    found = settled(later)
    assert (found.state, found.until) == ("backing off", NOW + 6 * HOUR)
    assert found.why == "2026-03-01 08:00 之前不询问：已连续 1 次被拒（要求验证码）"
    assert asks(begin(NOW + 6 * HOUR))


def test_a_resumed_night_stays_as_it_was_though_the_time_is_over(dark_night: Night, begin: Begin) -> None:
    bring(dark_night, "captcha")
    finish(dark_night)
    later = begin(NOW + 5 * HOUR)
    asks(later)
    resumed = replace(later, now=lambda: NOW + 9 * HOUR)
    assert asks(resumed)  # nothing is pending any more: there is nothing to ask
    with reading(resumed.factory) as session:
        assert searches.pending(session, session.get_one(Run, resumed.run_id), "baidu") == []
    assert settled(resumed).state == "backing off"


def test_after_unblocking_it_is_asked_again(dark_night: Night, begin: Begin) -> None:
    bring(dark_night, "captcha")
    finish(dark_night)
    with writing(dark_night.factory) as session:
        sources.unblock(session, "baidu", NOW, "li")
    assert asks(begin(NOW + HOUR))


def test_outside_its_hours_it_is_not_asked_and_nothing_failed(dark_night: Night) -> None:
    day = {"hours": "09:00-18:00"}
    assert not asks(dark_night, **day)
    found = settled(dark_night, **day)
    assert (found.state, found.why) == ("outside hours", "只在 09:00-18:00 询问，4 个查询今晚没有问")
    assert asks(dark_night, hours="22:00-06:00")


def test_robots_txt_is_told_as_that(dark_night: Night) -> None:
    bring(dark_night, "robots")
    assert settled(dark_night).state == "robots"
    assert not asks(dark_night)


def test_a_source_without_its_key_is_told_as_that(dark_night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOOKALIKE_TEST_KEY", raising=False)
    assert not asks(dark_night, key="LOOKALIKE_TEST_KEY")
    assert settled(dark_night, key="LOOKALIKE_TEST_KEY").state == "no key"
    monkeypatch.setenv("LOOKALIKE_TEST_KEY", "x")
    assert asks(dark_night, key="LOOKALIKE_TEST_KEY")


def test_missing_pages_and_what_broke_are_failures(dark_night: Night) -> None:
    bring(dark_night, "failed")
    found = settled(dark_night, "ValueError: x")
    assert found == Standing("failed", "1 页没有取到；3 个查询没有问到；ValueError: x")


def test_the_pace_and_the_name_are_the_sources_and_the_setting_wins(dark_night: Night, begin: Begin) -> None:
    own = settings_for(dark_night, baidu(dark_night, delay_s=11.0, robots=True, user_agent="Unit/1.0"))
    assert own.getfloat("DOWNLOAD_DELAY") == 11.0
    assert own.getbool("ROBOTSTXT_OBEY")
    assert own.get("USER_AGENT") == "Unit/1.0"
    hurried = begin(NOW + HOUR, delay=0.5)
    assert settings_for(hurried, baidu(hurried, delay_s=11.0)).getfloat("DOWNLOAD_DELAY") == 0.5
    assert "Mozilla" in settings_for(hurried, baidu(hurried)).get("USER_AGENT")


def test_a_watched_night_stores_its_alarms_and_fails_for_them(dark_night: Night) -> None:
    for _ in range(4):
        bring(dark_night, "unparsed")
    dark_night.failed.append({"source": "baidu", "why": "1 页没有取到"})
    found = watch(dark_night)
    assert [(a.level, a.rule, a.source) for a in found] == [("fail", "unparsed", "baidu")]
    assert dark_night.failed == [
        {"source": "baidu", "why": "1 页没有取到；百度网页搜索：4/4 页无法识别，页面版式可能已变"}
    ]
    with reading(dark_night.factory) as session:
        run = session.get_one(Run, dark_night.run_id)
        assert [a["rule"] for a in run.summary["alarms"]] == ["unparsed"]
        assert of_sources(dark_night, session, run)["baidu"]["unparsed"] == 4


def test_alarms_are_held_against_the_nights_before(dark_night: Night, begin: Begin) -> None:
    for day in range(4):
        night = dark_night if day == 0 else begin(NOW + day * 24 * HOUR)
        for _ in range(4):
            bring(night, "results" if day < 3 else "none")
        found = watch(night)
        finish(night)
    assert ("warn", "few", "baidu") in [(a.level, a.rule, a.source) for a in found]
    assert ("warn", "no_new_leads", "") in [(a.level, a.rule, a.source) for a in found]
    assert dark_night.failed == []


def test_a_scorer_that_sees_nothing_any_more_fails_the_night(dark_night: Night) -> None:
    blind = dict.fromkeys(dark_night.weights.site, 0.0)
    dark_night.weights = replace(dark_night.weights, site=blind)
    watch(dark_night)
    assert [f["stage"] for f in dark_night.failed] == ["trial"]
    assert "仿冒样本" in dark_night.failed[0]["why"]
