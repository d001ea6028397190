"""What nights came to: where new leads came from, and which nights one is held against."""

from __future__ import annotations

from typing import Any

from lookalike.store import leads, runs, searches, tonight
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Run, Site
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page, make_sighting


def one_night(factory: Factory, night: int, summary: dict[str, Any] | None, **options: Any) -> int:
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT + night * DAY, {"seeds": "", "clock": ""} | options)
        if summary is not None:
            runs.note_step(session, run, "night", summary)
            runs.finish(session, run, NIGHT + night * DAY)
        return run.id


def seen(factory: Factory, run_id: int, source: str, *urls: str, score: float = 95.0) -> None:
    """The source shows these addresses, and they are judged."""
    with writing(factory) as session:
        run = session.get_one(Run, run_id)
        shown = [make_sighting(url, n, source=source) for n, url in enumerate(urls, 1)]
        page = make_page(*urls)
        page.source, page.sightings = source, shown
        searches.record_page(session, run, page, max_pages=1, now=NIGHT, unit=site_key)
        for site in session.query(Site).filter(Site.host.in_([site_key(url).host for url in urls])):
            leads.record(session, run, site, judge(score), contacts=[], now=NIGHT)


def test_new_leads_are_told_by_the_source_that_showed_them(store_factory: Factory) -> None:
    first = one_night(store_factory, 0, None)
    seen(store_factory, first, "baidu", "http://a.example/", "http://b.example/")
    seen(store_factory, first, "bing", "http://b.example/", "http://c.example/")
    seen(store_factory, first, "sogou", "http://low.example/", score=5.0)
    with reading(store_factory) as session:
        assert tonight.leads_new(session, session.get_one(Run, first)) == {"baidu": 2, "bing": 2}


def test_what_was_a_lead_before_is_not_new_and_what_has_become_one_is(store_factory: Factory) -> None:
    first = one_night(store_factory, 0, None)
    seen(store_factory, first, "baidu", "http://a.example/")
    seen(store_factory, first, "baidu", "http://low.example/", score=5.0)
    with writing(store_factory) as session:
        runs.finish(session, session.get_one(Run, first), NIGHT)
    second = one_night(store_factory, 1, None)
    seen(store_factory, second, "so360", "http://a.example/", "http://low.example/")
    with reading(store_factory) as session:
        assert tonight.leads_new(session, session.get_one(Run, second)) == {"so360": 1}


def test_a_night_is_held_against_fourteen_of_its_own_world(store_factory: Factory) -> None:
    one_night(store_factory, 0, {"n": "range"}, clock="2026-03-01T00:00:00+08:00")
    for night in range(1, 18):
        one_night(store_factory, night, {"n": night})
    last = one_night(store_factory, 30, {"n": "tonight"})
    with reading(store_factory) as session:
        told = tonight.night(session)
        assert told is not None
        assert (told.run.id, told.summary["n"]) == (last, "tonight")
        assert [one["n"] for one in told.before] == list(range(17, 3, -1))
        assert tonight.night(session, 9_999) is None


def test_a_night_that_runs_is_told_from_its_rows(store_factory: Factory) -> None:
    run = one_night(store_factory, 0, None)
    seen(store_factory, run, "baidu", "http://a.example/", "http://b.example/")
    with reading(store_factory) as session:
        told = tonight.night(session)
        assert told is not None
        assert (told.run.state, told.summary["sightings"], told.summary["sites"]) == ("running", 2, 2)
        assert told.summary["sources"]["baidu"]["leads_new"] == 2


def test_other_work_is_no_night(store_factory: Factory) -> None:
    with writing(store_factory) as session:
        runs.begin_or_resume(session, "tips", NIGHT, {})
    with reading(store_factory) as session:
        assert tonight.night(session) is None
        assert list(tonight.listing(session)) == []
