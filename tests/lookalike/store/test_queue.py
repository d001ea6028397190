from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import insert, select

from lookalike.errors import UsageError
from lookalike.store import ranking
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.facets import DIMENSIONS, READ, Facets, facets
from lookalike.store.models import Lead, LeadSource, Run, Sighting, Site
from lookalike.store.queue import ORDERS, Filter, Order, neighbours, page
from lookalike.store.search_fields import read
from lookalike.store.search_text import parse
from spiders.clock import CHINA
from tests.lookalike.store.builders import NIGHT

LEADS = 120
FILTERS = [
    {},
    {"status": ("new",)},
    {"status": ("new", "later"), "band": ("high",)},
    {"platform": ("mem-cx",)},
    {"platform": ("", "mem-cx"), "alive": ("unknown",)},
    {"alive": ("yes", "no"), "contact": ("no",)},
    {"kind": ("advert",), "contact": ("yes",)},
    {"source": ("bing",)},
    {"source": ("bing", "ct"), "status": ("new",)},
    {"jurisdiction": ("甲市",), "band": ("low", "medium")},
    {"jurisdiction": ("甲市",), "source": ("ct",)},
    {"campaign": ("C-0002",), "status": ("new",)},
    {"since": NIGHT - timedelta(days=3)},
    {"until": NIGHT - timedelta(days=3), "kind": ("site",)},
    {"min_score": 50.0, "platform": ("ccc",)},
    {"query": parse("证书 h1")},
    {"query": parse("书"), "status": ("confirmed",), "source": ("bing",)},
    {"status": ("it's",)},
    {"max_score": 60.0, "status": ("new", "later")},
    {"campaign": ("C-0001", "C-0002"), "band": ("high", "low")},
    {"status": ("new", "later"), "without": (3, 5, 8, 13, 21)},
    {"jurisdiction": ("甲市",), "without": (3, 5, 8, 13, 21)},
    {"only": (2, 3, 5, 7, 11, 13, 17), "status": ("new",)},
    {"status": ("new", "later"), "also": read("status:new score:>=50 platform:mem-cx")},
    {"icp": "unknown", "also": read("qq:5")},
    {"region": "CN"},
    {"region": "unknown", "band": ("high",)},
    {"also": read("host:h1 day:>2000-01-01")},
]


@pytest.fixture
def many_leads(store_factory: Factory, store_run: Run) -> list[dict[str, Any]]:
    """Leads of every sort, many of equal score and time, as plain dictionaries."""
    dice = random.Random(5)
    made = []
    for n in range(1, LEADS + 1):
        score = dice.choice((10.0, 50.0, 72.5, 95.0))
        lead: dict[str, Any] = {
            "id": n,
            "site_id": n,
            "kind": dice.choice(("site", "site", "advert")),
            "host": f"h{n}.example",
            "url": f"http://h{n}.example/证书",
            "registrable_domain": f"h{n}.example",
            "score": score,
            "band": "high" if score >= 90 else "medium" if score >= 50 else "low",
            "impersonates": dice.choice((None, "mem-cx", "ccc")),
            "status": dice.choice(("new", "new", "later", "confirmed")),
            "jurisdiction": dice.choice((None, "甲市", "乙市")),
            "campaign": dice.choice((None, "C-0001", "C-0002")),
            "first_seen": NIGHT - timedelta(days=dice.randrange(6)),
            "last_seen": NIGHT - timedelta(hours=dice.randrange(9)),
            "alive": dice.choice((True, False, None)),
            "contacts": [{"type": "qq", "value": f"{n}"}] if dice.random() < 0.5 else [],
            "raised_at": NIGHT - timedelta(hours=dice.randrange(4)) if dice.random() < 0.3 else None,
            "version": 1,
        }
        made.append(lead | {"sources": sorted(dice.sample(("baidu", "bing", "ct"), k=dice.randint(0, 2)))})
    with writing(store_factory) as session:
        for lead in made:
            fields = {"id": lead["id"], "host": lead["host"], "port": 80, "scope": "", "state": "done", "urls": []}
            times = {name: lead[name] for name in ("registrable_domain", "first_seen", "last_seen")}
            session.execute(insert(Site).values(fields | times))
            session.execute(insert(Lead).values({k: v for k, v in lead.items() if k != "sources"}))
            for source in lead["sources"]:
                seen = Sighting(run_id=store_run.id, site_id=lead["id"], source=source, query=lead["host"], page=1)
                seen.position, seen.paid, seen.url, seen.title = 1, False, lead["url"], ""
                seen.snippet, seen.display_url, seen.seen_at = "", "", NIGHT
                session.add(seen)
    return made


