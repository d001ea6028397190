from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lookalike.store import runs, searches, sites
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.models import Base, Lead, Run, SerpPage, Sighting, Site
from lookalike.store.searches import RecordResult, SearchRow
from lookalike.store.source_counts import source_counts
from scoring.sitekey import site_key
from spiders.items import SerpItem
from tests.lookalike.store.builders import DAY, NIGHT, make_page, make_sighting

QUERY = "特种作业 免考"


def record(factory: Factory, run: Run, item: SerpItem, **more: Any) -> RecordResult:
    known: dict[str, Any] = {"max_pages": 3, "now": NIGHT, "unit": site_key}
    with writing(factory) as session:
        return searches.record_page(session, run, item, **known | more)


def still_pending(factory: Factory, run: Run, source: str = "baidu") -> list[SearchRow]:
    with reading(factory) as session:
        return searches.pending(session, run, source)


def contents(factory: Factory) -> dict[str, list[tuple[Any, ...]]]:
    with reading(factory) as session:
        return {t.name: sorted(map(repr, session.execute(select(t)))) for t in Base.metadata.sorted_tables}


@pytest.fixture
def planned(store_factory: Factory, store_run: Run) -> Run:
    with writing(store_factory) as session:
        searches.plan(session, store_run, "baidu", [QUERY, "烟台 安全员证 查询"])
    return store_run


def test_queries_are_planned_once_and_keep_their_order(store_factory: Factory, planned: Run) -> None:
    with writing(store_factory) as session:
        assert searches.plan(session, planned, "baidu", [QUERY, "烟台 安全员证 查询", "新 词"]) == 1
    assert [row.query for row in still_pending(store_factory, planned)] == [QUERY, "烟台 安全员证 查询", "新 词"]


def test_a_page_brings_sightings_new_sites_and_the_next_page(store_factory: Factory, planned: Run) -> None:
    item = make_page(
        "http://a.example/1", "https://A.example:443/2", "http://b.example/", next_url="http://s.example/2"
    )
    assert record(store_factory, planned, item) == RecordResult(new_sites=2, sightings=3)
    assert still_pending(store_factory, planned)[0] == SearchRow(QUERY, 2, "http://s.example/2")
    with reading(store_factory) as session:
        jobs = sites.waiting(session)
    assert [(str(j.key), j.urls) for j in jobs] == [
        ("a.example", ("http://a.example/1", "https://A.example:443/2")),
        ("b.example", ("http://b.example/",)),
    ]


def test_a_page_recorded_twice_changes_nothing(store_factory: Factory, planned: Run) -> None:
    item = make_page("http://a.example/1", next_url="http://s.example/2")
    record(store_factory, planned, item)
    before = contents(store_factory)
    assert record(store_factory, planned, item, now=NIGHT + DAY) == RecordResult()
    assert contents(store_factory) == before


@pytest.mark.parametrize(
    ("page", "next_url", "left"), [(1, "http://s.example/n", 2), (2, "http://s.example/n", 1), (1, "", 1)]
)
def test_a_search_ends_at_its_last_page_or_at_the_budget(
    store_factory: Factory, planned: Run, page: int, next_url: str, left: int
) -> None:
    record(store_factory, planned, make_page("http://a.example/", page=page, next_url=next_url), max_pages=2)
    assert len(still_pending(store_factory, planned)) == left


@pytest.mark.parametrize("outcome", ["none", "captcha", "unparsed", "failed"])
def test_a_page_without_results_ends_its_search_and_is_counted_as_what_it_is(
    store_factory: Factory, planned: Run, outcome: str
) -> None:
    record(store_factory, planned, make_page(outcome=outcome, note="why"))
    with reading(store_factory) as session:
        counts = source_counts(session, planned)["baidu"]
    assert (counts.queries, counts.pages, counts.pending_queries, getattr(counts, outcome)) == (2, 1, 1, 1)


def test_a_captcha_page_is_replaced_when_the_next_try_brings_results(store_factory: Factory, planned: Run) -> None:
    record(store_factory, planned, make_page(outcome="captcha"))
    assert record(store_factory, planned, make_page("http://a.example/")).new_sites == 1
    with reading(store_factory) as session:
        assert session.scalars(select(SerpPage.outcome)).all() == ["results"]


def test_a_page_with_results_is_not_replaced_by_a_failure(store_factory: Factory, planned: Run) -> None:
    record(store_factory, planned, make_page("http://a.example/", next_url="http://s.example/2"))
    record(store_factory, planned, make_page(outcome="failed"))
    assert still_pending(store_factory, planned)[0].page == 2


def test_a_blocked_source_is_not_asked_again_in_this_run(store_factory: Factory, planned: Run) -> None:
    with writing(store_factory) as session:
        assert searches.block_source(session, planned, "baidu", "captcha three times") == 2
    assert still_pending(store_factory, planned) == []
    record(store_factory, planned, make_page("http://a.example/", next_url="http://s.example/2"))
    assert still_pending(store_factory, planned) == [], "an answer that was under way does not reopen the source"


