"""The second reader: another person, blind, whose difference stops a hand-over."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from lookalike.errors import UsageError
from lookalike.review import readings
from lookalike.review.handover import Passed, hand_over_lead
from lookalike.review.packs import named_pack, review
from lookalike.review.verdicts import StaleError, give, undo
from lookalike.store import audit
from lookalike.store.engine import reading, writing
from lookalike.store.models import SecondReading
from tests.lookalike.review.handed_leads import CONFIRMED, HOUR, REVIEWED, confirm, hand, pack, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.review.people_at_work import add_person, deeds

READ = CONFIRMED + HOUR / 2


@pytest.fixture
def lead_ids(store_factory, store_run):
    """Three leads; the first two are confirmed, by 王某."""
    numbers = make_leads(store_factory, store_run, invented_hits(3))
    confirm(store_factory, *numbers[:2])
    return numbers


def read(factory, lead_id, opinion="confirmed", reason="advert", by="李某", version=None):
    with writing(factory) as session:
        return readings.read(session, lead_id, opinion, reason, "", by, READ, version)


def asked(factory, what, *more):
    with reading(factory) as session:
        return what(session, *more)


def test_a_second_reading_is_a_row_and_an_entry_and_changes_no_status(store_factory, lead_ids):
    row = read(store_factory, lead_ids[0])
    assert (row.by, row.verdict_id, row.opinion) == ("李某", 1, "confirmed")
    assert deeds(store_factory)[-1] == ("李某", "second_reading")
    assert asked(store_factory, readings.standing, lead_ids[0]) == "agreed"
    with reading(store_factory) as session:
        assert audit.broken(session) == []


@pytest.mark.parametrize("name", ["王某", " 王 某", "王　某"])
def test_who_confirmed_a_lead_does_not_read_it_a_second_time(store_factory, lead_ids, name):
    with pytest.raises(UsageError, match="a second reader is somebody else"):
        read(store_factory, lead_ids[0], by=name)


def test_the_database_itself_refuses_one_person_as_both_readers(store_factory, lead_ids):
    row = SecondReading(lead_id=lead_ids[0], verdict_id=1, opinion="confirmed", reason="", note="", by="王某")
    row.folded, row.first_folded, row.at = "王某", "王某", READ
    with pytest.raises(IntegrityError, match="another_person"), writing(store_factory) as session:
        session.add(row)


def test_the_first_verdict_is_hidden_from_whoever_may_approve_until_one_has_read(store_factory, lead_ids):
    assert asked(store_factory, readings.blind, lead_ids[0], "李某")
    assert not asked(store_factory, readings.blind, lead_ids[0], "王某")
    read(store_factory, lead_ids[0])
    assert not asked(store_factory, readings.blind, lead_ids[0], "李某")
    assert not asked(store_factory, readings.blind, lead_ids[2], "李某")


@pytest.mark.usefixtures("quick_passwords")
def test_analysts_are_not_asked(store_factory, lead_ids):
    add_person(store_factory, "研判", "analyst")
    assert not asked(store_factory, readings.blind, lead_ids[0], "研判")
    assert asked(store_factory, readings.waiting, "研判") == []
    with pytest.raises(UsageError, match=r"handover\.approve"):
        read(store_factory, lead_ids[0], by="研判")


def test_leads_wait_for_a_reader_who_did_not_confirm_them(store_factory, lead_ids):
    assert asked(store_factory, readings.waiting, "李某") == lead_ids[:2]
    assert asked(store_factory, readings.waiting, "王某") == []
    read(store_factory, lead_ids[0])
    assert asked(store_factory, readings.waiting, "李某") == [lead_ids[1]]


def test_a_verdict_that_was_given_anew_has_to_be_read_anew(store_factory, lead_ids):
    read(store_factory, lead_ids[0])
    with writing(store_factory) as session:
        undo(session, lead_ids[0], "王某", READ)
        give(session, lead_ids[0], "confirmed", "advert", "", "王某", READ)
    assert asked(store_factory, readings.standing, lead_ids[0]) == "none"
    assert asked(store_factory, readings.waiting, "李某") == lead_ids[1::-1]


def test_a_difference_stops_the_pack_and_is_named(store_factory, lead_ids):
    read(store_factory, lead_ids[0], "false_positive", "school")
    read(store_factory, lead_ids[0], by="赵某")
    number = pack(store_factory, lead_ids[0])
    assert asked(store_factory, readings.standing, lead_ids[0]) == "differs"
    with pytest.raises(UsageError, match="李某 does not agree"), writing(store_factory) as session:
        review(session, named_pack(session, number), "赵某", REVIEWED)


def test_a_difference_after_the_review_stops_the_hand_over(store_factory, lead_ids):
    number = reviewed(store_factory, lead_ids[0])
    read(store_factory, lead_ids[0], "later", "", by="赵某")
    with pytest.raises(UsageError, match="赵某 does not agree"):
        hand(store_factory, number)


def test_a_blind_review_asks_for_a_reading_of_every_lead(store_factory, lead_ids):
    number = pack(store_factory, *lead_ids[:2])
    read(store_factory, lead_ids[0])
    for ready in (False, True):
        try:
            with writing(store_factory) as session:
                done = review(session, named_pack(session, number), "李某", REVIEWED, read_blind=True)
        except UsageError as error:
            assert (ready, f"nobody has read lead {lead_ids[1]}" in str(error)) == (False, True)  # noqa: PT017 - the first of two
            read(store_factory, lead_ids[1])
        else:
            assert (ready, done.state) == (True, "reviewed")
    assert len(hand(store_factory, number)) == 2


@pytest.mark.parametrize(
    ("opinion", "reason", "told"),
    [("confirmed", "", "--reason is missing"), ("duplicate", "", "opinion duplicate"), ("undo", "", "opinion undo")],
)
def test_an_opinion_needs_its_reason_and_is_one_of_three(store_factory, lead_ids, opinion, reason, told):
    with pytest.raises(UsageError, match=told):
        read(store_factory, lead_ids[0], opinion, reason)


def test_nobody_reads_twice_or_what_is_not_confirmed_or_has_changed(store_factory, lead_ids):
    with pytest.raises(UsageError, match="only a lead that somebody judged"):
        read(store_factory, lead_ids[2])
    with pytest.raises(UsageError, match="only a lead that somebody judged"):
        read(store_factory, 99)
    with pytest.raises(StaleError):
        read(store_factory, lead_ids[0], version=1)
    read(store_factory, lead_ids[0], version=2)
    with pytest.raises(UsageError, match="has read it already"):
        read(store_factory, lead_ids[0], by="李 某")


def test_a_lead_without_a_second_reader_is_handed_to_nobody(store_factory, lead_ids):
    passed = Passed("某云", "notice", "王某", READ)
    for ready in (False, True):
        if ready:
            read(store_factory, lead_ids[0])
        with writing(store_factory) as session:
            if ready:
                assert len(hand_over_lead(session, lead_ids[0], passed, READ)) == 1
                continue
            with pytest.raises(UsageError, match=r"nobody has read lead 1 a second time; .* handover read 1"):
                hand_over_lead(session, lead_ids[0], passed, READ)


def test_who_reviews_a_pack_reads_its_leads_and_that_was_not_blind(store_factory, lead_ids):
    read(store_factory, lead_ids[0], by="赵某")
    reviewed(store_factory, *lead_ids[:2])
    with reading(store_factory) as session:
        rows = session.query(SecondReading).order_by(SecondReading.id).all()
    assert [(row.lead_id, row.by, row.blind) for row in rows] == [
        (lead_ids[0], "赵某", True),
        (lead_ids[1], "李某", False),
    ]
