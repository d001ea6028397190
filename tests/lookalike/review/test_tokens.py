"""Keys of other offices: what they open, until when, and that nothing but a hash is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lookalike.errors import UsageError
from lookalike.review import tokens
from lookalike.review.rights import NotAllowedError
from lookalike.review.tokens import DEFAULT, SCOPES, Bearer, bearer, issue, revoke, used
from lookalike.store.engine import reading, writing
from lookalike.store.models import ApiToken, Audit
from tests.lookalike.review.people_at_work import MORNING, add_person, deeds


def issued(factory, office="某市公安局", by="root", **more):
    with writing(factory) as session:
        return issue(session, office, by, MORNING, **more)


def holder(factory, token, now=MORNING):
    with reading(factory) as session:
        return bearer(session, token, now)


def test_a_key_reads_leads_for_ninety_days_unless_said_otherwise(store_factory):
    row, token = issued(store_factory)
    found = holder(store_factory, token, MORNING + timedelta(days=90, seconds=-1))
    assert (found.office, found.scopes, found.may("leads:read"), found.may("tips:write")) == (
        "某市公安局",
        DEFAULT,
        True,
        False,
    )
    assert holder(store_factory, token, MORNING + timedelta(days=90)) is None
    assert row.made_by == "root"


def test_scopes_that_no_program_knows_any_more_open_nothing():
    assert not Bearer(1, "x", ("leads:write",)).may("leads:write")


def test_a_key_that_was_taken_back_opens_nothing(store_factory):
    row, token = issued(store_factory, scopes=["tips:write", "leads:read"])
    with writing(store_factory) as session:
        revoke(session, row.id, "root", MORNING)
    assert holder(store_factory, token) is None
    with pytest.raises(UsageError, match="taken back already"), writing(store_factory) as session:
        revoke(session, row.id, "root", MORNING)
    assert deeds(store_factory) == [("root", "tokens.add"), ("root", "tokens.revoke")]


def test_neither_the_key_nor_most_of_it_is_stored(store_factory):
    row, token = issued(store_factory)
    with reading(store_factory) as session:
        said = [str(vars(r)) for model in (ApiToken, Audit) for r in session.scalars(select(model))]
    assert not any(token[10:] in one for one in said)
    assert token.startswith(row.hint)
    assert len(token) == 47


def test_use_is_noted_once_a_minute(store_factory):
    row, _ = issued(store_factory)
    for seconds in (0, 30, 61):
        with writing(store_factory) as session:
            used(session, row.id, MORNING + timedelta(seconds=seconds))
    with reading(store_factory) as session:
        assert session.get_one(ApiToken, row.id).used_at == MORNING + timedelta(seconds=61)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"scopes": ["leads:write"]}, "leads:write: expected some of: leads:read"),
        ({"scopes": []}, "expected some of"),
        ({"days": 0}, "1 to 366"),
        ({"days": 367}, "1 to 366"),
        ({"office": "  "}, "expected the office"),
        ({"by": ""}, "who gives the key out"),
    ],
)
def test_a_key_without_measure_is_refused(store_factory, more, told):
    with pytest.raises(UsageError, match=told):
        issued(store_factory, **more)


@pytest.mark.usefixtures("quick_passwords")
def test_only_administrators_give_keys_out(store_factory):
    add_person(store_factory, "李某", "lead")
    with pytest.raises(NotAllowedError, match="tokens"):
        issued(store_factory, by="李某")


def test_an_unknown_key_is_told(store_factory):
    with pytest.raises(UsageError, match="key 7"), writing(store_factory) as session:
        revoke(session, 7, "root", MORNING)


@given(st.one_of(st.text(max_size=80), st.from_regex(tokens._SHAPE, fullmatch=True)))
def test_only_what_has_the_shape_of_a_key_reaches_the_database(text):
    class Reached(Exception):
        pass

    class Store:
        def scalar(self, *_):
            raise Reached

    try:
        assert bearer(Store(), text, MORNING) is None
        shaped = False
    except Reached:
        shaped = True
    assert shaped == bool(tokens._SHAPE.fullmatch(text))


def test_every_scope_that_writes_says_so():
    assert [scope for scope in SCOPES if not scope.endswith(":read")] == [
        "tips:write",
        "answers:write",
        "verdicts:write",
    ]
