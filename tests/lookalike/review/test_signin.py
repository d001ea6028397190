"""Signing in, and what becomes of sessions: rotation, idle and absolute limits, ending them here and everywhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.review import accounts, passwords, sessions, signin, throttle
from lookalike.review.passwords import OneTime
from lookalike.review.sessions import ABSOLUTE, HALF, IDLE, hash_of
from lookalike.review.signin import EXPIRED, GONE, NOBODY, WRONG, Entered, Refused
from lookalike.store import audit
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Person, PersonSession
from tests.lookalike.review.people_at_work import (
    ELSEWHERE,
    MINUTE,
    MORNING,
    OFFICE,
    OWN,
    add_person,
    code,
    deeds,
    enter,
    person_of,
    ready_person,
)

pytestmark = pytest.mark.usefixtures("quick_passwords")
STEP = timedelta(seconds=30)


def who(factory, token, now=MORNING):
    return signin.current(factory, token, now)


def attempt(factory, name="王某", password=OWN, now=MORNING, origin=OFFICE, **more):
    return signin.sign_in(factory, name, password, origin, now, **more)


def test_a_new_account_comes_in_and_may_do_nothing_but_change_its_password(store_factory):
    found = enter(store_factory, password=add_person(store_factory)).visitor
    assert (found.name, found.role, found.owes, found.may("leads.read")) == ("王某", "analyst", "password", False)


def test_with_its_own_password_an_analyst_may_judge(store_factory):
    ready_person(store_factory)
    found = enter(store_factory, " 王　某 ").visitor
    assert (found.owes, found.may("leads.judge"), found.may("handover.approve")) == ("", True, False)


@pytest.mark.parametrize(
    ("name", "password"), [("王某", "falsch"), ("nobody", OWN), ("", ""), ("王某\0", "\ud800"), ("x" * 10_000, OWN)]
)
def test_what_is_wrong_is_told_in_one_sentence_whatever_it_is(store_factory, name, password):
    ready_person(store_factory)
    assert attempt(store_factory, name, password) == Refused("wrong", WRONG)


def test_a_closed_account_is_told_the_same(store_factory):
    ready_person(store_factory)
    with writing(store_factory) as session:
        accounts.disable(session, "王某", "root", MORNING)
    assert attempt(store_factory) == Refused("wrong", WRONG)


def test_the_trail_tells_wrong_attempts_with_the_network_and_never_what_was_typed(store_factory):
    ready_person(store_factory)
    attempt(store_factory, password="falsch")
    attempt(store_factory, name="Mein Passwort 123", origin=ELSEWHERE)
    with reading(store_factory) as session:
        entries = list(session.scalars(select(Audit).where(Audit.what == "signin.wrong").order_by(Audit.id)))
        assert audit.broken(session) == []
    assert [(e.who, e.address) for e in entries] == [("王某", OFFICE.network), (NOBODY, ELSEWHERE.network)]
    assert all("Passwort" not in str((e.after, e.before, e.who)) for e in entries)


def test_even_the_right_password_waits_after_five_wrong_ones(store_factory):
    ready_person(store_factory)
    for _ in range(5):
        attempt(store_factory, password="falsch", origin=ELSEWHERE)
    told = attempt(store_factory, origin=ELSEWHERE)
    assert (told.why, told.wait, told.text) == ("wait", STEP, "尝试次数过多，请在 30 秒后再试")
    assert isinstance(attempt(store_factory, now=MORNING + STEP, origin=ELSEWHERE), Entered)


def test_a_one_time_password_opens_nothing_after_three_days(store_factory):
    given = add_person(store_factory)
    assert attempt(store_factory, password=given, now=MORNING + timedelta(hours=72)) == Refused("expired", EXPIRED)


def test_of_token_and_password_only_hashes_are_stored(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    with reading(store_factory) as session:
        rows = [str(vars(r)) for model in (Person, PersonSession, Audit) for r in session.scalars(select(model))]
        kept = session.scalars(select(PersonSession.token_sha256)).all()
    assert len(token) == 43
    assert hash_of(token) in kept
    assert not any(token in row or OWN in row for row in rows)


def test_signing_in_ends_the_session_that_the_browser_came_with(store_factory):
    ready_person(store_factory)
    before = enter(store_factory).token
    after = attempt(store_factory, old=before)
    assert after.token != before
    assert (who(store_factory, before), who(store_factory, after.token).name) == (None, "王某")


def test_a_session_ends_after_half_an_hour_without_use(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    assert who(store_factory, token, MORNING + IDLE - MINUTE)
    assert who(store_factory, token, MORNING + 2 * IDLE - 2 * MINUTE)
    assert who(store_factory, token, MORNING + 3 * IDLE) is None


def test_a_session_ends_after_twelve_hours_however_it_is_used(store_factory):
    ready_person(store_factory)
    token, now = enter(store_factory).token, MORNING
    while now < MORNING + ABSOLUTE:
        assert who(store_factory, token, now)
        now += 29 * MINUTE
    assert who(store_factory, token, MORNING + ABSOLUTE) is None


def test_use_is_noted_once_a_minute(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    for seconds in (10, 59, 60, 100):
        who(store_factory, token, MORNING + timedelta(seconds=seconds))
    with reading(store_factory) as session:
        assert sessions.visitor(session, token, MORNING + MINUTE).seen_at == MORNING + MINUTE


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "\ud800", "0" * 64])
def test_an_unknown_token_is_nobody(store_factory, token):
    assert who(store_factory, token) is None


def test_the_hash_that_is_stored_is_no_token(store_factory):
    ready_person(store_factory)
    token = enter(store_factory).token
    assert who(store_factory, hash_of(token)) is None


def test_signing_out_ends_one_session_and_everywhere_the_others(store_factory):
    ready_person(store_factory)
    one, two, three = (enter(store_factory).token for _ in range(3))
    with writing(store_factory) as session:
        assert sessions.end(session, one, MORNING)
        assert not sessions.end(session, one, MORNING)
    mine = who(store_factory, three)
    with writing(store_factory) as session:
        person = session.get_one(Person, mine.person_id)
        ended = sessions.end_everywhere(session, person, MORNING, "王某", but=mine.session_id)
    assert ended == 2  # the one of the changed password is among them
    assert [bool(who(store_factory, t)) for t in (one, two, three)] == [False, False, True]
    assert deeds(store_factory)[-2:] == [("王某", "signout"), ("王某", "signout.everywhere")]


@pytest.fixture
def approver(store_factory):
    """A lead whose second factor is set up; its secret."""
    ready_person(store_factory, "李某", "lead")
    return person_of(store_factory, "李某").totp_secret


NEXT = MORNING + MINUTE


def test_with_a_second_factor_the_password_alone_opens_nothing(store_factory, approver):
    found = enter(store_factory, "李某", now=NEXT).visitor
    assert (found.owes, found.may("leads.read")) == ("code", False)


def test_the_code_opens_a_new_session_and_ends_the_half_one(store_factory, approver):
    half = enter(store_factory, "李某", now=NEXT).token
    told = signin.give_code(store_factory, half, code(approver, NEXT), OFFICE, NEXT)
    assert (told.visitor.owes, told.visitor.may("handover.approve"), told.token != half) == ("", True, True)
    assert who(store_factory, half, NEXT) is None


def test_a_code_is_not_taken_twice(store_factory, approver):
    for taken in (True, False):
        half = enter(store_factory, "李某", now=NEXT).token
        told = signin.give_code(store_factory, half, code(approver, NEXT), OFFICE, NEXT)
        assert isinstance(told, Entered) is taken


def test_a_half_session_ends_after_ten_minutes(store_factory, approver):
    half, later = enter(store_factory, "李某", now=NEXT).token, NEXT + HALF
    assert signin.give_code(store_factory, half, code(approver, later), OFFICE, later) == Refused("gone", GONE)


def test_codes_are_throttled_and_knowing_the_password_does_not_start_the_count_anew(store_factory, approver):
    tried = 0
    while True:
        half = attempt(store_factory, "李某", now=NEXT, origin=ELSEWHERE)
        if half.__class__ is Refused:
            break
        signin.give_code(store_factory, half.token, "000000", ELSEWHERE, NEXT)
        tried += 1
        assert tried < 20
    assert (half.why, tried) == ("wait", 3)


def test_a_session_without_a_debt_gives_no_code(store_factory):
    ready_person(store_factory)
    told = signin.give_code(store_factory, enter(store_factory).token, "123456", OFFICE, MORNING)
    assert told == Refused("gone", GONE)


def test_a_password_that_is_reset_while_it_is_checked_opens_nothing(store_factory, monkeypatch):
    ready_person(store_factory)
    real = passwords.matches

    def slow(known, password):
        with writing(store_factory) as session:
            accounts.reset(session, "王某", OneTime("x", "another"), "root", MORNING)
        return real(known, password)

    monkeypatch.setattr(passwords, "matches", slow)
    assert attempt(store_factory) == Refused("wrong", WRONG)
    assert person_of(store_factory).password == "another"


def test_a_hash_of_older_parameters_is_renewed(store_factory, monkeypatch):
    ready_person(store_factory)
    before = person_of(store_factory).password
    monkeypatch.setattr("lookalike.review.passwords._hasher", passwords.PasswordHasher(2, 16, 1))
    enter(store_factory)
    assert person_of(store_factory).password != before
    assert isinstance(attempt(store_factory), Entered)


def test_a_sign_in_that_fails_half_way_leaves_no_session(store_factory, monkeypatch):
    ready_person(store_factory)
    before = len(deeds(store_factory))

    def killed(*_args, **_more):
        raise RuntimeError("killed")

    monkeypatch.setattr("lookalike.review.signin.audit.note", killed)
    with pytest.raises(RuntimeError, match="killed"):
        attempt(store_factory)
    monkeypatch.undo()
    with reading(store_factory) as session:
        assert len(sessions.standing(session, 1, MORNING)) == 1  # that of the changed password
    assert len(deeds(store_factory)) == before


def test_networks_of_sign_ins_are_kept_without_the_host_of_an_ipv6_address(store_factory):
    ready_person(store_factory)
    enter(store_factory, origin=sessions.Origin(throttle.network("2001:db8::42"), "x" * 999))
    with reading(store_factory) as session:
        row = sessions.standing(session, 1, MORNING)[0]
    assert (row.address, len(row.agent)) == ("2001:db8::/64", 200)
