"""Bulk verdicts: only what was chosen, as it was seen; what changed is skipped and listed; the whole can be taken back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review import selections
from lookalike.review.selections import MOST, freeze, freeze_campaign, judge, parse_picks, take_back
from lookalike.review.undo import WINDOW, undo_last
from lookalike.review.verdicts import StaleError, give
from lookalike.store import audit, desk, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead, Selection
from tests.lookalike.review.handed_leads import statuses
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MINUTE, MORNING, deeds


@pytest.fixture
def lead_ids(store_factory, store_run):
    return make_leads(store_factory, store_run, invented_hits(5))


def act(factory, deed, *more, **named):
    with writing(factory) as session:
        return deed(session, *more, **named)


def seen(factory, lead_ids):
    with reading(factory) as session:
        return sorted(desk.versions(session, lead_ids).items())


def frozen(factory, lead_ids, by="王某", now=MORNING):
    return act(factory, freeze, seen(factory, lead_ids), by, now, "status:new")


def judged(factory, number, word="confirmed", reason="advert", by="王某", now=MORNING + MINUTE):
    return act(factory, judge, number, word, reason, "", by, now)


def test_a_selection_tells_how_many_and_shows_three(store_factory, lead_ids):
    told = frozen(store_factory, lead_ids)
    assert (told.count, [lead.id for lead in told.samples]) == (5, lead_ids[:3])


def test_a_bulk_verdict_is_a_verdict_on_every_lead_with_an_entry_each(store_factory, lead_ids):
    told = judged(store_factory, frozen(store_factory, lead_ids[:3]).id)
    assert statuses(store_factory, lead_ids) == ["confirmed"] * 3 + ["new"] * 2
    assert ([*told.done], told.skipped) == (lead_ids[:3], {})
    assert [what for _, what in deeds(store_factory)][-5:] == [
        "selection.frozen",
        "verdict",
        "verdict",
        "verdict",
        "selection.judged",
    ]
    with reading(store_factory) as session:
        assert audit.broken(session) == []


def test_a_filter_that_matches_others_by_then_touches_only_what_was_chosen(store_factory, store_run, lead_ids):
    chosen = frozen(store_factory, lead_ids[:2])
    others = make_leads(store_factory, store_run, invented_hits(3), name="fresh")  # the same filter matches them now
    judged(store_factory, chosen.id)
    assert statuses(store_factory, [*lead_ids, *others]) == ["confirmed"] * 2 + ["new"] * 6


def test_what_changed_since_it_was_seen_is_skipped_with_who_changed_it(store_factory, lead_ids):
    chosen = frozen(store_factory, lead_ids[:3])
    act(store_factory, give, lead_ids[1], "false_positive", "portal", "", "李某", MORNING)
    told = judged(store_factory, chosen.id)
    assert statuses(store_factory, lead_ids[:3]) == ["confirmed", "false_positive", "confirmed"]
    assert list(told.skipped) == [lead_ids[1]]
    assert "李某 03-01 09:00 判为“误报”" in told.skipped[lead_ids[1]]


def test_versions_are_those_of_the_page_not_those_of_the_moment(store_factory, lead_ids):
    page = seen(store_factory, lead_ids[:2])
    act(store_factory, give, lead_ids[0], "later", "", "", "李某", MORNING)
    chosen = act(store_factory, freeze, page, "王某", MORNING)
    assert list(judged(store_factory, chosen.id).done) == [lead_ids[1]]


@pytest.mark.parametrize(
    ("by", "later", "told"),
    [
        ("李某", MINUTE, "none of this number among yours"),
        ("王某", timedelta(hours=1, seconds=1), "more than an hour ago"),
    ],
)
def test_a_selection_is_used_by_its_maker_while_it_is_fresh(store_factory, lead_ids, by, later, told):
    chosen = frozen(store_factory, lead_ids)
    with pytest.raises(UsageError, match=told):
        judged(store_factory, chosen.id, by=by, now=MORNING + later)
    assert set(statuses(store_factory, lead_ids)) == {"new"}


def test_a_selection_is_used_once_also_by_two_clicks_at_once(store_factory, lead_ids):
    chosen = frozen(store_factory, lead_ids)

    def click(_):
        try:
            return len(judged(store_factory, chosen.id).done)
        except UsageError:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(click, range(4))) == [0, 0, 0, 5]


def test_two_bulk_verdicts_that_overlap_end_and_judge_each_lead_once(store_factory, lead_ids):
    chosen = [frozen(store_factory, lead_ids, by=by) for by in ("王某", "李某")]
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda n: judged(store_factory, chosen[n].id, by=("王某", "李某")[n]), range(2)))
    assert sorted(len(one.done) for one in told) == [0, 5]
    assert sorted(len(one.skipped) for one in told) == [0, 5]


@pytest.mark.parametrize(
    ("picks", "told"),
    [
        ([], "nothing is selected"),
        ([(n, 1) for n in range(1, MOST + 2)], "201 leads; at most 200"),
        ([(1, 1), (1, 2)], "two versions"),
        ([(999, 1)], "no lead 999"),
    ],
)
def test_a_selection_that_cannot_be_is_refused(store_factory, lead_ids, picks, told):
    with pytest.raises(UsageError, match=told):
        act(store_factory, freeze, picks, "王某", MORNING)


def test_a_verdict_without_its_reason_leaves_the_selection_to_be_used(store_factory, lead_ids):
    chosen = frozen(store_factory, lead_ids)
    with pytest.raises(UsageError, match="--reason is missing"):
        judged(store_factory, chosen.id, reason="")
    assert len(judged(store_factory, chosen.id).done) == 5


def test_a_bulk_verdict_that_fails_half_way_leaves_no_trace(store_factory, lead_ids, monkeypatch):
    chosen, before = frozen(store_factory, lead_ids), len(deeds(store_factory))
    real, calls = selections.give, []

    def third_fails(*args, **more):
        calls.append(args)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return real(*args, **more)

    monkeypatch.setattr(selections, "give", third_fails)
    with pytest.raises(RuntimeError, match="killed"):
        judged(store_factory, chosen.id)
    assert (set(statuses(store_factory, lead_ids)), len(deeds(store_factory))) == ({"new"}, before)


def test_a_whole_bulk_verdict_is_taken_back_save_what_changed_since(store_factory, lead_ids):
    chosen = frozen(store_factory, lead_ids[:3])
    judged(store_factory, chosen.id)
    act(store_factory, give, lead_ids[0], "later", "", "", "李某", MORNING + MINUTE)
    told = act(store_factory, take_back, chosen.id, "王某", MORNING + 2 * MINUTE)
    assert (list(told.done), list(told.skipped)) == (lead_ids[1:3], [lead_ids[0]])
    assert statuses(store_factory, lead_ids[:3]) == ["later", "new", "new"]
    with pytest.raises(UsageError, match="it is undone"):
        act(store_factory, take_back, chosen.id, "王某", MORNING)


def test_a_campaign_is_chosen_save_exceptions(store_factory, lead_ids):
    with writing(store_factory) as session:
        for lead_id in lead_ids[:4]:
            session.get_one(Lead, lead_id).campaign = "C-0001"
    told = act(store_factory, freeze_campaign, "C-0001", "王某", MORNING, but=[lead_ids[1]])
    assert told.count == 3
    assert list(judged(store_factory, told.id).done) == [lead_ids[0], *lead_ids[2:4]]
    with pytest.raises(UsageError, match="no lead of it is left"):
        act(store_factory, freeze_campaign, "C-0002", "王某", MORNING)


def test_one_key_takes_back_what_one_decided_last(store_factory, lead_ids):
    act(store_factory, give, lead_ids[0], "confirmed", "advert", "", "王某", MORNING)
    act(store_factory, give, lead_ids[1], "later", "", "", "王某", MORNING + MINUTE)
    act(store_factory, give, lead_ids[2], "later", "", "", "李某", MORNING + 2 * MINUTE)
    for expected in (lead_ids[1], lead_ids[0]):
        assert act(store_factory, undo_last, "王某", MORNING + 3 * MINUTE).leads == (expected,)
    assert statuses(store_factory, lead_ids[:3]) == ["new", "new", "later"]
    with pytest.raises(UsageError, match="nothing was decided within the last 15 minutes"):
        act(store_factory, undo_last, "王某", MORNING + 4 * MINUTE)


def test_the_window_of_that_key_is_a_quarter_of_an_hour(store_factory, lead_ids):
    act(store_factory, give, lead_ids[0], "later", "", "", "王某", MORNING)
    with pytest.raises(UsageError, match="nothing was decided"):
        act(store_factory, undo_last, "王某", MORNING + WINDOW + timedelta(seconds=1))
    assert act(store_factory, undo_last, "王某", MORNING + WINDOW).leads == (lead_ids[0],)


def test_that_key_does_not_pull_away_what_others_built_upon(store_factory, lead_ids):
    act(store_factory, give, lead_ids[0], "later", "", "", "王某", MORNING)
    act(store_factory, give, lead_ids[0], "confirmed", "advert", "", "李某", MORNING + MINUTE)
    with pytest.raises(StaleError, match="李某"):
        act(store_factory, undo_last, "王某", MORNING + 2 * MINUTE)
    with reading(store_factory) as session:
        assert verdicts.standing(session, lead_ids[0]).by == "李某"


def test_that_key_takes_a_bulk_verdict_back_whole(store_factory, lead_ids):
    judged(store_factory, frozen(store_factory, lead_ids[:4]).id)
    told = act(store_factory, undo_last, "王某", MORNING + 2 * MINUTE)
    assert (told.leads, told.selection, set(statuses(store_factory, lead_ids))) == (tuple(lead_ids[:4]), 1, {"new"})
    with reading(store_factory) as session:
        assert session.scalars(select(Selection.state)).all() == ["undone"]
        assert audit.broken(session) == []


@given(st.lists(st.tuples(st.integers(1, 999_999_999), st.integers(1, 999_999_999)), max_size=20))
def test_picks_are_read_as_the_page_writes_them(picks):
    assert parse_picks(f" {lead}:{version}" for lead, version in picks) == picks


@given(st.text(max_size=30))
def test_any_other_pick_is_one_clear_error(text):
    try:
        found = parse_picks([text])
    except UsageError:
        return
    assert [f"{lead}:{version}" for lead, version in found] == [text.strip()]
