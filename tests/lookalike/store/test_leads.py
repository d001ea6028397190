from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lookalike.store import assessments, leads, runs, searches, sites
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.listing import LeadView, as_json, get, listing
from lookalike.store.models import Assessment, Base, Lead, Run, Site
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page, make_sighting

KEYS = [
    "id",
    "rank",
    "kind",
    "host",
    "url",
    "registrable_domain",
    "score",
    "band",
    "impersonates",
    "status",
    "jurisdiction",
    "campaign",
    "first_seen",
    "last_seen",
    "alive",
    "reasons",
    "sightings",
    "contacts",
    "unchecked",
    "life",
    "raised_at",
    "raised_why",
]


def make_leads(factory: Factory, run: Run, *scores: float, now: Any = NIGHT, **more: Any) -> list[Lead | None]:
    """Site n.example gets the n-th score; sites are seen, set done and judged."""
    urls = [f"http://{n}.example/cx?p=1" for n in range(len(scores))]
    found = []
    with writing(factory) as session:
        searches.record_page(session, run, make_page(*urls), max_pages=1, now=NIGHT, unit=site_key)
        by_host = {s.host: s for s in session.scalars(select(Site))}
        for n, score in enumerate(scores):
            site = by_host[f"{n}.example"]
            site.state, site.visit_run_id, site.alive = "done", run.id, True
            lead, _ = leads.record(session, run, site, judge(score), now=now, **{"contacts": []} | more)
            found.append(lead)
    return found


def listed(factory: Factory, **filters: Any) -> list[LeadView]:
    with reading(factory) as session:
        return listing(session, **filters)


def test_a_low_judgement_is_kept_and_makes_no_lead(store_factory: Factory, store_run: Run) -> None:
    assert make_leads(store_factory, store_run, 12.0) == [None]
    with reading(store_factory) as session:
        assert session.scalars(select(Assessment.score)).all() == [12.0]


def test_judging_again_updates_the_one_lead(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 60.0, contacts=[("wechat", "abc123")])
    make_leads(store_factory, store_run, 95.0, contacts=[("qq", "10001"), ("wechat", "abc123")])
    with reading(store_factory) as session:
        lead = session.scalars(select(Lead)).one()
        assert session.scalar(select(func.count()).select_from(Assessment)) == 1, "one a run"
    assert (lead.score, lead.band, lead.version) == (95.0, "high", 2)
    assert lead.contacts == [{"type": "wechat", "value": "abc123"}, {"type": "qq", "value": "10001"}]


def test_a_repeated_judgement_changes_nothing(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 60.0)
    make_leads(store_factory, store_run, 60.0)
    with reading(store_factory) as session:
        assert session.scalars(select(Lead.version)).all() == [1]


def test_each_run_keeps_its_own_judgement(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 60.0)
    with writing(store_factory) as session:
        runs.finish(session, store_run, NIGHT)
        second, _ = runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})
    make_leads(store_factory, second, 20.0, now=NIGHT + DAY)
    with reading(store_factory) as session:
        assert session.scalars(select(Assessment.score).order_by(Assessment.id)).all() == [60.0, 20.0]
        newest = assessments.latest(session, 1)
    assert newest is not None
    assert newest.score == 20.0
    assert listed(store_factory) == [], "a lead that has sunk to low is not shown"
    assert [v.band for v in listed(store_factory, min_score=0.0)] == ["low"], "and is kept"


def test_the_list_is_best_first_with_newer_leads_first_among_equals(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 55.0, 95.0, 10.0, 95.0)
    assert [(v.rank, v.host, v.score) for v in listed(store_factory)] == [
        (1, "3.example", 95.0),
        (2, "1.example", 95.0),
        (3, "0.example", 55.0),
    ]


@pytest.mark.parametrize(
    ("filters", "hosts"),
    [
        ({"kind": "advert"}, []),
        ({"kind": "site"}, "10"),
        ({"status": "new"}, "10"),
        ({"status": "it's"}, []),
        ({"min_score": 60.0}, "1"),
        ({"limit": 1}, "1"),
        ({"all_sites": True}, "1032"),
        ({"all_sites": True, "limit": 3}, "103"),
        ({"all_sites": True, "status": "new"}, "10"),
        ({"all_sites": True, "kind": "site", "min_score": 15.0}, "103"),
    ],
)
def test_filters_narrow_the_list(store_factory: Factory, store_run: Run, filters: Any, hosts: Any) -> None:
    make_leads(store_factory, store_run, 55.0, 95.0, 10.0, 20.0)
    assert [v.host[0] for v in listed(store_factory, **filters)] == list(hosts)


