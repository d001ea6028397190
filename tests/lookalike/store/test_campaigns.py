from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.stages.link import relink
from lookalike.store import audit, campaign_keys, campaign_views, campaigns, leads, runs, searches
from lookalike.store.campaigns import Counts, keep_numbers
from lookalike.store.engine import Factory, reading, writing
from lookalike.store.listing import as_json, get, listing
from lookalike.store.models import Audit, Campaign, CampaignLink, Lead, LeadKey, NeverLink, Run, Site
from scoring.link import Key
from scoring.result import Evidence
from scoring.sitekey import site_key
from tests.lookalike.store.builders import DAY, NIGHT, judge, make_page

A, B, C = "phone:1", "phone:2", "phone:3"


def crew(factory: Factory, run: Run, *found: Any, at: Any = NIGHT) -> list[int]:
    """Site n.example gets the n-th score (or, for a text, 95) and the contacts named; returns the leads' ids."""
    urls = [f"http://{n}.example/" for n in range(len(found))]
    with writing(factory) as session:
        searches.record_page(session, run, make_page(*urls), max_pages=1, now=NIGHT, unit=site_key)
        by_host = {s.host: s for s in session.scalars(select(Site))}
        for n, contacts in enumerate(found):
            score, names = (95.0, contacts) if isinstance(contacts, (str, tuple)) else (contacts, ())
            site = by_host[f"{n}.example"]
            site.state, site.visit_run_id, site.alive = "done", run.id, True
            leads.record(session, run, site, judge(score), contacts=[], now=at)
            names = (names,) if isinstance(names, str) else names
            campaign_keys.keep(session, site.id, [key("contact", name) for name in names if name], at)
    with reading(factory) as session:
        return [x for (x,) in session.execute(select(Lead.id).order_by(Lead.id))]


def key(kind: str, value: str) -> Key:
    return Key(kind, value, Evidence(value, where="text"))


def keys_at(factory: Factory, host: str) -> set[tuple[str, str]]:
    with reading(factory) as session:
        found = select(LeadKey.type, LeadKey.value).join(Site, Site.id == LeadKey.site_id).where(Site.host == host)
        return {(kind, value) for kind, value in session.execute(found)}


def rekey(factory: Factory, host: str, *keys: Key, at: Any = NIGHT) -> None:
    with writing(factory) as session:
        campaign_keys.keep(session, session.scalars(select(Site.id).where(Site.host == host)).one(), keys, at)


def linked(factory: Factory, at: Any = NIGHT) -> Counts:
    with writing(factory) as session:
        return relink(session, {"mem-cx": "应急管理部"}, at)


def members(factory: Factory) -> dict[str, list[int]]:
    with reading(factory) as session:
        found: dict[str, list[int]] = {}
        for lead, name in session.execute(select(Lead.id, Lead.campaign).order_by(Lead.id)):
            if name:
                found.setdefault(name, []).append(lead)
        return found


def apart(factory: Factory, one: int, other: int, at: Any = NIGHT) -> bool:
    with writing(factory) as session:
        changed = campaigns.tell_apart(session, one, other, "wang", "同一家建站公司", at)
        relink(session, {}, at)
        return changed


def together(factory: Factory, one: int, other: int, at: Any = NIGHT) -> bool:
    with writing(factory) as session:
        changed = campaigns.take_back(session, one, other, "li", "是同一伙", at)
        relink(session, {}, at)
        return changed


def test_leads_that_share_a_contact_are_one_campaign(store_factory: Factory, store_run: Run) -> None:
    one, two, _, four, five = crew(store_factory, store_run, A, A, C, B, B)
    assert linked(store_factory) == Counts(campaigns=2, leads=4, new=2, ended=0)
    assert members(store_factory) == {"C-0001": [one, two], "C-0002": [four, five]}


def test_linking_again_changes_nothing(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A, A, B, B)
    linked(store_factory)
    before = members(store_factory)
    assert linked(store_factory, NIGHT + DAY) == Counts(campaigns=2, leads=4, new=0, ended=0)
    assert members(store_factory) == before
    with reading(store_factory) as session:
        assert {c.changed_at for c in session.scalars(select(Campaign))} == {NIGHT}


def test_a_campaign_keeps_its_number_while_most_members_stay(store_factory: Factory, store_run: Run) -> None:
    ids = crew(store_factory, store_run, A, A, A, "")
    linked(store_factory)
    rekey(store_factory, "3.example", key("contact", A))
    linked(store_factory)
    assert members(store_factory) == {"C-0001": ids}


def test_campaigns_that_come_together_keep_the_older_number(store_factory: Factory, store_run: Run) -> None:
    ids = crew(store_factory, store_run, A, A, B, B, B)
    linked(store_factory)
    rekey(store_factory, "0.example", key("contact", A), key("contact", B))
    assert linked(store_factory) == Counts(campaigns=1, leads=5, new=0, ended=1)
    assert members(store_factory) == {"C-0001": ids}


