"""Campaigns a page at a time: in order, whole, and by their indexes."""

from __future__ import annotations

import pytest
from sqlalchemy import select, text

from lookalike.store import campaign_page
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.models import Campaign, Lead, Run
from tests.lookalike.review.crews import link_all, make_crew


def test_the_list_goes_by_size_and_every_campaign_comes_once(
    store_factory: Factory, store_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_page, "LISTED", 2)
    sizes = (2, 4, 3, 2, 2)
    contacts = [f"phone:{n}" for n, size in enumerate(sizes) for _ in range(size)]
    make_crew(store_factory, store_run, *contacts)
    seen: list[tuple[int, int]] = []
    after = None
    with reading(store_factory) as session:
        while True:
            page = campaign_page.listing(session, after)
            seen += [(line.campaign.size, line.campaign.id) for line in page.lines]
            after = page.after
            if after is None:
                break
    assert [size for size, _ in seen] == [4, 3, 2, 2, 2]
    assert len({number for _, number in seen}) == 5


def test_a_line_tells_what_the_campaign_is_of(store_factory: Factory, store_run: Run) -> None:
    ids = make_crew(store_factory, store_run, *["phone:1"] * 5)
    with writing(store_factory) as session:
        session.get_one(Lead, ids[0]).status = "confirmed"
    with reading(store_factory) as session:
        (line,) = campaign_page.listing(session).lines
        assert (line.name, line.sites, line.adverts, line.open, line.confirmed) == ("C-0001", 5, 0, 4, 1)
        assert len(line.best) == 3
        assert line.types == ("contact",)


def test_members_come_by_rank_a_page_at_a_time(
    store_factory: Factory, store_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaign_page, "MEMBERS", 3)
    ids = make_crew(store_factory, store_run, *["phone:1"] * 7)
    found: list[int] = []
    after = None
    with reading(store_factory) as session:
        while True:
            page = campaign_page.members(session, 1, after)
            found += [lead.id for lead in page.leads]
            after = page.after
            if after is None:
                break
        ranks = {lead.id: lead.rank for lead in session.scalars(select(Lead))}
    assert found == sorted(ids, key=lambda number: (-ranks[number], -number))


def test_the_facts_are_of_the_leads_that_are_in_it_now(store_factory: Factory, store_run: Run) -> None:
    make_crew(store_factory, store_run, "phone:1", "phone:1", "phone:2", "phone:2")
    with reading(store_factory) as session:
        facts = campaign_page.facts(session, 1)
        assert facts is not None
        assert (facts.name, facts.statuses, facts.kinds, facts.platforms) == (
            "C-0001",
            {"new": 2},
            {"site": 2},
            ("mem-cx",),
        )
        assert facts.links == len(campaign_page.links(session, 1))
        assert campaign_page.facts(session, 99) is None


def test_a_size_is_kept_with_every_linking(store_factory: Factory, store_run: Run) -> None:
    make_crew(store_factory, store_run, "phone:1", "phone:1")
    make_crew(store_factory, store_run, "phone:1", name="later")
    link_all(store_factory)
    with reading(store_factory) as session:
        assert [(c.size, len(c.members)) for c in session.scalars(select(Campaign))] == [(3, 3)]


@pytest.mark.parametrize(
    ("query", "index"),
    [
        ("SELECT * FROM campaign WHERE ended_at IS NULL ORDER BY size DESC, id DESC LIMIT 41", "ix_campaign_size"),
        ("SELECT * FROM lead WHERE campaign = 'C-0001' ORDER BY rank DESC, id DESC LIMIT 201", "ix_lead_campaign"),
        ("SELECT * FROM held_link WHERE lead_a IN (1, 2)", "ix_held_link_lead_a"),
        ("SELECT * FROM held_link WHERE lead_b IN (1, 2)", "ix_held_link_lead_b"),
        ("SELECT * FROM campaign_link WHERE campaign_id = 1", "ix_campaign_link_campaign_id"),
    ],
)
def test_each_is_read_from_its_index(store_factory: Factory, query: str, index: str) -> None:
    with reading(store_factory) as session:
        if session.get_bind().dialect.name == "sqlite":
            plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN QUERY PLAN {query}")))
        else:
            session.execute(text("SET LOCAL enable_seqscan = off"))
            plan = " ".join(str(row) for row in session.execute(text(f"EXPLAIN {query}")))
        assert index in plan
        assert "USE TEMP B-TREE" not in plan
