"""Taking leads out of campaigns: who is out stays out, what is left stays together, and it can be taken back."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select

from lookalike.review.campaigns import MOST_PAIRS, PartingError, part, rejoin
from lookalike.review.rights import NotAllowedError
from lookalike.stages.link import relink
from lookalike.store import audit, campaign_page, campaign_parting
from lookalike.store.campaigns import number_of
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Campaign, CampaignLink, Lead, NeverLink
from tests.lookalike.review.crews import groups, link_all, make_crew
from tests.lookalike.review.people_at_work import MORNING, add_person
from tests.lookalike.store.builders import DAY

A, B, C = "phone:1", "phone:2", "phone:3"


def take_out(factory, leads, campaign=1, by="王某", why="只是同一家建站公司"):
    with writing(factory) as session:
        return part(session, campaign, leads, by, why, MORNING)


def link_again(factory, one, other, by="李某"):
    with writing(factory) as session:
        return rejoin(session, one, other, by, "", MORNING, lambda s: relink(s, {}, MORNING))


def number_in(factory, lead):
    with reading(factory) as session:
        return number_of(session.get_one(Lead, lead).campaign)


def test_a_lead_that_is_taken_out_is_alone_and_the_others_stay(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A)
    told = take_out(store_factory, ids[2:])
    assert (told.campaign, told.after) == ("C-0001", {ids[2]: None})
    assert groups(store_factory, ids) == {tuple(ids[:2])}


def test_leads_that_are_taken_out_together_are_a_campaign_of_their_own(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A, A)
    told = take_out(store_factory, ids[3:])
    assert set(told.after.values()) == {"C-0002"}
    assert groups(store_factory, ids) == {tuple(ids[:3]), tuple(ids[3:])}


def test_the_larger_part_keeps_the_number_whichever_was_taken_out(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A, A)
    told = take_out(store_factory, ids[:3])
    assert set(told.after.values()) == {"C-0001"}
    assert number_in(store_factory, ids[4]) == 2


def test_whoever_was_taken_out_stays_out_night_after_night(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A)
    take_out(store_factory, [ids[0]])
    for night in range(1, 3):
        link_all(store_factory, MORNING + night * DAY)
        assert groups(store_factory, ids) == {tuple(ids[1:])}


@pytest.mark.parametrize("seed", range(4))
def test_what_is_left_at_once_is_what_the_next_night_finds(store_factory, store_run, seed):
    dice = random.Random(seed)
    ids = make_crew(store_factory, store_run, *(" ".join(dice.sample([A, B, C], 2)) for _ in range(9)))
    take_out(store_factory, dice.sample(ids, 4))
    at_once = groups(store_factory, ids)
    link_all(store_factory, MORNING + DAY)
    assert groups(store_factory, ids) == at_once


def test_sizes_and_links_follow_the_parts(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A, A)
    take_out(store_factory, ids[3:])
    with reading(store_factory) as session:
        assert {c.id: (c.size, c.members) for c in session.scalars(select(Campaign))} == {
            1: (3, ids[:3]),
            2: (2, ids[3:]),
        }
        for link in session.scalars(select(CampaignLink)):
            assert {link.lead_a, link.lead_b} <= set(ids[:3] if link.campaign_id == 1 else ids[3:])


def test_what_was_cut_is_told_as_held_with_its_keys(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A)
    take_out(store_factory, [ids[0]])
    with reading(store_factory) as session:
        held = campaign_page.held(session, [ids[0]])
    assert [(h.link.lead_a, h.link.lead_b, h.link.why, h.link.ties) for h in held] == [
        (ids[0], other, "apart", [["contact", A]]) for other in ids[1:]
    ]


def test_each_lead_taken_out_has_its_entry_and_the_trail_is_whole(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A)
    take_out(store_factory, ids[2:])
    with reading(store_factory) as session:
        entries = session.scalars(select(Audit).where(Audit.what == "campaign.part").order_by(Audit.id)).all()
        assert [(e.who, e.lead_id, e.before, e.after["never_with"]) for e in entries] == [
            ("王某", lead, {"campaign": "C-0001"}, ids[:2]) for lead in ids[2:]
        ]
        assert audit.broken(session) == []


def test_a_campaign_of_two_ends_when_one_leaves(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A)
    take_out(store_factory, ids[:1])
    with reading(store_factory) as session:
        assert session.get_one(Campaign, 1).ended_at == MORNING
        assert campaign_page.listing(session).lines == ()


@pytest.mark.parametrize(
    ("chosen", "why", "code"),
    [
        (lambda ids: ids, "x", "all"),
        (lambda _ids: [], "x", "none"),
        (lambda ids: [ids[0], 999], "x", "strange"),
        (lambda ids: ids[:1], "  ", "why"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(store_factory, store_run, chosen, why, code):
    ids = make_crew(store_factory, store_run, A, A, A)
    with pytest.raises(PartingError) as refused:
        take_out(store_factory, chosen(ids), why=why)
    assert refused.value.code == code
    assert groups(store_factory, ids) == {tuple(ids)}


def test_a_campaign_that_is_no_more_is_told(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A)
    with pytest.raises(PartingError) as refused:
        take_out(store_factory, ids[:1], campaign=7)
    assert refused.value.code == "ended"


def test_too_many_pairs_are_refused(store_factory, store_run, monkeypatch):
    assert MOST_PAIRS >= 1000
    monkeypatch.setattr("lookalike.review.campaigns.MOST_PAIRS", 3)
    ids = make_crew(store_factory, store_run, A, A, A, A)
    with pytest.raises(PartingError) as refused:
        take_out(store_factory, ids[2:])
    assert refused.value.code == "many"


def test_who_may_not_judge_parts_nothing(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A)
    add_person(store_factory, "看客", "viewer")
    with pytest.raises(NotAllowedError):
        take_out(store_factory, ids[:1], by="看客")


def test_an_act_is_taken_back_whole_and_another_one_stands(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A, A, A)
    take_out(store_factory, ids[:1])
    take_out(store_factory, ids[3:], why="另一伙")
    told = link_again(store_factory, ids[2], ids[0])
    assert (told.pairs, told.at_once) == (3, True)
    assert groups(store_factory, ids) == {tuple(ids[:3])}
    with reading(store_factory) as session:
        assert {row.undone_by for row in session.scalars(select(NeverLink).where(NeverLink.reason == "另一伙"))} == {
            None
        }


def test_a_large_store_is_linked_anew_by_the_next_night_only(store_factory, store_run, monkeypatch):
    monkeypatch.setattr("lookalike.review.campaigns.FEW_KEYS", 2)
    ids = make_crew(store_factory, store_run, A, A, A)
    take_out(store_factory, ids[:1])
    assert not link_again(store_factory, ids[0], ids[1]).at_once
    with reading(store_factory) as session:
        assert not campaign_parting.few_keys(session, 2)
        assert campaign_parting.few_keys(session, 3)


def test_nothing_between_two_leads_is_told(store_factory, store_run):
    ids = make_crew(store_factory, store_run, A, A)
    with pytest.raises(PartingError) as refused:
        link_again(store_factory, *ids)
    assert refused.value.code == "together"
