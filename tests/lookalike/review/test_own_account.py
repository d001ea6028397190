"""One's own password and second factor: what is asked before, and that all other sessions end."""

from __future__ import annotations

import pytest

from lookalike.errors import UsageError
from lookalike.review import own_account, signin
from lookalike.review.signin import GONE, WRONG, WRONG_CODE, Entered, Refused
from tests.lookalike.review.people_at_work import (
    ELSEWHERE,
    MINUTE,
    MORNING,
    OFFICE,
    OWN,
    add_person,
    code,
    deeds,
    enrol,
    enter,
    person_of,
    ready_person,
)

pytestmark = pytest.mark.usefixtures("quick_passwords")
OTHER = "Noch ein Satz, den keiner 9 kennt"


def change(factory, token, old=OWN, new=OTHER, origin=OFFICE):
    return own_account.change_password(factory, token, old, new, origin, MORNING)


def test_a_changed_password_ends_all_sessions_and_opens_a_new_one(store_factory):
    ready_person(store_factory)
    here, there = enter(store_factory).token, enter(store_factory).token
    told = change(store_factory, here)
    assert [signin.current(store_factory, t, MORNING) for t in (here, there)] == [None, None]
    assert signin.current(store_factory, told.token, MORNING).owes == ""
    assert signin.sign_in(store_factory, "王某", OWN, OFFICE, MORNING) == Refused("wrong", WRONG)
    assert enter(store_factory, password=OTHER)
    assert deeds(store_factory)[-3][1] == "password.changed"


def test_the_old_password_is_asked_and_wrong_ones_are_throttled(store_factory):
    ready_person(store_factory)
    token = enter(store_factory, origin=ELSEWHERE).token
    told = [change(store_factory, token, old="falsch", origin=ELSEWHERE).why for _ in range(11)]
    assert (told[:10], told[10]) == (["wrong"] * 10, "wait")
    assert ("王某", "password.wrong") in deeds(store_factory)


def test_an_easy_password_is_refused_with_the_reason_and_charged_to_nobody(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    for _ in range(20):
        with pytest.raises(UsageError, match="12 至 128"):
            change(store_factory, token, new="kurz")
    assert isinstance(change(store_factory, token), Entered)


def test_a_session_that_has_ended_changes_nothing(store_factory):
    ready_person(store_factory)
    assert change(store_factory, "x") == Refused("gone", GONE)
    assert own_account.begin_second_factor(store_factory, "x", MORNING) == Refused("gone", GONE)
    assert own_account.finish_second_factor(store_factory, "x", "1", OFFICE, MORNING) == Refused("gone", GONE)


def test_who_approves_may_do_nothing_before_a_second_factor_is_set_up(store_factory):
    token = enter(store_factory, "李某", add_person(store_factory, "李某", "lead")).token
    told = change(store_factory, token, old="first-pass-word-22")
    assert (told.visitor.owes, told.visitor.may("leads.read")) == ("enrol", False)
    done = enrol(store_factory, told.token, MORNING)
    assert (done.visitor.owes, done.visitor.may("handover.approve")) == ("", True)
    assert signin.current(store_factory, told.token, MORNING) is None


def test_the_one_time_password_is_changed_before_a_second_factor_can_be_set_up(store_factory):
    token = enter(store_factory, "李某", add_person(store_factory, "李某", "lead")).token
    assert own_account.begin_second_factor(store_factory, token, MORNING) == Refused("gone", GONE)


def test_a_second_factor_counts_only_after_its_first_code(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    begun = own_account.begin_second_factor(store_factory, token, MORNING)
    wrong = own_account.finish_second_factor(store_factory, token, "000000", OFFICE, MORNING)
    assert wrong == Refused("wrong", WRONG_CODE)
    assert enter(store_factory).visitor.owes == ""
    token = enter(store_factory).token
    own_account.finish_second_factor(store_factory, token, code(begun.secret, MORNING), OFFICE, MORNING)
    assert enter(store_factory).visitor.owes == "code"


def test_a_second_factor_that_counts_is_not_replaced_by_its_owner(store_factory):
    ready_person(store_factory, "李某", "lead")
    secret = person_of(store_factory, "李某").totp_secret
    now = MORNING + MINUTE
    half = enter(store_factory, "李某", now=now).token
    assert own_account.begin_second_factor(store_factory, half, now).why == "gone"
    whole = signin.give_code(store_factory, half, code(secret, now), OFFICE, now).token
    assert "重置" in own_account.begin_second_factor(store_factory, whole, now).text
    assert person_of(store_factory, "李某").totp_secret == secret


def test_neither_password_nor_secret_stands_in_the_trail(store_factory):
    ready_person(store_factory, "李某", "lead")
    person = person_of(store_factory, "李某")
    assert [what for _, what in deeds(store_factory)] == [
        "people.add",
        "signin",
        "password.changed",
        "totp.begun",
        "totp.set",
    ]
    assert person.totp_secret not in str(deeds(store_factory))
