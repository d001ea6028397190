"""Roles: three kinds of administrators are kept apart, and rules ask for rights wherever a name is an account's."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lookalike.errors import UsageError
from lookalike.review import accounts, handover, packs, rights
from lookalike.review.passwords import OneTime
from lookalike.review.people import account_name, folded, same_person
from lookalike.review.rights import APART, RIGHTS, ROLES, NotAllowedError, Right, may
from lookalike.review.verdicts import give, undo
from lookalike.store.engine import reading, writing
from lookalike.store.models.people import ROLES as STORED
from tests.lookalike.review.handed_leads import HANDED, REVIEWED, confirm, hand, pack, reviewed
from tests.lookalike.review.judged_leads import invented_hits, make_leads
from tests.lookalike.store.builders import NIGHT


@pytest.fixture
def staff(store_factory):
    """One account of each role, named after it."""
    with writing(store_factory) as session:
        for role in ROLES:
            accounts.add(session, f"某{role}", role, OneTime("x", "no hash"), "root", NIGHT)


@pytest.fixture
def lead_ids(store_factory, store_run):
    return make_leads(store_factory, store_run, invented_hits(2))


def test_the_roles_of_the_rules_are_those_of_the_table():
    assert tuple(ROLES) == tuple(RIGHTS) == STORED


def test_every_right_belongs_to_somebody_and_only_known_rights_do():
    assert set().union(*RIGHTS.values()) == set(get_args(Right))


@pytest.mark.parametrize("pair", [*itertools.combinations(APART, 2)])
def test_no_role_has_two_of_the_rights_that_are_kept_apart(pair):
    assert [role for role, mine in RIGHTS.items() if set(pair) <= mine] == []


def test_an_auditor_reads_the_trail_and_what_left_and_nothing_else():
    assert RIGHTS["auditor"] == {"audit.read", "exports.read"}


def test_an_unknown_role_may_do_nothing():
    assert not any(may("root", right) for right in get_args(Right))


@pytest.mark.parametrize("role", ["viewer", "rules", "admin", "auditor"])
def test_whose_role_does_not_judge_gives_no_verdict(store_factory, staff, lead_ids, role):
    with (
        pytest.raises(NotAllowedError, match=r"leads\.judge; these do: analyst, lead"),
        writing(store_factory) as session,
    ):
        give(session, lead_ids[0], "later", "", "", f" 某{role.upper()} ", NIGHT)
    confirm(store_factory, lead_ids[0], by="某analyst")
    with pytest.raises(NotAllowedError), writing(store_factory) as session:
        undo(session, lead_ids[0], f"某{role}", NIGHT)


def test_an_analyst_reviews_no_pack_and_hands_nothing_over(store_factory, staff, lead_ids):
    confirm(store_factory, lead_ids[0])
    number = pack(store_factory, lead_ids[0])
    with pytest.raises(NotAllowedError, match=r"handover\.approve"), writing(store_factory) as session:
        packs.review(session, packs.named_pack(session, number), "某analyst", REVIEWED)
    number = reviewed(store_factory, lead_ids[0], number="XS-20260301-0002", by="某lead")
    passed = handover.Passed("某市公安局", "police", "某analyst", HANDED)
    with pytest.raises(NotAllowedError, match=r"handover\.give"), writing(store_factory) as session:
        handover.hand_over_pack(session, packs.named_pack(session, number), passed, HANDED)
    assert len(hand(store_factory, number)) == 1


def test_a_closed_account_does_nothing_under_its_name(store_factory, staff, lead_ids):
    with writing(store_factory) as session:
        accounts.disable(session, "某analyst", "root", NIGHT)
    with pytest.raises(NotAllowedError, match="closed"), writing(store_factory) as session:
        give(session, lead_ids[0], "later", "", "", "某analyst", NIGHT)


def test_a_name_without_an_account_is_a_user_of_the_machine(store_factory, staff):
    with reading(store_factory) as session:
        rights.check(session, "root", "audit.read")


@pytest.mark.parametrize(
    "name", ["", "  ", "王\u200b某", "w\u0430ng", "<b>", "a\nb\0", "王" * 65, "lookalike nightly", "Look Alike 1", "-x"]
)
def test_names_that_could_be_taken_for_another_are_refused(name):
    with pytest.raises(UsageError, match="name"):
        account_name(name)


@pytest.mark.parametrize(
    ("typed", "name"), [(" 王　某 ", "王 某"), ("ｗａｎｇ.2", "wang.2"), ("买买提·艾", "买买提·艾")]
)
def test_names_are_kept_in_one_spelling(typed, name):
    assert account_name(typed) == name


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_name_or_one_clear_error(text):
    try:
        name = account_name(text)
    except UsageError:
        return
    assert account_name(name) == name
    assert same_person(name, text)
    assert 0 < len(folded(name)) <= 64
