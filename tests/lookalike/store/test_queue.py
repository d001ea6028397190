from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from lookalike.errors import UsageError
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.facets import DIMENSIONS, Facets, facets
from lookalike.store.models import Lead, LeadSource, Run, Sighting, Site
from lookalike.store.queue import ORDERS, Filter, Order, page
from lookalike.store.search_text import parse
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
    words = wanted.query is None or wanted.query.matches(f" h{lead['id']} example \n 证书 ")
    return (
        chosen
        and sources
        and words
        and (wanted.since is None or lead["first_seen"] >= wanted.since)
        and (wanted.until is None or lead["first_seen"] < wanted.until)
        and (wanted.min_score is None or lead["score"] >= wanted.min_score)
    )


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


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_pages_hold_every_lead_of_the_filter_once_in_order(
    store_factory: Factory, many_leads: list[dict[str, Any]], number: int, order: Order
) -> None:
    wanted = Filter(**FILTERS[number])  # type: ignore[arg-type]
    key = ORDERS[order].key
    true = [lead for lead in many_leads if passes(lead, wanted) and lead[key] is not None]
    true.sort(key=lambda lead: (lead[key], lead["id"]), reverse=True)
    assert turned(store_factory, wanted, order, 7) == [lead["id"] for lead in true]


@pytest.mark.parametrize("number", range(len(FILTERS)))
def test_numbers_of_facets_are_those_of_the_leads(
    store_factory: Factory, many_leads: list[dict[str, Any]], number: int
) -> None:
    wanted = Filter(**FILTERS[number])  # type: ignore[arg-type]
    with reading(store_factory) as session:
        found = facets(session, wanted)
    assert found.total == sum(passes(lead, wanted) for lead in many_leads)
    assert found.exact
    assert set(found.counts) >= set(DIMENSIONS)
    for name, counts in found.counts.items():
        assert counts == true_counts(many_leads, wanted, name), name


def true_counts(leads: list[dict[str, Any]], wanted: Filter, name: str) -> dict[str, int]:
    found: Counter[str] = Counter()
    for lead in leads:
        if passes(lead, wanted, name):
            values = {
                "platform": [lead["impersonates"] or ""],
                "alive": [{True: "yes", False: "no", None: "unknown"}[lead["alive"]]],
                "contact": ["yes" if lead["contacts"] else "no"],
                "source": lead["sources"],
                "jurisdiction": [lead["jurisdiction"]] if lead["jurisdiction"] else [],
            }.get(name) or ([lead[name]] if name in lead and name not in {"source", "jurisdiction"} else [])
            found.update(values)
    return dict(found)


@pytest.mark.parametrize("order", list(ORDERS))
@pytest.mark.parametrize("number", [n for n, wanted in enumerate(FILTERS) if "query" in wanted])
def test_the_index_brings_the_pages_that_reading_on_brings(
    store_factory: Factory,
    many_leads: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    order: Order,
) -> None:
    wanted = Filter(**FILTERS[number])  # type: ignore[arg-type]
    read = turned(store_factory, wanted, order, 7)
    monkeypatch.setattr("lookalike.store.search.READ_ON", (1,))
    assert turned(store_factory, wanted, order, 7) == read
    assert read


def test_more_leads_than_are_counted_is_said(
    store_factory: Factory, many_leads: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lookalike.store.facets.BOUND", 20)
    with reading(store_factory) as session:
        found: Facets = facets(session, Filter(query=parse("证书")))
    assert (found.exact, found.total) == (False, 21)


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
    ranked = sorted(many_leads, key=lambda lead: (lead["score"], lead["id"]), reverse=True)
    assert [row.lead.id for row in second.rows] == [lead["id"] for lead in ranked[10:20]]


def test_a_row_names_its_sources(store_factory: Factory, many_leads: list[dict[str, Any]]) -> None:
    with reading(store_factory) as session:
        rows = page(session, Filter(), limit=200).rows
        assert session.scalars(select(LeadSource.source).distinct().order_by(LeadSource.source)).all() == [
            "baidu",
            "bing",
            "ct",
        ]
    assert {row.lead.id: list(row.sources) for row in rows} == {lead["id"]: lead["sources"] for lead in many_leads}


@pytest.mark.parametrize(
    "after",
    ["", "x", "score~1", "score~nan~1", "score~1~-1", "score~inf~5", "new~1~1", "score~1~9e9", "score~1~" + "9" * 200],
)
def test_a_place_that_nobody_named_is_refused(store_factory: Factory, after: str) -> None:
    with reading(store_factory) as session, pytest.raises(UsageError, match="翻页位置无效"):
        page(session, Filter(), after=after)
