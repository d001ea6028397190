"""What is remembered of sources from night to night."""

from __future__ import annotations

from datetime import timedelta

import pytest

from lookalike.store import audit, runs, searches, sources
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Audit, Run
from lookalike.store.source_counts import source_counts
from lookalike.store.sources import BackOff
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, UTC_NIGHT, make_page

HOUR = timedelta(hours=1)


def refuse(factory: Factory, at=NIGHT, *, answers: int = 0, back_off: BackOff | None = None) -> timedelta:
    with writing(factory) as session:
        state = sources.refused(session, "baidu", "要求验证码", at, answers, back_off or BackOff())
        assert state.blocked_until is not None
        return state.blocked_until - at


def test_each_refusal_in_a_row_doubles_the_time_up_to_a_week(store_factory: Factory) -> None:
    hours = [refuse(store_factory, NIGHT + n * DAY) / HOUR for n in range(8)]
    assert hours == [6, 12, 24, 48, 96, 168, 168, 168]


def test_the_times_are_settings(store_factory: Factory) -> None:
    short = BackOff(first=timedelta(minutes=10), longest=timedelta(minutes=15))
    assert refuse(store_factory, back_off=short) == timedelta(minutes=10)
    assert refuse(store_factory, back_off=short) == timedelta(minutes=15)


def test_a_source_that_answered_before_it_refused_is_not_punished_for_earlier_nights(store_factory: Factory) -> None:
    for _ in range(3):
        refuse(store_factory)
    assert refuse(store_factory, answers=2) == 48 * HOUR
    assert refuse(store_factory, answers=3) == 6 * HOUR


def test_a_hundred_years_of_refusals_overflow_nothing() -> None:
    assert BackOff().after(10_000) == timedelta(days=7)


def test_until_the_time_is_over_it_is_blocked_and_then_no_more(store_factory: Factory) -> None:
    refuse(store_factory)
    with reading(store_factory) as session:
        assert sources.blocked_until(session, "baidu", NIGHT + 5.9 * HOUR) == UTC_NIGHT + 6 * HOUR
        assert sources.blocked_until(session, "baidu", NIGHT + 6 * HOUR) is None
        assert sources.blocked_until(session, "bing", NIGHT) is None


def test_a_good_night_lets_everything_begin_anew(store_factory: Factory) -> None:
    refuse(store_factory)
    refuse(store_factory)
    with writing(store_factory) as session:
        sources.recovered(session, "baidu")
    assert refuse(store_factory) == 6 * HOUR


def test_when_it_was_asked_and_when_it_answered_with_results_never_goes_back(store_factory: Factory) -> None:
    with writing(store_factory) as session:
        sources.note_asked(session, "baidu", NIGHT, results=True)
        sources.note_asked(session, "baidu", NIGHT + DAY, results=False)
        sources.note_asked(session, "baidu", NIGHT - DAY, results=True)
    with reading(store_factory) as session:
        state = sources.states(session)["baidu"]
        assert (state.asked_at, state.ok_at) == (UTC_NIGHT + DAY, UTC_NIGHT)


def test_unblocking_is_told_in_the_audit_trail_and_only_where_something_was_blocked(store_factory: Factory) -> None:
    refuse(store_factory)
    with writing(store_factory) as session:
        assert sources.unblock(session, "baidu", NIGHT, "li")
        assert not sources.unblock(session, "baidu", NIGHT, "li")
        assert not sources.unblock(session, "bing", NIGHT, "li")
    with reading(store_factory) as session:
        assert sources.blocked_until(session, "baidu", NIGHT) is None
        (entry,) = session.query(Audit).all()
        assert (entry.who, entry.what, entry.before["streak"]) == ("li", "source.unblock", 1)
        assert audit.broken(session) == []


def a_run(factory: Factory, state: runs.RunState | None = "done", **options: str) -> Run:
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {"seeds": "", "clock": "", **options})
        searches.plan(session, run, "baidu", ["特种作业 免考"])
        page = make_page("http://a.example/", asked_at=NIGHT - HOUR, seconds=1.25, unresolved=1)
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        return run if state is None else runs.finish(session, run, NIGHT, state)


def test_history_is_the_finished_runs_of_the_same_world_newest_first(store_factory: Factory) -> None:
    first, failed = a_run(store_factory), a_run(store_factory, "failed")
    a_run(store_factory, "lost")
    a_run(store_factory, clock="2026-03-01T02:00:00+08:00")
    a_run(store_factory, seeds="/a/rehearsal")
    tonight = a_run(store_factory, None)
    with reading(store_factory) as session:
        found = sources.history(session, session.get_one(Run, tonight.id), 14)
        assert [run.id for run, _ in found] == [failed.id, first.id]
        assert [run.id for run, _ in sources.history(session, session.get_one(Run, tonight.id), 1)] == [failed.id]
        assert found[0][1]["baidu"].results == 1
        last = sources.last_night(session)
        assert last is not None
        assert last.state != "running"


def test_counts_tell_of_refusals_deep_pages_redirectors_and_times(store_factory: Factory) -> None:
    run = a_run(store_factory, None)
    items = [
        make_page("http://b.example/", "http://c.example/", page=2, seconds=0.5, unresolved=2),
        make_page(page=1, query="b", outcome="blocked", note="HTTP 403"),
        make_page(page=1, query="c", outcome="robots"),
    ]
    with writing(store_factory) as session:
        for item in items:
            searches.record_page(session, run, item, max_pages=5, now=NIGHT + HOUR, unit=site_key)
    with reading(store_factory) as session:
        counts = source_counts(session, run)["baidu"]
    assert (counts.blocked, counts.robots, counts.refused, counts.deep, counts.unresolved) == (1, 1, 1, 2, 3)
    assert (counts.first_at, counts.last_at) == (UTC_NIGHT - HOUR, UTC_NIGHT)
    assert counts.as_json()["seconds"] == pytest.approx(1.8, abs=0.05)
    assert counts.as_json()["first_at"] == "2026-03-01T01:00:00+08:00"


def test_of_a_sources_unparsed_pages_the_store_knows_whether_one_was_kept(store_factory: Factory) -> None:
    run = a_run(store_factory, None)
    with writing(store_factory) as session:
        assert not sources.raw_kept(session, run, "baidu")
        item = make_page(query="b", outcome="unparsed")
        searches.record_page(session, run, item, max_pages=1, now=NIGHT, unit=site_key, raw_sha256="0" * 64)
        assert sources.raw_kept(session, run, "baidu")
        assert not sources.raw_kept(session, run, "bing")
