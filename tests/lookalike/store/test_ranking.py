"""Ranks: the formula, and that whatever changes one of its inputs changes the rank in the same transaction."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from lookalike.store import leads, ranking, sample, searches
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Assessment, Lead, Run, Site, Visit
from lookalike.store.ranking import Inputs, harm, key, lottery, rank
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, judge, make_page

UTC_NIGHT = NIGHT.astimezone(UTC)
SEEN = UTC_NIGHT.isoformat()


@pytest.fixture
def ranked_lead(store_factory: Factory, store_run: Run) -> int:
    """One lead of a site that was seen at NIGHT and scores 80."""
    with writing(store_factory) as session:
        run = session.get_one(Run, store_run.id)
        searches.record_page(session, run, make_page("http://one.example/"), max_pages=1, now=NIGHT, unit=site_key)
        site = session.query(Site).one()
        lead, _ = leads.record(session, run, site, judge(80.0), contacts=[], now=NIGHT)
        assert lead is not None
        lead.impersonates = None
        return lead.id


def stored(factory: Factory, number: int) -> Inputs:
    with reading(factory) as session:
        lead = session.get_one(Lead, number)
    inputs = ranking.inputs_of(lead.rank_inputs)
    assert lead.rank == key(inputs)
    return inputs


def test_half_is_left_after_three_days() -> None:
    inputs = Inputs(80.0, SEEN, 1.3, "takes", 0.5)
    assert rank(inputs, NIGHT) == pytest.approx(52.0)
    assert rank(inputs, NIGHT + timedelta(hours=72)) == pytest.approx(26.0)


pieces = st.builds(
    Inputs,
    st.floats(0, 100),
    st.integers(0, 10_000).map(lambda hours: (NIGHT - timedelta(hours=hours / 7)).isoformat()),
    st.sampled_from([1.0, 1.15, 1.3]),
    st.just(""),
    st.sampled_from([1.0, 0.5]),
)


@given(pieces, pieces)
def test_the_stored_key_sorts_as_the_rank_does_at_any_time(one: Inputs, other: Inputs) -> None:
    for later in (0, 1, 90):
        now = NIGHT + timedelta(days=later)
        mine, theirs = rank(one, now), rank(other, now)
        if mine > theirs * (1 + 1e-6):
            assert key(one) > key(other)


@given(pieces, pieces)
def test_priority_sorts_before_every_rank(one: Inputs, other: Inputs) -> None:
    first = Inputs(one.score, one.since, one.harm, one.why, one.freshness, 1)
    assert key(first) > key(other)


def test_harm_is_what_the_page_takes_or_whom_it_names() -> None:
    form = {"signal": "query_form", "points": 1.0, "text": "要求填写姓名、证件号码"}
    price = {"signal": "advert_price", "points": 0.4, "text": ""}
    assert harm([form], None) == harm([price], "mem-cx") == (1.3, "takes")
    assert harm([form | {"text": "要求填写证书编号"}], "mem-cx") == (1.15, "names")
    assert harm([price | {"points": 0}], "sd-construction") == (1.0, "")


def test_a_ministry_s_platforms_are_known_and_no_province_s() -> None:
    assert {"mem-cx", "mohurd-jzsc", "chsi", "samr-cnse"} <= ranking.national()
    assert not {"gov", "sd-construction", "prov-beijing", "shandong", "yantai"} & ranking.national()


def test_a_new_lead_is_ranked_as_it_is_stored(store_factory: Factory, ranked_lead: int) -> None:
    assert stored(store_factory, ranked_lead) == Inputs(80.0, SEEN, 1.0, "", 1.0, 0)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"score": 91.5}, {"score": 91.5}),
        ({"priority": 2}, {"priority": 2}),
        ({"raised_at": NIGHT + timedelta(days=9)}, {"since": (UTC_NIGHT + timedelta(days=9)).isoformat()}),
        ({"first_seen": NIGHT - timedelta(days=9)}, {"since": (UTC_NIGHT - timedelta(days=9)).isoformat()}),
        ({"impersonates": "mem-cx"}, {"harm": 1.15, "why": "names"}),
    ],
)
def test_what_changes_a_lead_changes_its_rank(
    store_factory: Factory, ranked_lead: int, changed: dict[str, Any], told: dict[str, Any]
) -> None:
    before = stored(store_factory, ranked_lead)
    with writing(store_factory) as session:
        session.execute(update(Lead).where(Lead.id == ranked_lead).values(**changed))
    after = stored(store_factory, ranked_lead)
    assert after == Inputs(**{name: told.get(name, getattr(before, name)) for name in Inputs.__dataclass_fields__})


def test_a_judgement_that_finds_harm_changes_the_rank(store_factory: Factory, ranked_lead: int) -> None:
    with writing(store_factory) as session:
        row = session.query(Assessment).one()
        row.rows = [*row.rows, {"signal": "advert_price", "points": 1.0, "text": "先付", "evidence": {"items": []}}]
    assert stored(store_factory, ranked_lead).harm == 1.3


def test_two_failed_visits_in_a_row_make_a_lead_stale_and_one_that_works_fresh(
    store_factory: Factory, ranked_lead: int, store_run: Run
) -> None:
    fresh = []
    for at, outcome in enumerate(("failed", "failed", "ok", "failed", "failed")):
        with writing(store_factory) as session:
            run = Run(kind="visit", state="done", started_at=NIGHT, options={}, summary={})
            session.add(run)
            session.flush()
            visit = Visit(site_id=session.get_one(Lead, ranked_lead).site_id, run_id=run.id, url="http://one.example/")
            visit.started_at, visit.outcome, visit.why, visit.counts = NIGHT + timedelta(days=at), outcome, "", {}
            session.add(visit)
        fresh.append(stored(store_factory, ranked_lead).freshness)
    assert fresh == [1.0, 0.5, 1.0, 1.0, 0.5]


def test_lots_of_leads_in_a_row_are_spread_evenly() -> None:
    lots = [lottery(n) for n in range(1, 1001)]
    assert len(set(lots)) == 1000
    assert all(0 <= lot < 2**31 for lot in lots)
    tenths = [sum(lot * 10 >> 31 == part for lot in lots) for part in range(10)]
    assert max(tenths) - min(tenths) < 20


def test_a_sample_goes_round_and_takes_only_what_nobody_judged(store_factory: Factory) -> None:
    with writing(store_factory) as session:
        for n in range(20):
            lead = Lead(kind="site", host=f"h{n}.example", url="http://h/", registrable_domain="h", score=10.0 + n)
            lead.band, lead.status = ("low", "medium", "high")[n % 3], "new" if n % 4 else "confirmed"
            lead.first_seen = lead.last_seen = NIGHT
            lead.contacts = []
            session.add(lead)
    with reading(store_factory) as session:
        able = {x.id: x.lottery for x in session.query(Lead) if x.status == "new" and x.band != "high"}
        order = sorted(able, key=lambda n: able[n])
        start = able[order[-2]]
        assert sample.drawn(session, start, 4, ()) == [*order[-2:], *order[:2]]
        assert sample.drawn(session, start, 4, order[-2:]) == order[:4]
        assert sorted(sample.drawn(session, 0, 99, ())) == sorted(able)
