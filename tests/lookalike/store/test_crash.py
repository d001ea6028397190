from __future__ import annotations

import itertools
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from lookalike.errors import StoreError
from lookalike.store import listing, runs, searches
from lookalike.store.blobs import Blobs
from lookalike.store.engine import Factory, open_engine, reading, session_factory, writing
from lookalike.store.migrate import upgrade
from lookalike.store.models import SerpPage, Sighting
from scoring.sitekey import site_key
from tests.lookalike.store.builders import NIGHT, make_page
from tests.lookalike.store.small_night import acknowledged, night, outcome

fork = get_context("fork")


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What the night comes to when nobody disturbs it."""
    home = tmp_path_factory.mktemp("undisturbed")
    url = f"sqlite:///{home}/lookalike.db"
    upgrade(url)
    night(url, home)
    engine = open_engine(url)
    found = outcome(session_factory(engine))
    engine.dispose()
    return found


def begin(url: str, home: Path, kill_at: int = 0, owner: str = "w1") -> BaseProcess:
    process = fork.Process(target=night, args=(url, home, kill_at), kwargs={"owner": owner})
    process.start()
    return process


def check(url: str, home: Path, undisturbed: dict[str, Any]) -> None:
    engine = open_engine(url)
    found = outcome(session_factory(engine))
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA integrity_check")) == "ok"
    engine.dispose()
    assert found == undisturbed
    steps = acknowledged(home)
    stored = {("page", (q, p)) for q, p, _ in found["pages"]} | {("visit", tuple(v)) for v in found["visits"]}
    assert {(kind, tuple(key)) for _, kind, key in steps if kind != "lead"} <= stored
    visits = Counter(key[0] for _, kind, key in steps if kind == "visit")
    assert max(visits.values()) == 1, "no site is visited again after its visit was acknowledged"
    blobs = Blobs(home / "captures")
    assert all(blobs.get(digest) for _, digest in found["visits"])


def test_the_undisturbed_night_has_something_to_lose(undisturbed: dict[str, Any]) -> None:
    assert {name: len(undisturbed[name]) for name in ("pages", "sightings", "visits", "leads")} == {
        "pages": 24,
        "sightings": 120,
        "visits": 24,
        "leads": 11,
    }


@pytest.mark.parametrize("seed", [1, *(pytest.param(n, marks=pytest.mark.slow) for n in range(2, 8))])
def test_a_night_killed_at_any_statement_comes_to_the_same_end(
    store_url: str, tmp_path: Path, undisturbed: dict[str, Any], seed: int
) -> None:
    dice = random.Random(seed)
    lives = 0
    while True:
        process = begin(store_url, tmp_path, dice.randint(10, 110))
        process.join()
        lives += 1
        if process.exitcode == 0:
            break
        assert process.exitcode == -signal.SIGKILL
        assert lives < 500, "the night gets nowhere"
    assert lives > 4
    check(store_url, tmp_path, undisturbed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 8))
def test_a_night_killed_at_any_moment_comes_to_the_same_end(
    store_url: str, tmp_path: Path, undisturbed: dict[str, Any], seed: int
) -> None:
    dice = random.Random(seed)
    kills = 0
    while True:
        process = begin(store_url, tmp_path)
        process.join(dice.uniform(0.01, 0.08))
        if process.exitcode is None:
            assert process.pid is not None
            os.kill(process.pid, signal.SIGKILL)
            process.join()
        if process.exitcode == 0:
            break
        kills += 1
        if kills > 20:  # a slow machine: let it come to its end
            process = begin(store_url, tmp_path)
            process.join()
            break
    assert kills >= 2
    check(store_url, tmp_path, undisturbed)


def watched(factory: Factory) -> Iterator[None]:
    """One look at the store while others write: every page that is there has all its sightings."""
    while True:
        with reading(factory) as session:
            pages = session.execute(select(SerpPage.query, SerpPage.page, SerpPage.results)).all()
            seen = Counter(session.execute(select(Sighting.query, Sighting.page)).all())
            ranked = listing.listing(session)
            scores = [v.score for v in ranked]
        assert {(q, p): n for q, p, n in pages} == seen
        assert scores == sorted(scores, reverse=True)
        yield


def test_two_workers_and_a_reader_share_one_night(store_url: str, tmp_path: Path, undisturbed: dict[str, Any]) -> None:
    workers = [begin(store_url, tmp_path, owner=owner) for owner in ("w1", "w2")]
    engine = open_engine(store_url)
    look = watched(session_factory(engine))
    looks = 0
    while any(w.is_alive() for w in workers):
        next(look)
        looks += 1
        time.sleep(0.005)
    engine.dispose()
    assert ([w.exitcode for w in workers], looks > 3) == ([0, 0], True)
    check(store_url, tmp_path, undisturbed)


def test_a_full_disk_stops_the_write_and_keeps_what_was_done(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/lookalike.db"
    upgrade(url)
    engine = open_engine(url)
    factory = session_factory(engine)
    with writing(factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", NIGHT, {})
    with writing(factory) as session:
        pages = session.scalar(text("PRAGMA page_count"))

    def record(number: int, limit: int) -> int:
        with writing(factory) as session:
            session.execute(text(f"PRAGMA max_page_count={limit}"))
            item = make_page(f"http://s{number}.example/{'x' * 5000}", page=number)
            return searches.record_page(session, run, item, max_pages=9999, now=NIGHT, unit=site_key).new_sites

    def fill() -> None:
        done.extend(record(number, pages + 30) for number in itertools.count(1))

    done: list[int] = []
    with pytest.raises(StoreError, match="E_DISK 磁盘空间不足"):
        fill()
    with reading(factory) as session:
        assert session.scalar(select(func.count()).select_from(Sighting)) == len(done) > 0
    assert record(len(done) + 1, 1_000_000) == 1, "and it goes on as soon as there is room"
    engine.dispose()
