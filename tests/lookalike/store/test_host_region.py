"""The country of a site's server, from its visit to the queue's facet and the typed search."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from lookalike.store import leads, runs, search_fields, searches, visits
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.facets import facets
from lookalike.store.models import Run, Site
from lookalike.store.queue import Filter, page
from scoring.case import Fact, Hosting, NetworkFacts
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page, make_visit

SERVERS = {
    "at-home": ("CN",),
    "abroad": ("us",),
    "in-two": ("US", "HK"),
    "untold": (),
    "odd": ("?", "USA"),
}
"""Countries of the networks that announce the addresses of each site, as tables write them."""


def visited(factory: Factory, run: Run, name: str, countries: tuple[str, ...]) -> None:
    with writing(factory) as session:
        site = session.scalars(select(Site).where(Site.host == f"{name}.example")).one()
        networks = tuple(NetworkFacts(f"198.51.100.{n}", country=country) for n, country in enumerate(countries, 1))
        visit = replace(make_visit(f"http://{name}.example/"), hosting=Hosting(networks=Fact("ok", networks)))
        assert visits.record_visit(session, run, site.id, visit, visits.StoredVisit())


def the_night_after(factory: Factory, run: Run) -> Run:
    with writing(factory) as session:
        runs.finish(session, run, NIGHT)
    with writing(factory) as session:
        return runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})[0]


@pytest.fixture
def spread_out(store_factory: Factory, store_run: Run) -> Factory:
    """A lead of every kind of server."""
    with writing(store_factory) as session:
        urls = [f"http://{name}.example/" for name in SERVERS]
        searches.record_page(session, store_run, make_page(*urls), max_pages=1, now=NIGHT, unit=site_key)
    for name, countries in SERVERS.items():
        visited(store_factory, store_run, name, countries)
    with writing(store_factory) as session:
        for site in session.scalars(select(Site)):
            leads.record(session, store_run, site, judge(95.0), contacts=[], now=NIGHT)
    return store_factory


def hosts(factory: Factory, wanted: Filter) -> set[str]:
    with reading(factory) as session:
        return {row.lead.host.removesuffix(".example") for row in page(session, wanted).rows}


def test_the_facet_counts_a_lead_in_every_country_of_its_addresses(spread_out: Factory) -> None:
    with reading(spread_out) as session:
        assert facets(session, Filter()).counts["region"] == {"US": 2, "unknown": 2, "CN": 1, "HK": 1}


@pytest.mark.parametrize(
    ("region", "found"),
    [("US", {"abroad", "in-two"}), ("CN", {"at-home"}), ("unknown", {"untold", "odd"}), ("JP", set())],
)
def test_a_choice_of_the_facet_and_the_typed_field_bring_the_same_leads(
    spread_out: Factory, region: str, found: set[str]
) -> None:
    assert hosts(spread_out, Filter(region=region)) == found
    assert hosts(spread_out, Filter(also=search_fields.read(f"region:{region.lower()}"))) == found
    assert hosts(spread_out, Filter(also=search_fields.read(f"地区:{region}"))) == found


def test_a_country_is_no_word_of_the_page(spread_out: Factory) -> None:
    assert hosts(spread_out, Filter(also=search_fields.read("us"))) == set()


def test_a_site_that_moves_is_counted_where_it_stands_now(spread_out: Factory, store_run: Run) -> None:
    next_night = the_night_after(spread_out, store_run)
    visited(spread_out, next_night, "at-home", ("SG",))
    assert hosts(spread_out, Filter(region="CN")) == set()
    assert hosts(spread_out, Filter(region="SG")) == {"at-home"}


def test_a_visit_that_tells_no_country_takes_nothing_back(spread_out: Factory, store_run: Run) -> None:
    next_night = the_night_after(spread_out, store_run)
    visited(spread_out, next_night, "at-home", ())
    assert hosts(spread_out, Filter(region="CN")) == {"at-home"}
