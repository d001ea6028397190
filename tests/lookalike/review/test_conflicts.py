"""Whoever comes second is told what changed, by whom and when."""

from __future__ import annotations

import pytest

from lookalike.review.conflicts import NIGHT as NIGHTLY
from lookalike.review.conflicts import StaleError
from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import give, undo
from lookalike.store.engine import writing
from lookalike.store.models import Lead
from tests.lookalike.review.handed_leads import confirm, hand, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MINUTE, MORNING


@pytest.fixture
def lead_id(store_factory, store_run):
    return make_leads(store_factory, store_run, invented_hits(1))[0]


def stale(factory, lead_id, seen=1):
    with pytest.raises(StaleError) as told, writing(factory) as session:
        give(session, lead_id, "later", "", "", "李某", MORNING, seen)
    return told.value


def test_a_verdict_by_somebody_else_is_named_with_its_reason_and_time(store_factory, lead_id):
    with writing(store_factory) as session:
        give(session, lead_id, "false_positive", "school", "", "王某", MORNING)
    told = stale(store_factory, lead_id)
    assert [c.line for c in told.changes] == ["王某 03-01 09:00 判为“误报”（正规培训机构或学校）"]
    assert "王某 03-01 09:00" in str(told)
    assert (told.version, told.seen, told.status) == (2, 1, "false_positive")


def test_changes_are_told_in_their_order_and_only_those_that_were_not_seen(store_factory, lead_id):
    with writing(store_factory) as session:
        give(session, lead_id, "later", "", "", "王某", MORNING)
        give(session, lead_id, "confirmed", "advert", "", "赵某", MORNING + MINUTE)
        undo(session, lead_id, "赵某", MORNING + 2 * MINUTE)
    told = stale(store_factory, lead_id, 2)
    assert [(c.who, c.version) for c in told.changes] == [("赵某", 3), ("赵某", 4)]
    assert told.changes[1].text == "撤销了判定，恢复为“待查”"


def test_a_night_that_scored_anew_is_named_though_it_leaves_no_entry(store_factory, lead_id):
    with writing(store_factory) as session:
        lead = session.get_one(Lead, lead_id)
        lead.version, lead.score = 2, 61.25
    told = stale(store_factory, lead_id)
    assert [(c.who, c.text, c.at) for c in told.changes] == [(NIGHTLY, "重新评分，现为 61.2 分", None)]


def test_what_came_back_and_what_was_handed_over_is_told(store_factory, lead_id):
    confirm(store_factory, lead_id)
    hand(store_factory, reviewed(store_factory, lead_id))
    with writing(store_factory) as session:
        raise_again(session, session.get_one(Lead, lead_id), "back", "恢复访问", MORNING)
    told = stale(store_factory, lead_id, 2)
    assert [c.text for c in told.changes] == ["移交 某市公安局", "重新提起：恢复访问"]


@pytest.mark.parametrize("seen", [-(10**12), 0, 99])
def test_a_version_that_never_was_is_stale_and_does_no_harm(store_factory, lead_id, seen):
    assert stale(store_factory, lead_id, seen).seen == seen
