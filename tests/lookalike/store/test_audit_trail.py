"""The trail read from end to end: the first broken place, what is cut off, and the network that an entry came from."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from lookalike.store import audit
from lookalike.store.audit_search import Wanted
from lookalike.store.audit_search import entries as search
from lookalike.store.engine import reading, writing
from lookalike.store.models import Audit
from tests.lookalike.store.builders import NIGHT


@pytest.fixture
def entries(store_factory):
    """Five entries; the third and fourth came over the network."""
    with writing(store_factory) as session:
        rows = [audit.note(session, NIGHT, "王某", f"deed.{n}", after={"n": n}) for n in (1, 2)]
        with audit.came_from("192.0.2.7"):
            rows += [audit.note(session, NIGHT, "王某", f"deed.{n}", after={"n": n}) for n in (3, 4)]
        rows.append(audit.note(session, NIGHT, "王某", "deed.5"))
    return [row.id for row in rows]


def tamper(factory, statement):
    with writing(factory) as session:
        session.execute(statement)


def verified(factory):
    with reading(factory) as session:
        return audit.verify(session)


def test_a_whole_trail_tells_its_length_and_its_end(store_factory, entries):
    found = verified(store_factory)
    with reading(store_factory) as session:
        assert (found.entries, found.broken) == (5, None)
        assert found.head == session.get_one(Audit, entries[-1]).hash
        assert audit.holds(session, found.head)


def test_an_empty_trail_is_whole(store_factory):
    assert verified(store_factory) == audit.Trail(0, audit.FIRST)


def test_entries_name_the_network_only_within_a_request(store_factory, entries):
    with reading(store_factory) as session:
        told = session.scalars(select(Audit.address).order_by(Audit.id)).all()
    assert told == [None, None, "192.0.2.7", "192.0.2.7", None]


@pytest.mark.parametrize(
    ("place", "values"),
    [
        (1, {"who": "李某"}),
        (1, {"after": {"n": 99}}),
        (2, {"address": None}),
        (2, {"address": "10.0.0.1"}),
        (4, {"address": "x"}),
    ],
)
def test_the_first_entry_that_was_changed_is_named(store_factory, entries, place, values):
    for later in (place, 3):
        tamper(store_factory, update(Audit).where(Audit.id == entries[later]).values(values))
    found = verified(store_factory)
    first = min(place, 3)
    assert (found.broken, found.before, found.changed) == (entries[first], entries[first - 1], True)


def test_a_missing_entry_is_named_by_its_neighbours(store_factory, entries):
    tamper(store_factory, delete(Audit).where(Audit.id == entries[2]))
    found = verified(store_factory)
    assert (found.broken, found.before, found.changed, found.entries) == (entries[3], entries[1], False, 4)


def test_a_trail_without_its_beginning_is_broken_at_its_first_entry(store_factory, entries):
    tamper(store_factory, delete(Audit).where(Audit.id == entries[0]))
    assert (verified(store_factory).broken, verified(store_factory).before) == (entries[1], None)


def test_an_end_that_was_cut_off_is_seen_by_whoever_noted_it(store_factory, entries):
    noted = verified(store_factory).head
    tamper(store_factory, delete(Audit).where(Audit.id == entries[-1]))
    with reading(store_factory) as session:
        assert audit.verify(session).broken is None
        assert not audit.holds(session, noted)


def test_a_long_trail_is_read_in_parts(store_factory, monkeypatch):
    monkeypatch.setattr(audit, "_PART", 10)
    with writing(store_factory) as session:
        rows = [audit.note(session, NIGHT, "王某", "deed") for _ in range(35)]
    assert verified(store_factory).entries == 35
    tamper(store_factory, update(Audit).where(Audit.id == rows[22].id).values(what="other"))
    assert (verified(store_factory).broken, verified(store_factory).entries) == (rows[22].id, 35)


@pytest.mark.parametrize(
    ("wanted", "deeds"),
    [
        (Wanted(), ["5", "4", "3", "2", "1"]),
        (Wanted(what="deed.3"), ["3"]),
        (Wanted(what="deed"), ["5", "4", "3", "2", "1"]),
        (Wanted(what="%"), []),
        (Wanted(who="李某\0"), []),
        (Wanted(lead_id=7), []),
        (Wanted(since=NIGHT), ["5", "4", "3", "2", "1"]),
        (Wanted(until=NIGHT), []),
    ],
)
def test_the_trail_is_searched_by_who_what_lead_and_time(store_factory, entries, wanted, deeds):
    with reading(store_factory) as session:
        assert [e.what.removeprefix("deed.") for e in search(session, wanted)] == deeds


def test_the_next_page_goes_on_where_the_last_one_ended(store_factory, entries):
    with reading(store_factory) as session:
        first = search(session, Wanted(), limit=2)
        rest = search(session, Wanted(), before=first[-1].id)
    assert [e.id for e in [*first, *rest]] == entries[::-1]
