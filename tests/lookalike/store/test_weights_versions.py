"""Weights versions: kept whole, one in use, never two numbers under one name."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from lookalike.errors import UsageError
from lookalike.store import audit, references, weights
from lookalike.store.engine import reading, writing
from lookalike.store.models import ReferenceSet, WeightsVersion
from lookalike.store.references import Compared
from scoring.weights import shipped, shipped_text
from tests.lookalike.store.builders import DAY, NIGHT


def kept(factory, now=NIGHT):
    with writing(factory) as session:
        return weights.keep_shipped(session, now)


def names(factory):
    with reading(factory) as session:
        return [(row.version, row.in_use) for row in weights.every(session)]


def another(factor=2.0):
    return replace(shipped(), site={k: v * factor for k, v in shipped().site.items()})


def an_upgrade(monkeypatch, text):
    monkeypatch.setattr(weights, "shipped_text", lambda: text)
    monkeypatch.setattr(weights, "shipped", lambda: weights.read_weights(text))


def test_before_anything_is_kept_the_shipped_weights_are_in_use(store_factory):
    with reading(store_factory) as session:
        assert weights.active(session) == shipped()


def test_the_shipped_version_is_kept_once_and_used(store_factory):
    assert kept(store_factory) == kept(store_factory, NIGHT + DAY) == shipped()
    assert names(store_factory) == [(shipped().version, True)]


def test_a_new_shipped_version_takes_the_place_of_the_older_shipped_one(store_factory, monkeypatch):
    kept(store_factory)
    an_upgrade(monkeypatch, shipped_text().replace(shipped().version, "2031-01-01.1"))
    with reading(store_factory) as session:
        assert weights.active(session).version == "2031-01-01.1", "a check before the first night too"
    assert kept(store_factory).version == "2031-01-01.1"
    assert names(store_factory) == [(shipped().version, False), ("2031-01-01.1", True)]


def test_a_version_that_was_fitted_here_stays_in_use_through_an_upgrade(store_factory, monkeypatch):
    kept(store_factory)
    with writing(store_factory) as session:
        weights.add(session, NIGHT, "wang", another(), shipped().version, {})
    an_upgrade(monkeypatch, shipped_text().replace(shipped().version, "2031-01-01.1"))
    assert kept(store_factory).version == "2026-03-01.1"


def test_other_numbers_under_the_shipped_name_get_a_name_of_their_own(store_factory, monkeypatch):
    kept(store_factory)
    an_upgrade(monkeypatch, shipped_text().replace(f"site = {shipped().site['name_embedded']}", "site = 3.999"))
    with reading(store_factory) as session:
        expected = weights.active(session).version
    assert kept(store_factory).version == expected
    assert expected.startswith(f"{shipped().version}+")
    assert len({name for name, _ in names(store_factory)}) == 2


def test_going_back_to_an_older_version_is_not_undone_by_the_next_night(store_factory):
    kept(store_factory)
    with writing(store_factory) as session:
        weights.add(session, NIGHT, "wang", another(), shipped().version, {})
        weights.use(session, NIGHT, "wang", shipped().version)
    assert kept(store_factory, NIGHT + DAY) == shipped()
    with reading(store_factory) as session:
        assert weights.get(session, "2026-03-01.1").site == another().site
        assert audit.broken(session) == []


def test_a_version_that_nobody_kept_is_refused_with_the_known_ones(store_factory):
    kept(store_factory)
    with pytest.raises(UsageError, match=f"known: {shipped().version}"), writing(store_factory) as session:
        weights.use(session, NIGHT, "wang", "nope")


def test_the_database_itself_refuses_two_versions_in_use(store_factory):
    kept(store_factory)
    with writing(store_factory) as session:
        weights.add(session, NIGHT, "wang", another(), shipped().version, {})
    with pytest.raises(IntegrityError), writing(store_factory) as session:
        session.execute(update(WeightsVersion).values(in_use=True))


def test_many_at_once_make_as_many_versions_and_one_whole_trail(store_factory):
    kept(store_factory)

    def one(number):
        with writing(store_factory) as session:
            return weights.add(session, NIGHT, f"w{number}", another(number + 2), shipped().version, {}).version

    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(one, range(6)))
    assert sorted(made) == [f"2026-03-01.{n}" for n in range(1, 7)]
    assert sum(used for _, used in names(store_factory)) == 1
    with reading(store_factory) as session:
        assert audit.broken(session) == []


def test_a_reference_set_is_kept_once_and_read_back(store_factory):
    compared = Compared(
        "a" * 64, "b" * 64, ((3, "c" * 64), (9, "d" * 64)), {"203.0.113.9": ["一.example", "b.example"]}
    )
    for _ in range(2):
        with writing(store_factory) as session:
            sha256 = references.keep(session, compared, NIGHT)
    with reading(store_factory) as session:
        assert references.get(session, sha256) == compared
        assert len(session.scalars(select(ReferenceSet)).all()) == 1
        assert references.get(session, "0" * 64) is None
        assert references.get(session, sha256).sha256 == sha256
