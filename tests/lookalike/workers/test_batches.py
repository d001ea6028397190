"""Batches on a real PostgreSQL: claimed by one, given back whole or in part, and no longer believed of the dead."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lookalike.config import Config
from lookalike.night import Night, open_night
from lookalike.store import runs, sites
from lookalike.store.engine import writing
from lookalike.store.models import Run, Site
from lookalike.workers.app import make_app
from lookalike.workers.batches import Batch, Claims
from lookalike.workers.database import connect, conninfo, ensure
from lookalike.workers.foreman import Foreman
from lookalike.workers.ledger import Ledger, OwnBudgets
from lookalike.workers.member import Member
from scoring.case import SiteKey
from tests.lookalike.store.conftest import store_url

__all__ = ["store_url"]
pytestmark = [pytest.mark.postgres, pytest.mark.parametrize("store_url", ["postgres"], indirect=True)]


@pytest.fixture
def night(store_url: str, tmp_path: Path) -> Iterator[Night]:
    """A night that has begun, on the PostgreSQL of the store's tests."""
    ensure(conninfo(store_url))
    night = open_night(Config(home=tmp_path, database_url=store_url))
    with writing(night.factory) as session:
        night.run_id = runs.begin_or_resume(session, "nightly", night.now(), {})[0].id
    yield night
    night.factory.kw["bind"].dispose()
    with connect(conninfo(store_url)) as connection:
        connection.execute("TRUNCATE night_batches, night_events, night_spent, members, procrastinate_jobs CASCADE")


def put(night: Night, *works: list[int]) -> None:
    with connect(conninfo(night.config.database)) as connection:
        for ids in works:
            connection.execute(
                "INSERT INTO night_batches (run, step, work) VALUES (%s, 'score', jsonb_build_object('sites', %s::int[]))",
                [night.run_id, ids],
            )


def take(night: Night, claims: Claims) -> Batch | None:
    with writing(night.factory) as session:
        return claims.take(session)


def state(night: Night) -> list[tuple[object, ...]]:
    with connect(conninfo(night.config.database)) as connection:
        return connection.execute("SELECT member, ended, work->'sites' FROM night_batches ORDER BY id").fetchall()


def happened(night: Night) -> list[str]:
    with connect(conninfo(night.config.database)) as connection:
        return [row[0] for row in connection.execute("SELECT what FROM night_events ORDER BY id").fetchall()]


def test_a_batch_is_one_workers_and_the_next_one_gets_the_next(night: Night) -> None:
    put(night, [1], [2])
    one, two = Claims(night.run_id, "score", 1), Claims(night.run_id, "score", 2)
    first, second = take(night, one), take(night, two)
    assert first is not None
    assert second is not None
    assert (first.work, second.work) == ({"sites": [1]}, {"sites": [2]})
    assert take(night, one) is None


def test_what_goes_back_is_what_is_left_and_its_next_turn_is_noted(night: Night) -> None:
    put(night, [1, 2, 3])
    claims = Claims(night.run_id, "score", 1)
    batch = take(night, claims)
    assert batch is not None
    with writing(night.factory) as session:
        claims.left(session, batch, {"sites": [3]})
        claims.give_back(session, [batch])
    again = take(night, Claims(night.run_id, "score", 2))
    assert again is not None
    assert again.work == {"sites": [3]}
    assert happened(night) == ["given back", "redone"]


def test_a_broken_batch_is_nobodys_until_whoever_waits_for_it_lets_it_go(night: Night) -> None:
    put(night, [1])
    claims = Claims(night.run_id, "score", 1)
    batch = take(night, claims)
    assert batch is not None
    with writing(night.factory) as session:
        claims.give_back(session, [batch], "E_DISK")
    assert take(night, claims) is None


def test_who_was_counted_as_dead_can_end_nothing_any_more(night: Night) -> None:
    put(night, [1])
    old = Claims(night.run_id, "score", 1)
    batch = take(night, old)
    assert batch is not None
    with connect(conninfo(night.config.database)) as connection:
        connection.execute("UPDATE night_batches SET member = NULL")
    new = Claims(night.run_id, "score", 2)
    assert take(night, new) is not None
    with writing(night.factory) as session:
        old.end(session, [batch])
    assert state(night) == [(2, False, [1])]


def test_nothing_of_a_night_that_is_over_is_done(night: Night) -> None:
    put(night, [1])
    with writing(night.factory) as session:
        runs.finish(session, session.get_one(Run, night.run_id), night.now())
    assert take(night, Claims(night.run_id, "score", 1)) is None


