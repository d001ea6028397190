"""Connections that the server ends at chosen points: in the middle of workers' transactions, and under a night's lock."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.cyber_range.serve import serve_process
from lookalike.lock import _NIGHT
from lookalike.workers.database import conninfo
from tests.lookalike.workers.crew_field import Field, write_range
from tests.ranges.outcome import outcome

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
SITES = 45
PATIENCE = 300.0
CUTS = {
    "public.search": ("UPDATE", (3,)),
    "public.site": ("UPDATE", (10,)),
    "public.visit": ("INSERT", (2, 20)),
    "public.capture": ("INSERT", (30,)),
    "public.assessment": ("INSERT", (1, 40)),
    "lookalike_work.night_batches": ("UPDATE", (1, 4)),
    "lookalike_work.members": ("UPDATE", (2,)),
    "lookalike_work.procrastinate_jobs": ("UPDATE", (2,)),
}
"""By table what is done to it, and at which times of it the server ends the session that does it."""
CUT = """
CREATE SEQUENCE public.{name};
CREATE FUNCTION public.cut_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF nextval('public.{name}') IN ({times}) THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;
  RETURN NULL; END $$;
CREATE TRIGGER cut AFTER {event} ON {table} FOR EACH ROW EXECUTE FUNCTION public.cut_{name}();
"""
"""A sequence counts also what is rolled back: each cut comes once."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_range(tmp_path_factory.mktemp("lost") / "range", SITES)


@pytest.fixture(scope="module")
def undisturbed(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[Any]]:
    home = tmp_path_factory.mktemp("undisturbed")
    with serve_process(folder) as running:
        Field(home, "", running).night()
    return outcome(home)


@pytest.fixture
def field(folder: Path, jobs_url: str, tmp_path: Path) -> Iterator[Field]:
    """A database that is ready, without workers."""
    with serve_process(folder) as running:
        there = Field(tmp_path / "home", jobs_url, running)
        there.prepare()
        yield there
        there.stop()


def same(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> None:
    for part, rows in expected.items():
        assert found[part] == rows, part


def test_transactions_that_are_cut_in_the_middle_are_done_again_and_nothing_is_stored_twice(
    undisturbed: dict[str, list[Any]], field: Field
) -> None:
    with psycopg.connect(conninfo(field.url), autocommit=True) as connection:
        for number, (table, (event, times)) in enumerate(CUTS.items()):
            listed = ", ".join(map(str, times))
            made = CUT.format(name=f"cuts{number}", times=listed, event=event, table=table)
            connection.execute(made)  # type: ignore[arg-type] # the test's own words
    for _ in range(2):
        field.start_worker()
    summary = field.night("--engine", "workers")

    reached = [field.ask(f"SELECT last_value FROM cuts{number}")[0][0] for number in range(len(CUTS))]
    assert [count >= max(times) for count, (_, times) in zip(reached, CUTS.values(), strict=True)] == [True] * len(CUTS)
    same(outcome(field.home, field.url), undisturbed)
    assert field.ask("SELECT count(*), count(DISTINCT (site_id, run_id)) FROM visit")[0] == (SITES, SITES)
    assert summary["failed"] == []
    told = summary["workers"]
    assert told["troubles"] == []
    assert (told["lost"], told["broken"], told["abandoned"]) == ([], 0, 0)
    assert field.stop() == [143, 143]


@contextmanager
def under_way(field: Field) -> Iterator[Any]:
    """A night whose first visits are stored."""
    with field.begin("--engine", "workers") as night:
        until = time.monotonic() + PATIENCE
        while not field.ask("SELECT 1 FROM visit LIMIT 1"):
            assert night.poll() is None, night.communicate()
            assert time.monotonic() < until
            time.sleep(0.1)
        yield night


LOCK = "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND granted AND objid = {key}"


def test_a_night_whose_lock_is_taken_away_takes_it_again_goes_on_and_tells_it(
    undisturbed: dict[str, list[Any]], field: Field
) -> None:
    field.start_worker()
    with under_way(field) as night:
        assert field.ask(LOCK.format(key=_NIGHT)) == [(True,)]
        out, err = night.communicate(timeout=PATIENCE)
    assert night.returncode == 0, err
    assert '"status": "taken again"' in out
    same(outcome(field.home, field.url), undisturbed)


def test_a_night_that_another_machine_overtakes_ends_in_one_line_and_is_taken_up_whole(
    undisturbed: dict[str, list[Any]], field: Field
) -> None:
    field.start_worker()
    with under_way(field) as night, psycopg.connect(conninfo(field.url), autocommit=True) as other:
        waits = threading.Thread(target=other.execute, args=(f"SELECT pg_advisory_lock({_NIGHT})",))
        waits.start()
        while not field.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"):
            time.sleep(0.01)
        field.ask(LOCK.format(key=_NIGHT))
        waits.join(PATIENCE)
        _, err = night.communicate(timeout=PATIENCE)
        assert night.returncode == 3
        (line,) = [line for line in err.splitlines() if line.startswith("lookalike: ")]
        assert "另一台机器已开始采集" in line
        assert "Traceback" not in err
        assert field.ask("SELECT state FROM run") == [("running",)]
    summary = field.night("--engine", "workers")
    assert summary["resumed"]
    same(outcome(field.home, field.url), undisturbed)
