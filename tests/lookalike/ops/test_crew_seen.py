"""What doctor and numbers tell of workers, held against real rows of a real PostgreSQL."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from prometheus_client.parser import text_string_to_metric_families

from lookalike.config import load_config
from lookalike.opening import open_store
from lookalike.ops import numbers
from lookalike.ops.doctor.crew import crew
from lookalike.ops.doctor.model import Finding
from lookalike.store import runs
from lookalike.store.engine import writing
from lookalike.store.migrate import upgrade
from lookalike.workers.app import make_app
from lookalike.workers.database import SCHEMA, connect, conninfo, ensure
from lookalike.workers.member import Member
from tests.lookalike.store.conftest import postgres_server

__all__ = ["postgres_server"]

pytestmark = pytest.mark.postgres
ME = f"{socket.gethostname()}:{os.getpid()}"
TABLES = ("members", "nights", "night_events", "procrastinate_jobs")
Do = Callable[..., None]


@pytest.fixture(scope="module")
def crew_database(postgres_server: str) -> Iterator[str]:
    """URL of a database with both schemas."""
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE crew_seen TEMPLATE template0")
        url = f"postgresql://postgres@/crew_seen?host={postgres_server}"
        upgrade(url)
        ensure(conninfo(url))
        yield url
        connection.execute("DROP DATABASE crew_seen WITH (FORCE)")


@pytest.fixture
def ready_jobs(crew_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The same, named by the settings, without any row."""
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", crew_database)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    yield conninfo(crew_database)
    with psycopg.connect(conninfo(crew_database), autocommit=True) as connection:
        connection.execute("TRUNCATE run CASCADE")
        connection.execute(f"TRUNCATE {', '.join(f'{SCHEMA}.{table}' for table in TABLES)} CASCADE")


@pytest.fixture
def do(ready_jobs: str) -> Do:
    """One statement on the database of jobs."""

    def done(sql: str, *values: object) -> None:
        with connect(ready_jobs) as connection:
            connection.execute(sql, values)  # type: ignore[arg-type] # the tests' own words

    return done


@pytest.fixture
def silent(do: Do) -> None:
    """A worker of another machine that was last heard an hour ago."""
    do(
        "INSERT INTO members (host, pid, browser, patience, seen_at)"
        " VALUES ('second', 77, true, 30, now() - interval '1 hour')"
    )


def found() -> dict[str, Finding]:
    return {one.id: one for one in crew(load_config())}


def samples() -> dict[tuple[str, str], float]:
    config = load_config()
    page = numbers.page(config, open_store(config), datetime.now(UTC)).decode()
    return {
        (sample.name.removeprefix("lookalike_"), next(iter(sample.labels.values()), "")): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
        if "worker" in sample.name
    }


def test_over_the_embedded_database_there_are_none_and_none_are_missed(kept_home: object) -> None:
    assert [one.state for one in crew(load_config())] == ["off"]


