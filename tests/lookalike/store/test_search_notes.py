"""Files that were read, remarks on pages, and pages that another way than the source's own search brought."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lookalike.store import runs, searches
from lookalike.store.engine import Factory, writing
from lookalike.store.models import Run, Sighting
from lookalike.store.search_notes import read_before, remarks
from scoring.sitekey import site_key
from spiders.items import SerpItem
from tests.lookalike.store.builders import DAY, NIGHT, make_page, make_sighting

FIRST, SECOND = "fofa.csv 0123456789ab", "hunter.csv 222222222222"


@pytest.fixture
def opened(store_factory: Factory, store_run: Run) -> Iterator[tuple[Session, Run]]:
    """One transaction of the first night."""
    with writing(store_factory) as session:
        yield session, session.get_one(Run, store_run.id)


def keep(session, run, item: SerpItem, max_pages: int = 1000) -> searches.RecordResult:
    return searches.record_page(session, run, item, max_pages=max_pages, now=NIGHT, unit=site_key)


def saved(*urls: str, query: str, words: str = "电工证", source: str = "baidu") -> SerpItem:
    sightings = [make_sighting(url, n, source=source, query=words) for n, url in enumerate(urls, 1)]
    return make_page(query=query, source="saved", sightings=sightings)


def test_a_file_that_was_read_to_its_end_is_known_by_its_content(opened) -> None:
    session, run = opened
    searches.plan(session, run, "assets", [FIRST, SECOND])
    keep(session, run, make_page("http://a.example/", query=FIRST, source="assets"))
    keep(session, run, make_page("http://b.example/", query=SECOND, source="assets", next_url="hunter.csv#501"))
    renamed = "copy of fofa.csv 0123456789ab"
    assert read_before(session, "assets", [FIRST, SECOND, renamed]) == {FIRST, renamed}
    assert read_before(session, "tips", [FIRST]) == frozenset()


def test_a_file_that_failed_is_read_again_on_another_night(opened) -> None:
    session, run = opened
    searches.plan(session, run, "assets", [FIRST])
    keep(session, run, SerpItem("assets", FIRST, 1, "fofa.csv", "failed", note="坏了", seen_at=NIGHT))
    assert read_before(session, "assets", [FIRST]) == frozenset()
    runs.finish(session, run, NIGHT)
    later, _ = runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})
    assert searches.plan(session, later, "assets", [FIRST]) == 1


def test_remarks_are_counted_by_outcome_the_most_frequent_first(opened) -> None:
    session, run = opened
    silent = "上游引擎没有回答：baidu (CAPTCHA)"
    for n, note in enumerate([silent, silent, "", "另一个"]):
        keep(session, run, make_page("http://a.example/", query=f"q{n}", source="searxng", note=note))
    assert [tuple(r) for r in remarks(session, run, "searxng")] == [("results", silent, 2), ("results", "另一个", 1)]


def test_a_saved_page_and_a_crawled_one_for_the_same_words_keep_both_their_sightings(opened) -> None:
    session, run = opened
    crawled = make_page("http://a.example/", query="电工证")
    assert keep(session, run, saved("http://b.example/", query="一.mhtml 1")).dropped == 0
    assert keep(session, run, crawled).dropped == 0
    assert keep(session, run, saved("http://c.example/", query="二.mhtml 2")).dropped == 0
    found = session.execute(
        select(Sighting.url, Sighting.source, Sighting.query, Sighting.page).order_by(Sighting.page)
    )
    assert [tuple(row) for row in found] == [
        ("http://a.example/", "baidu", "电工证", 1),
        ("http://b.example/", "baidu", "电工证", 1001),
        ("http://c.example/", "baidu", "电工证", 1002),
    ]


def test_a_saved_page_that_is_delivered_twice_is_stored_once(opened) -> None:
    session, run = opened
    item = saved("http://b.example/", query="一.mhtml 1")
    assert keep(session, run, item).sightings == 1
    assert keep(session, run, item).sightings == 0
