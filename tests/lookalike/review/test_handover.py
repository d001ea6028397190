"""Hand-overs: who may hand over what, what becomes of the lead, and one audit entry for every change."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review.handling import lines, overdue
from lookalike.review.handover import answer
from lookalike.review.packs import named_pack, review
from lookalike.review.relapse import raise_again
from lookalike.review.verdicts import give, undo
from lookalike.store import audit, verdicts
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Export, Handover, HandoverAnswer, Lead, Pack
from tests.lookalike.review.handed_leads import (
    CONFIRMED,
    HANDED,
    HOUR,
    POLICE,
    REVIEWED,
    answered,
    confirm,
    hand,
    pack,
    reviewed,
    statuses,
)
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import DAY


@pytest.fixture
def known_leads(store_factory, store_run):
    """Three leads; the first two are confirmed."""
    numbers = make_leads(store_factory, store_run, invented_hits(3))
    confirm(store_factory, *numbers[:2])
    return numbers


def all_of(factory, model):
    with reading(factory) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def come_back(factory, lead_id, at):
    with writing(factory) as session:
        assert raise_again(session, session.get_one(Lead, lead_id), "back", "恢复访问", at)


def shown(factory, now, lead_id=None):
    with reading(factory) as session:
        return lines(session, now, lead_id)


def test_handing_over_a_pack_makes_a_row_of_every_lead(store_factory, known_leads):
    made = hand(store_factory, reviewed(store_factory, *known_leads[:2]))
    assert [(r.lead_id, r.pack_id, r.office, r.kind, r.state, r.handed_by, r.receipt) for r in made] == [
        (lead_id, 1, POLICE, "police", "handed", "王某", "2026-0012") for lead_id in known_leads[:2]
    ]


def test_what_was_handed_over_is_referred(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, *known_leads[:2]))
    assert statuses(store_factory, known_leads) == ["referred", "referred", "new"]


def test_every_lead_that_moves_has_its_audit_entry_and_the_trail_is_whole(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, *known_leads[:2]))
    entries = [e for e in all_of(store_factory, Audit) if e.what == "handover"]
    assert [(e.lead_id, e.before["status"], e.after["status"], e.after["office"]) for e in entries] == [
        (lead_id, "confirmed", "referred", POLICE) for lead_id in known_leads[:2]
    ]
    assert all(e.after["sha256"] == "a" * 64 and e.after["reviewed_by"] == "李某" for e in entries)
    with reading(store_factory) as session:
        assert audit.broken(session) == []


def test_a_hand_over_is_noted_among_what_left(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, *known_leads[:2]))
    left = all_of(store_factory, Export)[-1]
    assert (left.form, left.to, left.leads, left.file, left.sha256) == (
        "handover",
        POLICE,
        known_leads[:2],
        "XS-20260301-0001.zip",
        "a" * 64,
    )


def test_a_pack_that_nobody_reviewed_stays_here(store_factory, known_leads):
    number = pack(store_factory, known_leads[0])
    with pytest.raises(UsageError, match="nobody has reviewed it yet"):
        hand(store_factory, number)
    assert all_of(store_factory, Handover) == []


@pytest.mark.parametrize("name", ["王某", " 王 某 ", "王某\u3000"])
def test_who_confirmed_a_lead_cannot_be_its_second_reader(store_factory, known_leads, name):
    with pytest.raises(UsageError, match=f"confirmed lead {known_leads[0]}"):
        reviewed(store_factory, *known_leads[:2], by=name)
    assert all_of(store_factory, Pack)[0].state == "draft"


def test_a_review_names_reader_time_and_verdicts_in_the_trail(store_factory, known_leads):
    reviewed(store_factory, *known_leads[:2])
    row, entry = all_of(store_factory, Pack)[0], all_of(store_factory, Audit)[-1]
    assert (row.state, row.reviewed_by, row.reviewed_at) == ("reviewed", "李某", REVIEWED)
    assert (entry.what, entry.who, entry.before["state"], entry.after["verdicts"]) == (
        "pack.review",
        "李某",
        "draft",
        [1, 2],
    )


def test_a_pack_with_an_unconfirmed_lead_cannot_be_reviewed(store_factory, known_leads):
    with pytest.raises(UsageError, match=f"not confirmed: lead {known_leads[2]};"):
        reviewed(store_factory, *known_leads)


def test_a_second_review_says_who_gave_the_first(store_factory, known_leads):
    number = reviewed(store_factory, known_leads[0])
    with writing(store_factory) as session, pytest.raises(UsageError, match="李某 reviewed it already"):
        review(session, named_pack(session, number), "赵某", HANDED)


def test_a_verdict_given_after_the_review_needs_another_review(store_factory, known_leads):
    number = reviewed(store_factory, known_leads[0])
    with writing(store_factory) as session:
        undo(session, known_leads[0], "王某", REVIEWED + HOUR / 4)
        give(session, known_leads[0], "confirmed", "fake_site", "", "李某", REVIEWED + HOUR / 2)
    with pytest.raises(UsageError, match="decided anew after the review"):
        hand(store_factory, number)
    with writing(store_factory) as session:
        review(session, named_pack(session, number), "赵某", REVIEWED + HOUR * 3 / 4)
    assert len(hand(store_factory, number)) == 1


def test_a_verdict_that_was_taken_back_stops_the_hand_over_of_the_whole_pack(store_factory, known_leads):
    number = reviewed(store_factory, *known_leads[:2])
    with writing(store_factory) as session:
        undo(session, known_leads[1], "王某", REVIEWED)
    with pytest.raises(UsageError, match=f"not confirmed: lead {known_leads[1]};"):
        hand(store_factory, number)
    assert all_of(store_factory, Handover) == []


def test_an_unconfirmed_lead_goes_nowhere(store_factory, known_leads):
    with pytest.raises(UsageError, match="only confirmed leads are handed over; it is new"):
        hand(store_factory, known_leads[2], kind="notice", to="某云")


def test_a_notice_needs_no_pack(store_factory, known_leads):
    (row,) = hand(store_factory, known_leads[0], kind="notice", to="某云")
    assert (row.pack_id, statuses(store_factory, known_leads)[0]) == (None, "referred")


def test_the_police_get_the_reviewed_pack_of_a_lead_that_is_named_by_its_number(store_factory, known_leads):
    reviewed(store_factory, known_leads[0])
    (row,) = hand(store_factory, known_leads[0])
    assert row.pack_id == 1


def test_a_lead_without_a_pack_of_its_own_does_not_go_to_the_police(store_factory, known_leads):
    reviewed(store_factory, *known_leads[:2])
    with pytest.raises(UsageError, match="the police get a reviewed pack of it"):
        hand(store_factory, known_leads[0])


def test_what_an_office_has_is_not_handed_to_it_twice(store_factory, known_leads):
    number = reviewed(store_factory, known_leads[0])
    hand(store_factory, number)
    with pytest.raises(UsageError, match=r"has it already \(hand-over 1\)"):
        hand(store_factory, number, at=HANDED + HOUR)


@pytest.mark.parametrize("at", [CONFIRMED - HOUR, CONFIRMED + HOUR, HANDED + 3 * HOUR])
def test_a_hand_over_lies_between_verdict_review_and_now(store_factory, known_leads, at):
    number = reviewed(store_factory, known_leads[0])
    with pytest.raises(UsageError, match="--at"):
        hand(store_factory, number, at=at, now=HANDED + 2 * HOUR)


@pytest.mark.parametrize(
    ("said", "status", "text"),
    [("accepted", "referred", "已受理"), ("closed", "closed", "已关停"), ("refused", "confirmed", "不予立案")],
)
def test_an_answer_moves_lead_and_state_together(store_factory, known_leads, said, status, text):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, said, HANDED + DAY)
    (line,) = shown(store_factory, HANDED + DAY, known_leads[0])
    assert (statuses(store_factory, known_leads)[0], line.text, line.since) == (status, text, HANDED + DAY)


def test_only_the_police_refuse_to_open_a_case(store_factory, known_leads):
    hand(store_factory, known_leads[0], kind="notice", to="某云")
    answered(store_factory, 1, "refused", HANDED + DAY)
    assert shown(store_factory, HANDED + DAY, known_leads[0])[0].text == "不予处置"


def test_dates_of_acceptance_and_of_closing_both_stay(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, "accepted", HANDED + DAY)
    answered(store_factory, 1, "closed", HANDED + 9 * DAY)
    (line,) = shown(store_factory, HANDED + 9 * DAY, known_leads[0])
    assert (line.handed_at, line.accepted_at, line.closed_at) == (HANDED, HANDED + DAY, HANDED + 9 * DAY)


def test_a_corrected_answer_leaves_the_earlier_one_in_sight(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, "refused", HANDED + DAY)
    answered(store_factory, 1, "accepted", HANDED + 2 * DAY)
    assert [a.state for a in all_of(store_factory, HandoverAnswer)] == ["refused", "accepted"]
    (line,) = shown(store_factory, HANDED + 2 * DAY, known_leads[0])
    assert (line.text, line.refused_at) == ("已受理", None)


def test_each_answer_has_its_audit_entry(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, "closed", HANDED + DAY)
    entry = all_of(store_factory, Audit)[-1]
    assert (entry.what, entry.before["status"], entry.after["status"], entry.after["state"]) == (
        "handover.answer",
        "referred",
        "closed",
        "closed",
    )


def test_one_office_that_closes_it_is_enough(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    hand(store_factory, known_leads[0], kind="notice", to="某云")
    answered(store_factory, 2, "closed", HANDED + DAY)
    answered(store_factory, 1, "refused", HANDED + DAY)
    assert statuses(store_factory, known_leads)[0] == "closed"


def test_a_hand_over_recorded_by_mistake_is_taken_back_with_a_reason(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    with pytest.raises(UsageError, match="why is it taken back"):
        answered(store_factory, 1, "withdrawn", HANDED + HOUR)
    answered(store_factory, 1, "withdrawn", HANDED + HOUR, note="录错单位")
    found = shown(store_factory, HANDED + HOUR, known_leads[0])
    assert ([x.text for x in found], statuses(store_factory, known_leads)[0]) == (["未处置", "已撤回"], "confirmed")


@pytest.mark.parametrize("at", [HANDED - HOUR, HANDED + 2 * DAY])
def test_an_answer_lies_between_the_hand_over_and_now(store_factory, known_leads, at):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    with writing(store_factory) as session, pytest.raises(UsageError, match="--at"):
        answer(session, 1, "accepted", "王某", at, HANDED + DAY)


def test_a_lead_that_comes_back_shows_as_such(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, "closed", HANDED + DAY)
    come_back(store_factory, known_leads[0], HANDED + 5 * DAY)
    (line,) = shown(store_factory, HANDED + 6 * DAY, known_leads[0])
    assert (line.text, line.raised_at, line.closed_at) == ("复活", HANDED + 5 * DAY, HANDED + DAY)


def test_what_came_back_is_judged_again_before_it_is_handed_over_again(store_factory, known_leads):
    number = reviewed(store_factory, known_leads[0])
    hand(store_factory, number)
    come_back(store_factory, known_leads[0], HANDED + DAY)
    with pytest.raises(UsageError, match="has come back"):
        hand(store_factory, known_leads[0], kind="notice", to="某云", at=HANDED + 2 * DAY)
    confirm(store_factory, known_leads[0], at=HANDED + 2 * DAY)
    hand(store_factory, known_leads[0], kind="notice", to="某云", at=HANDED + 2 * DAY)
    assert statuses(store_factory, known_leads)[0] == "referred"


def test_a_late_answer_about_the_time_before_does_not_hide_that_it_came_back(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    come_back(store_factory, known_leads[0], HANDED + DAY)
    answered(store_factory, 1, "accepted", HANDED + 2 * DAY)
    assert statuses(store_factory, known_leads)[0] == "relapsed"


def test_what_came_back_and_was_confirmed_again_waits_again(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    answered(store_factory, 1, "closed", HANDED + DAY)
    come_back(store_factory, known_leads[0], HANDED + 5 * DAY)
    confirm(store_factory, known_leads[0], at=HANDED + 6 * DAY)
    assert [x.text for x in shown(store_factory, HANDED + 6 * DAY, known_leads[0])] == ["未处置", "复活"]


def test_a_reviewed_pack_is_late_after_24_hours(store_factory, known_leads):
    reviewed(store_factory, known_leads[0])
    exactly, later = REVIEWED + timedelta(hours=24), REVIEWED + timedelta(hours=24, seconds=1)
    assert [len(overdue(shown(store_factory, at))) for at in (exactly, later)] == [0, 1]


def test_the_police_have_three_days_whose_first_is_not_counted(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))  # 2026-03-01 12:00
    (line,) = shown(store_factory, HANDED, known_leads[0])
    assert (line.due_at.isoformat(), line.due_what) == (
        "2026-03-04T23:59:59+08:00",
        "公安机关应自接受移送之日起3日内审查决定（《行政执法机关移送涉嫌犯罪案件的规定》第八条）",
    )


def test_an_answer_stops_the_clock(store_factory, known_leads):
    hand(store_factory, reviewed(store_factory, known_leads[0]))
    late = HANDED + 9 * DAY
    assert len(overdue(shown(store_factory, late, known_leads[0]))) == 1
    answered(store_factory, 1, "accepted", late)
    assert overdue(shown(store_factory, late, known_leads[0])) == []


def test_no_law_sets_a_platform_three_days(store_factory, known_leads):
    hand(store_factory, known_leads[0], kind="notice", to="某云")
    assert shown(store_factory, HANDED + 9 * DAY, known_leads[0])[0].due_at is None


def test_confirmed_leads_that_nobody_was_told_of_stand_first(store_factory, known_leads):
    hand(store_factory, known_leads[0], kind="notice", to="某云")
    assert [(x.lead_id, x.text) for x in shown(store_factory, HANDED)] == [
        (known_leads[1], "未处置"),
        (known_leads[0], "已移交"),
    ]


def test_a_lead_that_was_handed_over_still_teaches_its_address(store_factory, known_leads):
    with writing(store_factory) as session:
        verdicts.note_addresses(session, session.get_one(Lead, known_leads[0]).site_id, ["203.0.113.9"], HANDED)
    hand(store_factory, known_leads[0], kind="notice", to="某云")
    with reading(store_factory) as session:
        assert list(verdicts.confirmed_addresses(session)) == ["203.0.113.9"]


def test_a_hand_over_that_fails_half_way_leaves_no_trace(store_factory, known_leads, monkeypatch):
    number = reviewed(store_factory, *known_leads[:2])
    before = len(all_of(store_factory, Audit)), len(all_of(store_factory, Export))
    real, calls = audit.note, []

    def fails_at_the_second(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return real(*args, **kwargs)

    monkeypatch.setattr(audit, "note", fails_at_the_second)
    with pytest.raises(RuntimeError, match="killed"):
        hand(store_factory, number)
    assert (len(all_of(store_factory, Audit)), len(all_of(store_factory, Export))) == before
    assert (all_of(store_factory, Handover), statuses(store_factory, known_leads[:2])) == ([], ["confirmed"] * 2)


def test_two_at_once_hand_a_pack_over_once(store_factory, known_leads):
    number = reviewed(store_factory, *known_leads[:2])

    def attempt(_):
        try:
            return len(hand(store_factory, number))
        except UsageError:
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(attempt, range(4))) == [0, 0, 0, 2]
    assert len(all_of(store_factory, Handover)) == 2