def test_without_any_worker_nothing_is_missed_unless_the_settings_ask_for_them(
    ready_jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {name: one.state for name, one in found().items()} == {"workers": "off"}
    monkeypatch.setenv("LOOKALIKE_ENGINE", "workers")
    one = found()["workers"]
    assert (one.state, one.case) == ("warn", "")
    assert "lookalike-worker@1" in one.words("zh")["mend"]


def test_a_worker_that_is_there_is_named_and_fits(ready_jobs: str) -> None:
    with Member(ready_jobs, patience=30, browser=True):
        told = found()
        assert {name: one.state for name, one in told.items()} == dict.fromkeys(
            ("workers", "worker_versions", "worker_jobs"), "ok"
        )
        assert (told["workers"].facts["count"], told["workers"].facts["browsers"]) == ("1", "1")
        assert ME in told["workers"].words("en")["meaning"]
        assert samples()["workers", "online"] == 1
    assert found()["workers"].state == "off"


@pytest.mark.usefixtures("silent")
def test_who_fell_silent_is_named_with_when_it_was_heard(ready_jobs: str) -> None:
    one = found()["workers"]
    assert (one.state, one.case, one.facts["names"]) == ("warn", "silent", "second:77")
    assert datetime.fromisoformat(one.facts["heard"]) < datetime.now(UTC)
    told = samples()
    assert (told["workers", "silent"], told["workers", "online"]) == (1, 0)
    assert told["worker_last_heard_timestamp_seconds", "second"] == pytest.approx(
        datetime.now(UTC).timestamp() - 3600, abs=600
    )


@pytest.mark.usefixtures("silent")
def test_who_said_good_bye_or_is_long_forgotten_is_not_told_of(do: Do) -> None:
    do("UPDATE members SET ended_at = now()")
    assert found()["workers"].state == "off"
    do("UPDATE members SET ended_at = NULL, seen_at = now() - interval '2 days'")
    assert found()["workers"].state == "off"


def test_a_worker_with_another_program_is_told_before_a_night_finds_out(ready_jobs: str, do: Do) -> None:
    with Member(ready_jobs, patience=30):
        do("UPDATE members SET program = 'an older one'")
        one = found()["worker_versions"]
        assert (one.state, one.facts["names"]) == ("warn", ME)
        assert samples()["workers_unfit", ""] == 1


def test_a_worker_that_the_newest_night_had_no_use_for_is_told_with_the_reason(ready_jobs: str, do: Do) -> None:
    with Member(ready_jobs, patience=30) as me:
        do("INSERT INTO nights (run, told) VALUES (4, '{}'), (5, '{}')")
        do("INSERT INTO night_events (run, what, member, why) VALUES (4, 'unfit', %s, 'long ago')", me.id)
        assert found()["worker_versions"].state == "ok"
        do("INSERT INTO night_events (run, what, member, why) VALUES (5, 'unfit', %s, 'other seeds')", me.id)
        one = found()["worker_versions"]
        assert (one.state, one.case, one.facts["why"]) == ("warn", "unfit", "other seeds")


def test_whoever_runs_the_night_is_no_worker(ready_jobs: str) -> None:
    config = load_config()
    with writing(open_store(config)) as session:
        run, _ = runs.begin_or_resume(session, "nightly", datetime(2026, 3, 1, tzinfo=UTC), {})
        runs.note_step(session, run, "holder", {"host": socket.gethostname(), "pid": os.getpid(), "signature": "x"})
    with Member(ready_jobs, patience=30):
        assert samples()["workers", "online"] == 0


def test_jobs_that_wait_or_failed_are_counted(ready_jobs: str, do: Do) -> None:
    with connect(ready_jobs) as connection:
        job = make_app(ready_jobs).configure_task("night:step", connection=connection)
        numbers_of = [job.defer(run=1, step="visit") for _ in range(3)]
    assert (found()["worker_jobs"].state, found()["worker_jobs"].case) == ("warn", "waiting")
    do("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", numbers_of[0])
    do("UPDATE procrastinate_jobs SET status = 'failed' WHERE id = %s", numbers_of[0])
    one = found()["worker_jobs"]
    assert (one.state, one.case, dict(one.facts)) == ("warn", "", {"todo": "2", "doing": "0", "failed": "1"})
    told = samples()
    assert (told["worker_jobs", "todo"], told["worker_jobs", "failed"]) == (2, 1)
    do("UPDATE procrastinate_events SET at = at - interval '8 days'")
    assert found()["worker_jobs"].facts["failed"] == "0"


def test_every_finding_has_all_its_facts_in_both_languages(ready_jobs: str, silent: None) -> None:
    for one in found().values():
        for language in ("zh", "en"):
            assert "{" not in "".join(one.words(language).values()), one  # type: ignore[arg-type] # both are languages


def test_rows_of_an_older_version_are_read_all_the_same(ready_jobs: str, do: Do) -> None:
    with Member(ready_jobs, patience=30):
        do("ALTER TABLE members RENAME COLUMN program TO later")
        assert found()["worker_versions"].state == "warn"
    do("ALTER TABLE members RENAME COLUMN later TO program")


@pytest.mark.usefixtures("ready_jobs")
def test_a_database_that_is_gone_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOOKALIKE_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/x")
    assert [(one.id, one.state) for one in crew(load_config())] == [("workers", "unknown")]