def test_a_silent_workers_sites_and_batches_go_to_others_and_that_is_told(night: Night) -> None:
    info = conninfo(night.config.database)
    with connect(info) as connection:
        row = connection.execute(
            "INSERT INTO members (host, pid, browser, patience) VALUES ('m', 7, false, 0.3) RETURNING id"
        ).fetchone()
        assert row is not None
    with writing(night.factory) as session:
        run = session.get_one(Run, night.run_id)
        sites.note_seen(session, run, [sites.Seen(SiteKey("a.example", 80, ""), "http://a.example/", night.now())])
        (job,) = sites.lease(session, run, f"worker {row[0]}", 10)
    put(night, [job.id])
    assert take(night, Claims(night.run_id, "score", row[0])) is not None

    async def wait_for_it() -> None:
        with Member(info, patience=30) as me:
            foreman = Foreman(night, info, me, alone_after=3600)
            waiting = asyncio.create_task(foreman.spread("score", []))
            while happened(night) != ["lost"]:  # noqa: ASYNC110 - it happens in a database
                await asyncio.sleep(0.05)
            assert waiting_sites(night) == ["a.example"]
            claims = Claims(night.run_id, "score", me.id)
            batch = take(night, claims)
            assert batch is not None
            with writing(night.factory) as session:
                claims.end(session, [batch])
            await waiting
            told, jumps = foreman.report()
            foreman.close()
        assert (told["lost"], told["redone"], jumps) == (["m:7"], 1, [])

    asyncio.run(asyncio.wait_for(wait_for_it(), 60))


def waiting_sites(night: Night) -> list[str]:
    with writing(night.factory) as session:
        return [site.host for site in session.query(Site).where(Site.state == "pending")]


def test_a_worker_whose_connection_is_cut_goes_on_showing_that_it_lives(night: Night) -> None:
    info = conninfo(night.config.database)
    beats = "SELECT beats FROM members"
    with Member(info, patience=0.4), connect(info) as connection:

        def wait_for_more(than: int) -> int:
            while (row := connection.execute(beats).fetchone()) is None or row[0] <= than:
                pass
            return int(row[0])

        before = wait_for_more(0)
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'UPDATE members%%'"
            " AND pid <> pg_backend_pid()"
        )
        assert wait_for_more(before + 1) > before


def test_budgets_are_those_of_all_workers_together(night: Night) -> None:
    def ledger() -> tuple[OwnBudgets, Ledger]:
        budgets = OwnBudgets(night.config, night.seeds.shared_hosts)
        return budgets, Ledger(night.run_id, budgets)

    def sync(session: Session, ledger: Ledger) -> None:
        ledger.look(session, every=0.0)
        ledger.add(session)

    (mine, my_ledger), (theirs, their_ledger) = ledger(), ledger()
    for budgets, pages in ((mine, 3), (theirs, 4)):
        assert budgets.admit(SiteKey(f"h{pages}.a.example", 80, ""), ["198.51.100.1"]) == ""
        for _ in range(pages):
            budgets.spend(f"http://h{pages}.a.example/", ["198.51.100.1"], size=10, seconds=1.0)
    for one in (my_ledger, their_ledger, my_ledger, their_ledger):
        with writing(night.factory) as session:
            sync(session, one)
    for budgets in (mine, theirs):
        spent = budgets.account("address", "198.51.100.1")
        assert (spent.pages, spent.size, spent.seconds) == (7, 70, 7.0)
        assert spent.hosts == {"h3.a.example", "h4.a.example"}


def test_what_was_rolled_back_is_added_again_and_what_was_committed_is_not(night: Night) -> None:
    budgets = OwnBudgets(night.config, night.seeds.shared_hosts)
    ledger = Ledger(night.run_id, budgets)

    def rows() -> list[tuple[object, ...]]:
        with connect(conninfo(night.config.database)) as connection:
            return connection.execute("SELECT name, host, pages, size FROM night_spent ORDER BY name, host").fetchall()

    def broken() -> None:
        with writing(night.factory) as session:
            ledger.add(session)
            raise ZeroDivisionError

    budgets.spend("http://h.a.example/", [], size=10, seconds=1.0)
    with pytest.raises(ZeroDivisionError):
        broken()
    assert rows() == []
    for _ in range(2):
        with writing(night.factory) as session:
            ledger.add(session)
        assert rows() == [("a.example", "", 1, 10)]
    budgets.spend("http://h.a.example/", [], size=5, seconds=1.0)
    with writing(night.factory) as session:
        ledger.add(session)
    assert rows() == [("a.example", "", 2, 15)]


def test_jobs_of_every_kind_have_a_name_of_their_own(night: Night) -> None:
    assert {"night:step", "screening:block", "upkeep:stalled"} <= set(make_app(conninfo(night.config.database)).tasks)
