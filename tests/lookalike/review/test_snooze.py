"""Leads put off: until a day, or a score; they come back once, with the reason, unless somebody has judged them since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review.morning import ready
from lookalike.review.shortcuts import KEYS, asks_reason, reason_of
from lookalike.review.snooze import put_off, wake
from lookalike.review.throttle import charge
from lookalike.review.verdicts import give, undo
from lookalike.store.engine import reading, writing
from lookalike.store.models import Lead, SignInThrottle
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import MORNING, deeds

DAY = timedelta(days=1)


@pytest.fixture
def lead_ids(store_factory, store_run):
    numbers = make_leads(store_factory, store_run, invented_hits(3))
    with writing(store_factory) as session:
        for number in numbers:
            session.get_one(Lead, number).score = 60.0
    return numbers


def off(factory, lead_id, **more):
    with writing(factory) as session:
        return put_off(session, lead_id, "王某", MORNING, **more)


def woken(factory, now):
    with writing(factory) as session:
        return wake(session, now)


def lead_of(factory, lead_id):
    with reading(factory) as session:
        return session.get_one(Lead, lead_id)


def test_a_lead_comes_back_on_its_day_with_the_reason_and_once(store_factory, lead_ids):
    off(store_factory, lead_ids[0], until=MORNING + 2 * DAY)
    assert [woken(store_factory, MORNING + n * DAY) for n in (1, 2, 3)] == [[], [lead_ids[0]], []]
    lead = lead_of(store_factory, lead_ids[0])
    assert (lead.status, lead.raised_at, lead.raised_why) == (
        "new",
        MORNING + 2 * DAY,
        "搁置到期（2026-03-03 09:00）",
    )
    assert deeds(store_factory)[-1][1] == "raise"


def test_a_lead_comes_back_when_it_scores_as_high_as_was_said(store_factory, lead_ids):
    off(store_factory, lead_ids[0], min_score=80)
    assert woken(store_factory, MORNING + DAY) == []
    with writing(store_factory) as session:
        session.get_one(Lead, lead_ids[0]).score = 80.0
    assert woken(store_factory, MORNING + DAY) == [lead_ids[0]]
    assert "评分升至 80.0" in lead_of(store_factory, lead_ids[0]).raised_why


def test_one_that_was_judged_or_taken_back_since_stays_where_it_is(store_factory, lead_ids):
    for lead_id in lead_ids:
        off(store_factory, lead_id, until=MORNING + DAY)
    with writing(store_factory) as session:
        give(session, lead_ids[0], "confirmed", "advert", "", "李某", MORNING)
        undo(session, lead_ids[1], "王某", MORNING)
        give(session, lead_ids[2], "later", "", "", "李某", MORNING)
    assert woken(store_factory, MORNING + 9 * DAY) == []


def test_without_day_and_score_only_a_change_brings_it_back(store_factory, lead_ids):
    assert off(store_factory, lead_ids[0]).verdict == "later"
    assert woken(store_factory, MORNING + 99 * DAY) == []


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"until": MORNING}, "within the next 180 days"),
        ({"until": MORNING + 181 * DAY}, "within the next 180 days"),
        ({"min_score": 0}, "more than 0"),
        ({"min_score": 101}, "more than 0"),
        ({"min_score": float("nan")}, "more than 0"),
        ({"min_score": 60}, "scores that already"),
    ],
)
def test_what_would_never_or_always_come_back_is_refused(store_factory, lead_ids, more, told):
    with pytest.raises(UsageError, match=told):
        off(store_factory, lead_ids[0], **more)
    assert lead_of(store_factory, lead_ids[0]).status == "new"


def test_each_verdict_has_one_key_and_each_reason_one_digit():
    assert KEYS == {"y": "confirmed", "n": "false_positive", "d": "duplicate", "s": "later"}
    assert [asks_reason(word) for word in KEYS.values()] == [True, True, False, False]
    assert (reason_of("confirmed", "1"), reason_of("false_positive", "3")) == ("fake_site", "school")


@pytest.mark.parametrize("digit", ["0", "9", "", "12", "²", "１", "x"])
def test_another_key_is_no_reason(digit):
    with pytest.raises(UsageError, match="expected a digit from 1 to 6"):
        reason_of("confirmed", digit)


def test_the_end_of_a_night_brings_back_what_is_due_and_deletes_what_has_faded(store_factory, lead_ids):
    off(store_factory, lead_ids[0], until=MORNING + DAY)
    with writing(store_factory) as session:
        charge(session, "王某", "192.0.2.1", MORNING)
    with writing(store_factory) as session:
        assert ready(session, MORNING + 3 * DAY) == [lead_ids[0]]
        assert ready(session, MORNING + 3 * DAY) == []
    with reading(store_factory) as session:
        assert session.scalars(select(SignInThrottle)).all() == []