def test_counts_tell_paid_from_organic_results(store_factory: Factory, planned: Run) -> None:
    ad = make_sighting("http://ad.example/", paid=True)
    record(store_factory, planned, make_page(sightings=[ad, make_sighting("http://a.example/")]))
    record(store_factory, planned, make_page(source="so360", outcome="none"))
    with reading(store_factory) as session:
        counts = source_counts(session, planned)
    assert (counts["baidu"].results, counts["baidu"].paid, counts["so360"].none) == (1, 1, 1)


def test_a_url_that_names_no_site_is_still_a_sighting(store_factory: Factory, planned: Run) -> None:
    result = record(store_factory, planned, make_page("javascript:alert(1)", "http://a.example/"))
    assert result == RecordResult(new_sites=1, sightings=2, unusable=1)


def test_two_results_in_one_place_are_counted_as_dropped(store_factory: Factory, planned: Run) -> None:
    twins = [make_sighting("http://a.example/"), make_sighting("http://b.example/")]
    assert record(store_factory, planned, make_page(sightings=twins)).dropped == 1


def test_a_hostile_page_of_hundreds_of_long_addresses_is_stored_whole(store_factory: Factory, planned: Run) -> None:
    urls = [f"http://h{n}.example/{'x' * 3000}\0\ud800" for n in range(600)]
    assert record(store_factory, planned, make_page(*urls)) == RecordResult(new_sites=600, sightings=600)


def visited(factory: Factory, run: Run, state: str, nights_ago: int) -> None:
    record(factory, run, make_page("http://a.example/"))
    with writing(factory) as session:
        site = session.scalars(select(Site)).one()
        site.state, site.visit_run_id, site.last_visit_at = state, run.id, NIGHT - nights_ago * DAY


@pytest.mark.parametrize(
    ("state", "nights_ago", "expected"),
    [
        ("done", 6, "done"),
        ("done", 8, "pending"),
        ("failed", 0, "pending"),
        ("genuine", 99, "genuine"),
        ("skipped", 99, "skipped"),
    ],
)
def test_what_is_seen_again_on_the_next_night_is_visited_again_when_it_is_time(
    store_factory: Factory, planned: Run, state: str, nights_ago: int, expected: str
) -> None:
    visited(store_factory, planned, state, nights_ago)
    with writing(store_factory) as session:
        runs.finish(session, planned, NIGHT)
        second, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    record(store_factory, second, make_page("http://a.example/"))
    with reading(store_factory) as session:
        assert session.scalars(select(Site.state)).one() == expected


def test_a_site_that_failed_in_this_run_is_not_tried_twice_in_it(store_factory: Factory, planned: Run) -> None:
    visited(store_factory, planned, "failed", 0)
    record(store_factory, planned, make_page("http://a.example/", page=2))
    with reading(store_factory) as session:
        assert session.scalars(select(Site.state)).one() == "failed"


def test_a_lead_that_is_seen_again_says_when(store_factory: Factory, planned: Run) -> None:
    visited(store_factory, planned, "done", 0)
    with writing(store_factory) as session:
        seen = {"first_seen": NIGHT, "last_seen": NIGHT}
        session.add(
            Lead(
                site_id=1,
                kind="site",
                host="a.example",
                url="",
                registrable_domain="",
                score=99.0,
                band="high",
                contacts=[],
                **seen,
            )
        )
    record(store_factory, planned, make_page("http://a.example/", page=2, seen_at=NIGHT + DAY))
    with reading(store_factory) as session:
        assert session.scalars(select(Lead.last_seen)).one() == NIGHT + DAY


URLS = st.builds(
    "http{}://{}.example{}/{}".format,
    st.sampled_from(["", "s"]),
    st.sampled_from("abcDE"),
    st.sampled_from(["", ":80", ":443", ":8080", "."]),
    st.text(max_size=5),
)
PAGES = st.builds(
    lambda query, page, urls, outcome: make_page(*urls, query=query, page=page, outcome=outcome),
    st.sampled_from(["q1", "q2"]),
    st.integers(1, 3),
    st.lists(URLS, max_size=4),
    st.sampled_from(["results", "none"]),
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pages=st.lists(PAGES, max_size=6), again=st.randoms(use_true_random=False))
def test_deliveries_repeated_in_any_order_store_each_page_once(pages: list[SerpItem], again: Any) -> None:
    first = {(p.query, p.page): p for p in reversed(pages)}
    engine = open_engine("sqlite://")
    Base.metadata.create_all(engine)
    factory = session_factory(engine)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    for item in [*pages, *again.sample(pages, len(pages))]:
        record(factory, run, item)
    with reading(factory) as session:
        seen = Counter(session.execute(select(Sighting.query, Sighting.page)).all())
        hosts = session.scalars(select(func.count()).select_from(Site)).one()
    engine.dispose()
    assert seen == {key: len(p.sightings) for key, p in first.items() if p.sightings}
    keys = set()
    for item in first.values():
        keys |= {site_key(s.url) for s in item.sightings}
    assert hosts == len(keys)