def test_all_sites_lists_the_genuine_at_zero_and_leaves_out_the_unexamined(
    store_factory: Factory, store_run: Run
) -> None:
    make_leads(store_factory, store_run, 95.0, 12.0)
    with writing(store_factory) as session:
        more = make_page("http://cx.mem.gov.cn/", "http://waiting.example/", page=2)
        searches.record_page(session, store_run, more, max_pages=1, now=NIGHT, unit=site_key)
        genuine = session.scalars(select(Site.id).where(Site.host == "cx.mem.gov.cn")).one()
        sites.mark_genuine(session, [genuine], "mem-cx")
    found = [(v.host, v.id, v.score, v.status, v.platform) for v in listed(store_factory, all_sites=True)]
    assert found == [
        ("0.example", 1, 95.0, "new", None),
        ("1.example", None, 12.0, None, None),
        ("cx.mem.gov.cn", None, 0.0, None, "mem-cx"),
    ]


def test_a_lead_in_json_has_the_agreed_keys(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 97.25, contacts=[("wechat", "abc123")])
    found = as_json(listed(store_factory)[0])
    assert list(found) == KEYS
    assert found | {"reasons": 0, "sightings": 0} == {
        "id": 1,
        "rank": 1,
        "kind": "site",
        "host": "0.example",
        "url": "http://0.example/cx?p=1",
        "registrable_domain": "0.example",
        "score": 97.25,
        "band": "high",
        "impersonates": "mem-cx",
        "status": "new",
        "jurisdiction": None,
        "campaign": None,
        "first_seen": "2026-03-01T02:00:00+08:00",
        "last_seen": "2026-03-01T02:00:00+08:00",
        "alive": True,
        "reasons": 0,
        "sightings": 0,
        "contacts": [{"type": "wechat", "value": "abc123"}],
        "unchecked": [{"what": "whois", "why": "超时"}],
        "life": "unknown",
        "raised_at": None,
        "raised_why": None,
    }


def test_a_leads_reasons_are_the_rows_that_scoring_gave(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 97.25)
    assert as_json(listed(store_factory)[0])["reasons"] == [row.as_json() for row in judge(97.25).rows]


def test_a_site_seen_for_two_queries_is_one_lead_with_two_sightings(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 97.0)
    paid = make_sighting("http://0.example/ad", 2, paid=True, query="q2")
    with writing(store_factory) as session:
        item = make_page(query="q2", sightings=[paid])
        searches.record_page(session, store_run, item, max_pages=1, now=NIGHT, unit=site_key)
    (view,) = listed(store_factory)
    assert [(s["query"], s["position"], s["paid"], s["url"]) for s in as_json(view)["sightings"]] == [
        ("特种作业 免考", 1, False, "http://0.example/cx?p=1"),
        ("q2", 2, True, "http://0.example/ad"),
    ]


def test_one_lead_is_got_with_its_rank(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 55.0, 95.0)
    with reading(store_factory) as session:
        assert [(v.id, v.rank) for v in (get(session, 1), get(session, 2)) if v] == [(1, 2), (2, 1)]
        assert get(session, 99) is None


def test_what_was_visited_and_not_judged_is_due(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 55.0, 12.0)
    with writing(store_factory) as session:
        more = make_page("http://dead.example/", "http://waiting.example/", page=2)
        searches.record_page(session, store_run, more, max_pages=1, now=NIGHT, unit=site_key)
        session.scalars(select(Site).where(Site.host == "dead.example")).one().state = "failed"
    with reading(store_factory) as session:
        assert [s.host for s in assessments.due(session, store_run)] == ["dead.example"]


def test_a_visited_site_seen_again_on_the_next_night_is_judged_again(store_factory: Factory, store_run: Run) -> None:
    make_leads(store_factory, store_run, 55.0, 12.0)
    with writing(store_factory) as session:
        runs.finish(session, store_run, NIGHT)
        second, _ = runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})
        for site in session.scalars(select(Site)):
            site.last_visit_at = NIGHT
        again = make_page("http://1.example/")
        searches.record_page(session, second, again, max_pages=1, now=NIGHT + DAY, unit=site_key)
        assert [s.host for s in assessments.due(session, second)] == ["1.example"]


@settings(max_examples=15, deadline=None)
@given(scores=st.lists(st.sampled_from([0.0, 12.5, 49.9, 50.0, 50.1, 90.0, 99.999, 100.0]), max_size=12))
def test_every_list_is_sorted_ranked_and_complete(scores: list[float]) -> None:
    engine = open_engine("sqlite://")
    Base.metadata.create_all(engine)
    factory = session_factory(engine)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    make_leads(factory, run, *scores)
    shown, everything = listed(factory), listed(factory, all_sites=True)
    engine.dispose()
    assert [v.rank for v in shown] == list(range(1, len(shown) + 1))
    order = [(v.score, v.id) for v in shown]
    assert order == sorted(order, reverse=True)
    assert sorted(v.score for v in shown) == sorted(s for s in scores if s >= 50)
    totals = [v.score for v in everything]
    assert totals == sorted(scores, reverse=True)
    assert not any(math.isnan(t) for t in totals)
    assert everything[: len(shown)] == shown
