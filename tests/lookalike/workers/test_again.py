"""Transactions that the server cuts at a chosen statement, tried again over a real connection."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from lookalike.errors import Passing, StoreError
from lookalike.store import runs
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.models import Run
from lookalike.workers import again as module
from lookalike.workers.again import again

pytestmark = pytest.mark.postgres
NIGHT = datetime(2026, 3, 1, tzinfo=UTC)
CUT = text("SELECT pg_terminate_backend(pg_backend_pid())")


@pytest.fixture
def factory(postgres_server: str) -> Iterator[Factory]:
    engine = open_engine(f"postgresql://postgres@/postgres?host={postgres_server}")
    yield session_factory(engine)
    with engine.begin() as connection:
        connection.execute(text("TRUNCATE run CASCADE"))
    engine.dispose()


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PAUSES", (0.0, 0.0, 0.0))


class Deed:
    """Stores one run; the server ends its session in the middle for the first ``cuts`` times."""

    def __init__(self, factory: Factory, cuts: int) -> None:
        self.factory, self.cuts, self.calls = factory, cuts, 0

    def __call__(self) -> int:
        self.calls += 1
        with writing(self.factory) as session:
            run, _ = runs.begin_or_resume(session, f"call {self.calls}", NIGHT, {})
            if self.calls <= self.cuts:
                session.execute(CUT)
            return run.id


def kinds(factory: Factory) -> list[str]:
    with reading(factory) as session:
        return [run.kind for run in session.query(Run).order_by(Run.id)]


def test_what_was_cut_in_the_middle_is_stored_once_by_the_next_try(factory: Factory) -> None:
    deed = Deed(factory, cuts=2)
    assert asyncio.run(again(deed)) > 0
    assert kinds(factory) == ["call 3"]


def test_what_is_cut_every_time_is_given_up_as_a_trouble_that_passes(factory: Factory) -> None:
    deed = Deed(factory, cuts=9)
    with pytest.raises(Passing, match="connection to the database was lost"):
        asyncio.run(again(deed))
    assert (deed.calls, kinds(factory)) == (4, [])


def test_a_trouble_that_stays_is_not_tried_again(factory: Factory) -> None:
    calls = []

    def refused() -> None:
        calls.append(1)
        raise StoreError("E_DISK")

    with pytest.raises(StoreError, match="E_DISK"):
        asyncio.run(again(refused))
    assert calls == [1]


def test_of_two_that_wait_for_each_other_both_come_through(factory: Factory) -> None:
    with writing(factory) as session:
        first, second = (runs.begin_or_resume(session, kind, NIGHT, {})[0].id for kind in ("one", "two"))
    meet, tries = threading.Barrier(2), {first: 0, second: 0}

    def both(mine: int, other: int) -> None:
        tries[mine] += 1
        with writing(factory) as session:
            runs.note_step(session, runs.hold(session, mine), f"from {mine}", {"tries": tries[mine]})
            if tries[mine] == 1:
                meet.wait(60)
            runs.note_step(session, runs.hold(session, other), f"from {mine}", {"tries": tries[mine]})

    threads = [
        threading.Thread(target=lambda a=a, b=b: asyncio.run(again(lambda: both(a, b))))  # type: ignore[misc]
        for a, b in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert sorted(tries.values()) == [1, 2]
    with reading(factory) as session:
        assert [set(run.summary) for run in session.query(Run)] == [{f"from {first}", f"from {second}"}] * 2