def passes(lead: dict[str, Any], wanted: Filter, but: str = "") -> bool:
    """The filter, read off plainly; ``but``: one field's choice left out."""
    have = {
        **{name: lead[name] for name in ("status", "band", "kind", "jurisdiction", "campaign")},
        "platform": lead["impersonates"] or "",
        "alive": {True: "yes", False: "no", None: "unknown"}[lead["alive"]],
        "contact": "yes" if lead["contacts"] else "no",
    }
    chosen = all(name == but or not getattr(wanted, name) or have[name] in getattr(wanted, name) for name in have)
    sources = but == "source" or not wanted.source or bool(set(wanted.source) & set(lead["sources"]))
    words = wanted.query is None or but == "words" or wanted.query.matches(text_of(lead))
    if wanted.also is not None and not passes(lead, wanted.also):
        return False
    return (
        chosen
        and (wanted.only is None or lead["id"] in wanted.only)
        and lead["id"] not in wanted.without
        and (wanted.max_score is None or lead["score"] <= wanted.max_score)
        and wanted.region in {"", "unknown"}  # none of them has been visited
        and sources
        and words
        and (wanted.since is None or lead["first_seen"] >= wanted.since)
        and (wanted.until is None or lead["first_seen"] < wanted.until)
        and (wanted.min_score is None or lead["score"] >= wanted.min_score)
    )


def text_of(lead: dict[str, Any]) -> str:
    marks = "".join(f" \ue000qq\ue001{c['value']} " for c in lead["contacts"])
    host = f"\ue000host\ue001h{lead['id']}\ue002example"
    return f" h{lead['id']} example \n 证书 \n {marks} {host} "


def rank_of(lead: dict[str, Any]) -> float:
    since = max(lead["first_seen"], lead["raised_at"] or lead["first_seen"])
    harm = 1.15 if lead["impersonates"] == "mem-cx" else 1.0
    return ranking.key(ranking.Inputs(lead["score"], since.isoformat(), harm, "", 1.0, 0))


def turned(factory: Factory, wanted: Filter, order: Order, limit: int) -> list[int]:
    """All pages, one after the other."""
    found: list[int] = []
    after = None
    while True:
        with reading(factory) as session:
            got = page(session, wanted, order=order, after=after, limit=limit)
        assert len(got.rows) <= limit
        found += [row.lead.id for row in got.rows]
        after = got.next
        if after is None:
            return found


def test_pages_hold_every_lead_of_the_filter_once_in_order(
    store_factory: Factory, many_leads: list[dict[str, Any]]
) -> None:
    ranked = [{**lead, "rank": rank_of(lead)} for lead in many_leads]
    for wanted, order in product((Filter(**each) for each in FILTERS), ORDERS):  # type: ignore[arg-type]
        key = ORDERS[order].key
        true = [lead for lead in ranked if passes(lead, wanted) and lead[key] is not None]
        true.sort(key=lambda lead: (lead[key], lead["id"]), reverse=True)
        assert turned(store_factory, wanted, order, 7) == [lead["id"] for lead in true], (wanted, order)


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize(
    "wanted", [Filter(), Filter(status=("new", "later")), Filter(min_score=50.0)], ids=["all", "waiting", "scored"]
)
def test_pages_turn_back_as_they_turned_forth(
    store_factory: Factory, many_leads: list[dict[str, Any]], wanted: Filter, order: Order
) -> None:
    with reading(store_factory) as session:
        first = page(session, wanted, order=order, limit=3)
        assert first.previous is None
        second = page(session, wanted, order=order, after=first.next, limit=3)
        third = page(session, wanted, order=order, after=second.next, limit=3)
        back = page(session, wanted, order=order, before=third.previous, limit=3)
        start = page(session, wanted, order=order, before=back.previous, limit=3)
    assert [row.lead.id for row in back.rows] == [row.lead.id for row in second.rows]
    assert [row.lead.id for row in start.rows] == [row.lead.id for row in first.rows]
    assert start.previous is None


def test_neighbours_are_those_of_the_list(store_factory: Factory, many_leads: list[dict[str, Any]]) -> None:
    wanted = Filter(status=("new", "later"), band=("high", "medium"))
    with reading(store_factory) as session:
        leads = [row.lead for row in page(session, wanted, limit=500).rows]
        for at, lead in enumerate(leads):
            up, down = neighbours(session, wanted, lead)
            assert up == (leads[at - 1].id if at else None)
            assert down == (leads[at + 1].id if at + 1 < len(leads) else None)


