"""Wrong attempts: counted by account and by network, charged before they are checked, forgotten after a day."""

from __future__ import annotations

import ipaddress
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from lookalike.review.throttle import FREE, LONGEST_WAIT, charge, network, settle
from lookalike.store import people
from lookalike.store.engine import reading, writing
from lookalike.store.models import SignInThrottle
from tests.lookalike.review.people_at_work import ELSEWHERE, MORNING, OFFICE, OWN, enter, ready_person

SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("quick_passwords")


def attempt(factory, name="王某", address="192.0.2.1", now=MORNING):
    with writing(factory) as session:
        return charge(session, name, address, now)


def test_an_account_is_shut_after_five_wrong_attempts_from_anywhere(store_factory):
    assert [attempt(store_factory, address=f"192.0.2.{n}") for n in range(5)] == [None] * 5
    assert attempt(store_factory, " 王 某 ", "192.0.2.99", MORNING + SECOND) == 29 * SECOND
    assert attempt(store_factory, "李某", "192.0.2.99", MORNING + SECOND) is None


def test_the_wait_doubles_up_to_a_quarter_of_an_hour(store_factory):
    now, waits = MORNING, []
    for _ in range(14):
        assert attempt(store_factory, now=now) is None
        wait = attempt(store_factory, now=now)
        if wait is not None:
            waits.append(wait)
        now += wait or SECOND
    assert [w.total_seconds() for w in waits[:5]] == [30, 60, 120, 240, 480]
    assert set(waits[5:]) == {LONGEST_WAIT}


def test_attempts_while_one_has_to_wait_do_not_make_it_longer(store_factory):
    for _ in range(5):
        attempt(store_factory)
    assert {attempt(store_factory, now=MORNING + SECOND * n) for n in range(30)} == {
        SECOND * (30 - n) for n in range(30)
    }
    assert attempt(store_factory, now=MORNING + 30 * SECOND) is None


def test_a_network_is_shut_however_many_names_it_tries(store_factory):
    tried = [attempt(store_factory, f"name{n}", network(f"2001:db8::{n:x}")) for n in range(FREE["address"] + 1)]
    assert tried[:-1] == [None] * FREE["address"]
    assert tried[-1] == timedelta(seconds=30)


def test_coming_in_opens_the_account_but_gives_the_network_one_attempt_back_only(store_factory):
    for n in range(FREE["address"] - 1):
        attempt(store_factory, f"name{n}")
    with writing(store_factory) as session:
        assert charge(session, "王某", "192.0.2.1", MORNING) is None
        settle(session, "王某", "192.0.2.1", MORNING)
    with reading(store_factory) as session:
        counters = session.scalars(select(SignInThrottle).where(SignInThrottle.scope == "address")).one()
    assert counters.failures == FREE["address"] - 1
    assert attempt(store_factory, "x") is None
    assert attempt(store_factory, "y") is not None


def test_wrong_attempts_are_forgotten_after_a_day(store_factory):
    for _ in range(5):
        attempt(store_factory)
    later = MORNING + timedelta(days=1)
    assert [attempt(store_factory, now=later) for _ in range(5)] == [None] * 5


def test_a_clock_that_goes_back_shuts_nobody_out(store_factory):
    for _ in range(5):
        attempt(store_factory)
    assert attempt(store_factory, now=MORNING - timedelta(days=400)) is None


def test_guessing_from_elsewhere_does_not_lock_people_out_of_their_office(store_factory):
    ready_person(store_factory)
    for _ in range(5):
        attempt(store_factory, "王某", ELSEWHERE.network)
    assert attempt(store_factory, "王某", ELSEWHERE.network) is not None
    assert enter(store_factory, "王某", OWN, MORNING + SECOND, OFFICE).visitor.name == "王某"


def test_many_attempts_at_once_are_all_counted(store_factory):
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: attempt(store_factory), range(24)))
    assert sum(wait is None for wait in told) == FREE["account"]


def test_what_was_typed_is_not_kept(store_factory):
    attempt(store_factory, "My Secret Password 1")
    with reading(store_factory) as session:
        rows = list(session.scalars(select(SignInThrottle)))
    assert all("secret" not in f"{row.key}{row.scope}".lower() and len(row.key) == 64 for row in rows)


def test_counters_that_have_faded_are_swept(store_factory):
    attempt(store_factory)
    with writing(store_factory) as session:
        assert people.sweep(session, MORNING + timedelta(days=2), MORNING - timedelta(days=90)) == 2


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        (" 192.0.2.7 ", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "local"),
        ("192.0.2.7, 10.0.0.1", "local"),
        ("testclient", "local"),
    ],
)
def test_networks_are_what_one_customer_has(address, counted):
    assert network(address) == counted


@given(st.one_of(st.text(max_size=60), st.ip_addresses().map(str)))
def test_any_address_has_a_network_that_fits_its_column(text):
    found = network(text)
    assert found == "local" or ipaddress.ip_network(found)
    assert len(found) <= 64