def test_a_number_is_never_given_twice(store_factory: Factory, store_run: Run) -> None:
    one, two, three, four, five, six = crew(store_factory, store_run, A, A, B, B, "", "")
    linked(store_factory)
    apart(store_factory, three, four)
    assert members(store_factory) == {"C-0001": [one, two]}
    rekey(store_factory, "4.example", key("contact", C))
    rekey(store_factory, "5.example", key("contact", C))
    linked(store_factory)
    assert members(store_factory) == {"C-0001": [one, two], "C-0003": [five, six]}


def test_what_was_told_apart_and_taken_back_has_its_old_number_again(store_factory: Factory, store_run: Run) -> None:
    one, two = crew(store_factory, store_run, A, A)
    linked(store_factory)
    assert apart(store_factory, two, one)
    assert members(store_factory) == {}
    assert together(store_factory, one, two)
    assert members(store_factory) == {"C-0001": [one, two]}


def test_leads_told_apart_stay_apart_every_later_night_and_through_others(
    store_factory: Factory, store_run: Run
) -> None:
    one, two, three, _ = crew(store_factory, store_run, A, A, A, A)
    linked(store_factory)
    apart(store_factory, one, two)
    with writing(store_factory) as session:
        runs.finish(session, store_run, NIGHT)
        night_two, _ = runs.begin_or_resume(session, "nightly", NIGHT + DAY, {})
    crew(store_factory, night_two, (A, B), (A, B), (A, B), A, A, at=NIGHT + DAY)
    linked(store_factory, NIGHT + DAY)
    assert not any({one, two} <= set(group) for group in members(store_factory).values())
    assert any(three in group for group in members(store_factory).values())


def test_telling_apart_twice_changes_nothing_and_taking_back_nothing_neither(
    store_factory: Factory, store_run: Run
) -> None:
    one, two = crew(store_factory, store_run, A, A)
    assert [apart(store_factory, one, two), apart(store_factory, two, one)] == [True, False]
    assert [together(store_factory, one, two), together(store_factory, one, two)] == [True, False]


def test_who_told_apart_when_and_why_is_kept_with_who_took_it_back(store_factory: Factory, store_run: Run) -> None:
    one, two = crew(store_factory, store_run, A, A)
    apart(store_factory, one, two)
    together(store_factory, one, two, NIGHT + DAY)
    with reading(store_factory) as session:
        row = session.scalars(select(NeverLink)).one()
        deeds = [(e.what, e.who, e.lead_id) for e in session.scalars(select(Audit).order_by(Audit.id))]
        assert audit.broken(session) == []
    assert (row.made_by, row.made_at, row.reason) == ("wang", NIGHT, "同一家建站公司")
    assert (row.undone_by, row.undone_at, row.undone_why) == ("li", NIGHT + DAY, "是同一伙")
    assert deeds == [
        ("campaign.apart", "wang", one),
        ("campaign.apart", "wang", two),
        ("campaign.together", "li", one),
        ("campaign.together", "li", two),
    ]


@pytest.mark.parametrize(("one", "other"), [(1, 1), (1, 999), (0, 1)])
def test_only_two_leads_that_are_there_can_be_told_apart(
    store_factory: Factory, store_run: Run, one: int, other: int
) -> None:
    crew(store_factory, store_run, A, A)
    with pytest.raises(UsageError, match="lead"):
        apart(store_factory, one, other)


def test_telling_apart_needs_a_reason(store_factory: Factory, store_run: Run) -> None:
    one, two = crew(store_factory, store_run, A, A)
    with pytest.raises(UsageError, match="--why"), writing(store_factory) as session:
        campaigns.tell_apart(session, one, two, "wang", "  ", NIGHT)


def test_what_an_examined_honest_site_has_too_links_nothing(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A, A, 3.0)
    rekey(store_factory, "2.example", key("contact", A))
    assert linked(store_factory).campaigns == 0


def test_a_site_that_may_be_a_missed_fake_takes_no_key_away(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A, A, 40.0)
    rekey(store_factory, "2.example", key("contact", A))
    assert linked(store_factory).campaigns == 1


def test_a_lead_that_an_analyst_cleared_leaves_and_its_keys_count_as_honest(
    store_factory: Factory, store_run: Run
) -> None:
    _, _, three = crew(store_factory, store_run, A, A, A)
    linked(store_factory)
    with writing(store_factory) as session:
        session.get_one(Lead, three).status = "false_positive"
    linked(store_factory)
    assert members(store_factory) == {}


def test_a_new_address_replaces_the_old_one_and_a_contact_is_kept_for_ever(
    store_factory: Factory, store_run: Run
) -> None:
    crew(store_factory, store_run, A)
    rekey(store_factory, "0.example", key("contact", A), key("ip", "192.0.2.1"))
    rekey(store_factory, "0.example", key("contact", B), key("ip", "192.0.2.2"))
    assert keys_at(store_factory, "0.example") == {("contact", A), ("contact", B), ("ip", "192.0.2.2")}