def test_numbers_of_facets_are_those_of_the_leads(store_factory: Factory, many_leads: list[dict[str, Any]]) -> None:
    for wanted in (Filter(**each) for each in FILTERS):  # type: ignore[arg-type]
        with reading(store_factory) as session:
            found = facets(session, wanted)
        assert found.total == sum(passes(lead, wanted) for lead in many_leads), wanted
        assert found.exact
        assert not found.at_least
        assert set(found.counts) >= {*DIMENSIONS, *READ}
        for name, counts in found.counts.items():
            assert counts == true_counts(many_leads, wanted, name), (name, wanted)


def true_counts(leads: list[dict[str, Any]], wanted: Filter, name: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for lead in leads:
        if passes(lead, wanted, "" if name in READ else name):
            values = {
                "icp": ["unknown"],
                "region": ["unknown"],
                "signal": [],
                "day": [lead["first_seen"].astimezone(CHINA).strftime("%Y-%m-%d")],
                "campaign": [lead["campaign"]] if lead["campaign"] else [],
                "platform": [lead["impersonates"] or ""],
                "alive": [{True: "yes", False: "no", None: "unknown"}[lead["alive"]]],
                "contact": ["yes" if lead["contacts"] else "no"],
                "source": lead["sources"],
                "jurisdiction": [lead["jurisdiction"]] if lead["jurisdiction"] else [],
            }.get(name, [lead.get(name)])
            found.update(values)
    return dict(found)


@pytest.mark.slow
def test_what_is_rare_brings_the_pages_that_walking_brings(
    store_factory: Factory, many_leads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = [Filter(**each) for each in FILTERS if set(each) - {"status", "band", "kind"}]  # type: ignore[arg-type, call-overload]
    for wanted, order in product(chosen, ORDERS):
        walked = turned(store_factory, wanted, order, 7)
        with monkeypatch.context() as patch:
            patch.setattr("lookalike.store.queue_walk.NEAR", 1)
            patch.setattr("lookalike.store.queue_walk.FAR", 1)
            patch.setattr("lookalike.store.queue_walk.FAR_SLOW", 1)
            assert turned(store_factory, wanted, order, 7) == walked, (wanted, order)


def test_more_leads_than_are_counted_is_said(
    store_factory: Factory, many_leads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.facets.BOUND", 20)
    with reading(store_factory) as session:
        found: Facets = facets(session, Filter(query=parse("证书")))
    assert (found.exact, found.total) == (False, 21)
    assert found.at_least >= {"status", "signal", "day"}


def test_a_lead_that_moves_between_two_pages_hides_no_other(
    store_factory: Factory, many_leads: list[dict[str, Any]]
) -> None:
    with reading(store_factory) as session:
        first = page(session, Filter(), limit=10)
    with writing(store_factory) as session:
        for lead in session.scalars(select(Lead).where(Lead.id.in_([row.lead.id for row in first.rows[:5]]))):
            lead.score = 0.0
    with reading(store_factory) as session:
        second = page(session, Filter(), after=first.next, limit=10)
    ranked = sorted(many_leads, key=lambda lead: (rank_of(lead), lead["id"]), reverse=True)
    assert [row.lead.id for row in second.rows] == [lead["id"] for lead in ranked[10:20]]


def test_a_row_names_its_sources(store_factory: Factory, many_leads: list[dict[str, Any]]) -> None:
    with reading(store_factory) as session:
        rows = page(session, Filter(), limit=200).rows
        assert session.scalars(select(LeadSource.source).distinct().order_by(LeadSource.source)).all() == [
            "baidu",
            "bing",
            "ct",
        ]
    assert {row.lead.id: sorted(row.sources) for row in rows} == {lead["id"]: lead["sources"] for lead in many_leads}


@pytest.mark.parametrize(
    "after",
    ["", "x", "score~1", "score~nan~1", "score~1~-1", "score~inf~5", "new~1~1", "score~1~9e9", "score~1~" + "9" * 200],
)
def test_a_place_that_nobody_named_is_refused(store_factory: Factory, after: str) -> None:
    with reading(store_factory) as session, pytest.raises(UsageError, match="翻页位置无效"):
        page(session, Filter(), order="score", after=after)
