"""Redirects wait for the round's end; a redirector's other links are sites of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from lookalike.night import Night
from lookalike.stages.follow import MAX_LINKS, follow, note_redirects
from lookalike.stages.score import score, score_again
from lookalike.stages.visit import onward_addresses
from lookalike.store import runs, searches, sites
from lookalike.store.engine import reading, writing
from lookalike.store.models import Assessment, Run, Sighting, Site
from lookalike.store.visits import StoredVisit, record_visit
from scoring.case import Hop
from scoring.sitekey import site_key
from spiders.items import SerpItem, VisitItem
from tests.lookalike.stages.stored_night import GENUINE, NOW, PLAIN, stored_night, visit_of
from tests.lookalike.store.builders import make_sighting

SHORTENER = "http://dwz.duan-lian.example"
FAKE = "http://cx.mem.gov.cn.zs-one.top/"


@pytest.fixture
def night(tmp_path: Path) -> Night:
    """Four sites visited, none judged."""
    return stored_night(tmp_path)


def seen(night: Night, *urls: str) -> None:
    """A search shows these addresses tonight."""
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        found = [make_sighting(url, n) for n, url in enumerate(urls, 1)]
        page = SerpItem("bing", " ".join(urls), 1, "http://s.example/", "results", found, seen_at=NOW)
        searches.record_page(session, run, page, max_pages=1, now=NOW, unit=night.unit)


def visited(night: Night, url: str, *onward: str) -> VisitItem:
    """A visit that asked for ``url`` and was sent on, stored as the stage stores it."""
    visit = visit_of(url, PLAIN, "203.0.113.90", NOW)
    hops = [Hop(url, 302), *(Hop(u, 200, via="http") for u in onward)]
    visit = replace(visit, pages=[replace(visit.pages[0], hops=hops)])
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        ids, _ = sites.note_seen(session, run, [sites.Seen(visit.site, url, NOW)])
        record_visit(session, run, ids[visit.site], visit, StoredVisit())
        note_redirects(night, session, run, onward_addresses(visit))
    return visit


def waiting(night: Night) -> list[str]:
    with reading(night.factory) as session:
        found = session.scalars(select(Site).where(Site.state == "pending")).all()
        return sorted(url for site in found for url in site.urls)


def sightings(night: Night, source: str) -> Sequence[Sighting]:
    with reading(night.factory) as session:
        return session.scalars(select(Sighting).where(Sighting.source == source).order_by(Sighting.position)).all()


def test_where_a_visit_was_sent_on_to_waits_only_when_the_round_is_over(night: Night) -> None:
    visited(night, f"{SHORTENER}/a", "http://fake-five.top/")
    assert waiting(night) == []
    assert follow(night) == 1
    assert waiting(night) == ["http://fake-five.top/"]


def test_who_sent_on_stands_with_what_it_led_to(night: Night) -> None:
    visited(night, f"{SHORTENER}/a", "http://fake-five.top/")
    follow(night)
    (row,) = sightings(night, "redirect")
    assert (row.query, row.url) == (f"{SHORTENER}/a", "http://fake-five.top/")
    assert row.site_id is not None


def test_following_twice_changes_nothing(night: Night) -> None:
    seen(night, f"{SHORTENER}/a", f"{SHORTENER}/b")
    visited(night, f"{SHORTENER}/a", "http://fake-five.top/")
    follow(night)
    before = waiting(night), len(sightings(night, "link"))
    assert follow(night) == 0
    assert (waiting(night), len(sightings(night, "link"))) == before


def test_a_redirect_to_a_genuine_platform_is_no_sighting(night: Night) -> None:
    visited(night, f"{SHORTENER}/a", GENUINE)
    assert (follow(night), list(sightings(night, "redirect"))) == (0, [])


def test_a_redirect_within_a_site_is_no_sighting(night: Night) -> None:
    visited(night, f"{SHORTENER}/a", f"{SHORTENER}/b")
    assert (follow(night), list(sightings(night, "redirect"))) == (0, [])


def test_the_other_links_of_a_redirector_wait_each_for_itself(night: Night) -> None:
    seen(night, f"{SHORTENER}/r?k=1", f"{SHORTENER}/r?k=2", f"{SHORTENER}/r?k=3")
    visited(night, f"{SHORTENER}/r?k=1", "http://honest-shop.com/")
    follow(night)
    assert waiting(night) == [f"{SHORTENER}/r?k=2", f"{SHORTENER}/r?k=3", "http://honest-shop.com/"]


def test_links_of_a_site_that_sends_nobody_on_wait_for_its_next_visit(night: Night) -> None:
    seen(night, f"{SHORTENER}/r?k=1", f"{SHORTENER}/r?k=2")
    visited(night, f"{SHORTENER}/r?k=1")
    assert (follow(night), waiting(night)) == (0, [])


def test_a_link_that_was_asked_for_is_not_asked_for_again(night: Night) -> None:
    seen(night, SHORTENER, f"{SHORTENER.upper().replace('HTTP', 'http')}/#top")
    visited(night, f"{SHORTENER}/", "http://honest-shop.com/")
    follow(night)
    assert waiting(night) == ["http://honest-shop.com/"]


def test_one_redirector_costs_a_night_so_many_links_and_no_more(night: Night) -> None:
    seen(night, *(f"{SHORTENER}/{n:03}" for n in range(100)))
    visited(night, f"{SHORTENER}/000", "http://honest-shop.com/")
    follow(night)
    assert len(waiting(night)) == MAX_LINKS + 1


def test_links_beyond_a_nights_number_come_in_the_next_night(night: Night) -> None:
    urls = [f"{SHORTENER}/{n:03}" for n in range(MAX_LINKS + 5)]
    seen(night, *urls)
    visited(night, urls[0], "http://honest-shop.com/")
    follow(night)
    first = set(waiting(night))
    with writing(night.factory) as session:
        runs.finish(session, session.get_one(Run, night.run_id), NOW)
        night.run_id = runs.begin_or_resume(session, "nightly", NOW, {"night": 2})[0].id
    seen(night, *urls)
    follow(night)
    assert set(waiting(night)) - first == set(urls[MAX_LINKS + 1 :])


def test_a_second_round_takes_no_more_links_than_the_night_has(night: Night) -> None:
    seen(night, *(f"{SHORTENER}/{n:03}" for n in range(100)))
    visited(night, f"{SHORTENER}/000", "http://honest-shop.com/")
    follow(night)
    before = waiting(night)
    follow(night)
    assert waiting(night) == before


def test_a_judged_site_that_a_redirect_leads_to_is_judged_again_with_it(night: Night) -> None:
    score(night)
    visited(night, f"{SHORTENER}/a", FAKE)
    follow(night)
    newest = max(row.id for row in sightings(night, "redirect"))
    assert judged_with(night) < newest
    score_again(night)
    assert judged_with(night) == newest


def test_what_nobody_saw_again_is_not_judged_again(night: Night) -> None:
    score(night)
    before = judged_with(night)
    score_again(night)
    assert judged_with(night) == before


def judged_with(night: Night) -> int:
    """Number of the newest sighting that the fake's judgement knows."""
    with reading(night.factory) as session:
        mine = select(Assessment.sightings_to).join(Site).where(Site.host == site_key(FAKE).host)
        return session.scalars(mine).one() or 0