def test_a_site_that_is_gone_keeps_what_it_was_known_by(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A)
    rekey(store_factory, "0.example", key("ip", "192.0.2.1"))
    rekey(store_factory, "0.example")
    assert keys_at(store_factory, "0.example") == {("contact", A), ("ip", "192.0.2.1")}


def test_links_name_both_leads_the_reason_and_where_it_was_seen(store_factory: Factory, store_run: Run) -> None:
    one, two = crew(store_factory, store_run, A, A)
    linked(store_factory)
    with reading(store_factory) as session:
        view = campaign_views.show(session, 1)
    assert view is not None
    assert view["links"] == [
        {
            "a": one,
            "b": two,
            "type": "contact",
            "value": A,
            "weight": 1.0,
            "reason": f"留有同一联系方式 {A}",
            "evidence": {"items": [{"quote": A, "where": "text"}] * 2},
        }
    ]
    assert [m["id"] for m in view["members"]] == [one, two]
    assert view["why"] == [{"type": "contact", "text": "联系方式", "pairs": 1, "values": [A]}]


def test_the_listing_of_campaigns_begins_with_the_largest(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A, A, B, B, B)
    linked(store_factory)
    with reading(store_factory) as session:
        found = campaign_views.listing(session)
    assert [(v["id"], v["leads"], v["hosts"]) for v in found] == [
        ("C-0002", 3, ["2.example", "3.example", "4.example"]),
        ("C-0001", 2, ["0.example", "1.example"]),
    ]


def test_a_lead_tells_its_campaign(store_factory: Factory, store_run: Run) -> None:
    one, *_ = crew(store_factory, store_run, A, A, C)
    linked(store_factory)
    with reading(store_factory) as session:
        lead = get(session, one)
        told = [as_json(v)["campaign"] for v in listing(session)]
    assert lead is not None
    assert lead.campaign == "C-0001"
    assert sorted(told, key=str) == ["C-0001", "C-0001", None]


def test_a_failure_on_the_way_leaves_everything_as_it_was(store_factory: Factory, store_run: Run) -> None:
    crew(store_factory, store_run, A, A)
    linked(store_factory)
    rekey(store_factory, "1.example", key("contact", B))

    def killed() -> None:
        with writing(store_factory) as session:
            relink(session, {}, NIGHT + DAY)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    with reading(store_factory) as session:
        assert session.query(CampaignLink).count() == 1
    assert list(members(store_factory)) == ["C-0001"]


def test_numbers_are_read_as_they_are_printed() -> None:
    assert [campaigns.number_of(campaigns.campaign_name(n)) for n in (1, 42, 123456)] == [1, 42, 123456]
    for wrong in ("", "C-", "D-1", "C-1x", "１２"):
        with pytest.raises(UsageError, match="C-0003"):
            campaigns.number_of(wrong)


def test_the_larger_part_of_a_split_keeps_the_number() -> None:
    assert keep_numbers([(7, [1, 2, 3, 4, 5], True)], [(1, 2), (3, 4, 5)]) == [None, 7]
    assert keep_numbers([(7, [1, 2, 3, 4], True)], [(1, 2), (3, 4)]) == [7, None]


def test_one_member_alone_takes_no_number_along() -> None:
    assert keep_numbers([(7, [1, 2], True)], [(1, 8, 9)]) == [None]


def test_an_ended_campaign_gives_its_number_only_back_to_most_of_its_members() -> None:
    assert keep_numbers([(7, [1, 2, 3, 4], False)], [(1, 2)]) == [None]
    assert keep_numbers([(7, [1, 2, 3], False)], [(1, 2)]) == [7]
    assert keep_numbers([(3, [1, 2], False), (7, [1, 2], True)], [(1, 2)]) == [7]


parts = st.lists(st.sets(st.integers(1, 30), min_size=2, max_size=6), max_size=6)


def disjoint(sets: list[set[int]]) -> list[tuple[int, ...]]:
    seen: set[int] = set()
    found = []
    for s in sets:
        rest = s - seen
        seen |= s
        if len(rest) >= 2:
            found.append(tuple(sorted(rest)))
    return sorted(found)


@given(parts, parts)
def test_no_two_groups_ever_get_one_number(before, after) -> None:
    known = [(n + 1, g, n % 3 != 2) for n, g in enumerate(disjoint(before))]
    numbers = [n for n in keep_numbers(known, disjoint(after)) if n is not None]
    assert len(numbers) == len(set(numbers))


@given(parts)
def test_groups_that_stay_as_they_are_keep_their_numbers(before) -> None:
    groups = disjoint(before)
    known = [(n + 1, g, True) for n, g in enumerate(groups)]
    assert keep_numbers(known, groups) == [n + 1 for n in range(len(groups))]
