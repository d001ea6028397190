"""Accounts as an administrator keeps them: every change ends the sessions and is told in the trail."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review import accounts, signin
from lookalike.review.passwords import OneTime, hash_of
from lookalike.review.people import AccountError
from lookalike.review.rights import NotAllowedError
from lookalike.store import audit, people
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit, Person
from tests.lookalike.review.people_at_work import (
    MINUTE,
    MORNING,
    OFFICE,
    add_person,
    code,
    deeds,
    enter,
    person_of,
    ready_person,
)

pytestmark = pytest.mark.usefixtures("quick_passwords")
NEXT = "zweites-einmal-wort-33"


def first():
    return OneTime(NEXT, hash_of(NEXT))


def change(factory, deed, *more, by="root"):
    with writing(factory) as session:
        return deed(session, *more, by, MORNING)


def test_an_account_is_made_with_who_made_it_and_a_password_that_ends(store_factory):
    add_person(store_factory)
    person = person_of(store_factory)
    assert (person.made_by, person.role, person.one_time_until) == ("root", "analyst", MORNING + timedelta(hours=72))
    assert deeds(store_factory) == [("root", "people.add")]


@pytest.mark.parametrize("again", ["王某", " 王 某 ", "王　某"])
def test_one_person_has_one_account_however_the_name_is_typed(store_factory, again):
    add_person(store_factory)
    with pytest.raises(UsageError, match="there is such an account"):
        add_person(store_factory, again, "lead")


def test_two_at_once_make_one_account(store_factory):
    def attempt(_):
        try:
            return bool(add_person(store_factory))
        except Exception:  # noqa: BLE001 - on PostgreSQL the database itself refuses the second
            return False

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == 1


@pytest.mark.parametrize("role", ["", "root", "Admin", "lead "])
def test_an_unknown_role_is_refused_and_nothing_is_stored(store_factory, role):
    with pytest.raises(UsageError, match="expected one of: viewer"):
        add_person(store_factory, "王某", role)
    assert deeds(store_factory) == []


@pytest.mark.parametrize(
    ("deed", "more", "word"),
    [
        (accounts.set_role, ["viewer"], "role"),
        (accounts.disable, [], "disable"),
        (accounts.reset, [first], "reset"),
        (accounts.reset_second_factor, [first], "totp"),
    ],
)
def test_every_change_ends_the_sessions_and_tells_how_many(store_factory, deed, more, word):
    ready_person(store_factory)
    token = enter(store_factory).token
    change(store_factory, deed, "王某", *[m() if callable(m) else m for m in more])
    assert signin.current(store_factory, token, MORNING) is None
    with reading(store_factory) as session:
        last = session.scalars(select(Audit).order_by(Audit.id.desc())).first()
        assert audit.broken(session) == []
    assert (last.what, last.after["ended"], last.before["person"]) == (f"people.{word}", 2, "王某")


def test_a_reset_leaves_the_second_factor_and_the_reset_of_that_one_also_the_password(store_factory):
    ready_person(store_factory, "李某", "lead")
    secret, now = person_of(store_factory, "李某").totp_secret, MORNING + MINUTE
    change(store_factory, accounts.reset, "李某", first())
    half = enter(store_factory, "李某", NEXT, now)
    assert half.visitor.owes == "code"
    whole = signin.give_code(store_factory, half.token, code(secret, now), OFFICE, now)
    assert whole.visitor.owes == "password"
    change(store_factory, accounts.reset_second_factor, "李某", first())
    assert enter(store_factory, "李某", NEXT, now).visitor.owes == "password"
    assert person_of(store_factory, "李某").totp_secret is None


def test_a_closed_account_is_opened_again_with_a_new_password(store_factory):
    ready_person(store_factory)
    change(store_factory, accounts.disable, "王某")
    with pytest.raises(UsageError, match="closed already"):
        change(store_factory, accounts.disable, "王某")
    change(store_factory, accounts.enable, "王某", first())
    assert enter(store_factory, password=NEXT).visitor.owes == "password"
    with pytest.raises(UsageError, match="is open"):
        change(store_factory, accounts.enable, "王某", first())


def test_the_last_administrator_stays(store_factory):
    add_person(store_factory, "甲", "admin")
    for deed, more in ((accounts.disable, []), (accounts.set_role, ["lead"])):
        with pytest.raises(UsageError, match="last administrator"):
            change(store_factory, deed, "甲", *more)
    add_person(store_factory, "乙", "admin")
    change(store_factory, accounts.disable, "甲")
    with pytest.raises(UsageError, match="last administrator"):
        change(store_factory, accounts.set_role, "乙", "lead")


def test_two_administrators_who_close_each_other_at_once_leave_one(store_factory):
    for name in ("甲", "乙"):
        add_person(store_factory, name, "admin")

    def close(pair):
        try:
            return bool(change(store_factory, accounts.disable, pair[0], by=pair[1]))
        except UsageError:
            return False
        except Exception as error:  # noqa: BLE001 - PostgreSQL ends one of two that wait for each other
            return "deadlock" not in str(error)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(close, [("甲", "乙"), ("乙", "甲")]))
    with reading(store_factory) as session:
        assert [p.disabled_at for p in session.scalars(select(Person))].count(None) == 1


def test_nobody_changes_his_own_account_and_only_administrators_change_others(store_factory):
    for name, role in (("甲", "admin"), ("乙", "admin"), ("丙", "lead")):
        add_person(store_factory, name, role)
    with pytest.raises(NotAllowedError, match="nobody changes his own"):
        change(store_factory, accounts.set_role, "甲", "lead", by=" 甲")
    with pytest.raises(NotAllowedError, match="does not include people"):
        change(store_factory, accounts.reset, "甲", first(), by="丙")
    assert change(store_factory, accounts.set_role, "丙", "analyst", by="甲").role == "analyst"


def test_an_unknown_name_is_told(store_factory):
    with pytest.raises(UsageError, match="no such account"):
        change(store_factory, accounts.disable, "nobody\0")


def test_the_trail_of_accounts_holds_no_hash(store_factory):
    ready_person(store_factory, "李某", "lead")
    change(store_factory, accounts.reset, "李某", first())
    with reading(store_factory) as session:
        said = str([(e.before, e.after) for e in session.scalars(select(Audit))])
    assert "argon2" not in said
    assert person_of(store_factory, "李某").totp_secret not in said


def test_an_administrator_ends_the_sessions_of_somebody_and_leaves_the_account(store_factory):
    ready_person(store_factory)
    enter(store_factory, now=MORNING + MINUTE)
    before = person_of(store_factory)
    with writing(store_factory) as session:
        assert accounts.end_sessions(session, "王某", "root", MORNING + 2 * MINUTE) == 2
    with reading(store_factory) as session:
        assert people.open_sessions(session, MORNING + 3 * MINUTE, MORNING - MINUTE) == {}
    assert accounts.stamp(person_of(store_factory)) == accounts.stamp(before)
    assert deeds(store_factory)[-1] == ("root", "people.sessions")


def test_what_was_changed_since_it_was_shown_is_left_alone(store_factory):
    ready_person(store_factory)
    seen = accounts.stamp(person_of(store_factory))
    with writing(store_factory) as session:
        accounts.set_role(session, "王某", "viewer", "root", MORNING, seen)
    with pytest.raises(AccountError, match="changed since") as refused, writing(store_factory) as session:
        accounts.disable(session, "王某", "root", MORNING, seen)
    assert refused.value.why == "stale"
    assert person_of(store_factory).disabled_at is None
