"""A night comes out the same alone on SQLite, alone on PostgreSQL, and spread over workers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.cyber_range.serve import serve_process
from tests.lookalike.workers.crew_field import Field
from tests.ranges.outcome import outcome

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
HARBOUR = Path(__file__).resolve().parents[2] / "ranges" / "harbour"
SETTINGS = {"LOOKALIKE_QUERIES": "6"}


@pytest.fixture(scope="module")
def databases(postgres_server: str) -> Iterator[dict[str, str]]:
    """URLs of fresh databases by name."""
    names = ("alone", "one", "three")
    urls = {}
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE same_{name} TEMPLATE template0")
            urls[name] = f"postgresql://postgres@/same_{name}?host={postgres_server}"
        yield urls
        for name in names:
            connection.execute(f"DROP DATABASE same_{name} WITH (FORCE)")


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[Any]], dict[str, Any]]:
    """Outcome and summary of the night by one process on SQLite."""
    home = tmp_path_factory.mktemp("alone")
    with serve_process(HARBOUR) as running:
        summary = Field(home, "", running, SETTINGS).night()
    return outcome(home), summary


@pytest.mark.parametrize(("name", "workers"), [("alone", 0), ("one", 1), ("three", 3)])
def test_leads_scores_reasons_and_sightings_are_those_of_a_night_alone(
    alone: Any, databases: dict[str, str], tmp_path: Path, name: str, workers: int
) -> None:
    with serve_process(HARBOUR) as running:
        field = Field(tmp_path, databases[name], running, SETTINGS)
        field.prepare()
        for _ in range(workers):
            field.start_worker()
        summary = field.night("--engine", "workers" if workers else "local")
        assert field.stop() == [143] * workers
    found = outcome(tmp_path, field.url)
    for part, rows in alone[0].items():
        assert found[part] == rows, part
    assert summary["leads_new"] == alone[1]["leads_new"]
    assert summary["failed"] == alone[1]["failed"]
    assert bool(summary["workers"]) is bool(workers)
    if workers:
        assert summary["workers"]["redone"] == summary["workers"]["broken"] == 0
        assert set(summary["workers"]["batches"]) >= {"discover", "visit", "score"}


def test_where_nobody_works_the_night_does_it_itself(alone: Any, postgres_server: str, tmp_path: Path) -> None:
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute("CREATE DATABASE same_nobody TEMPLATE template0")
    url = f"postgresql://postgres@/same_nobody?host={postgres_server}"
    with serve_process(HARBOUR) as running:
        field = Field(tmp_path, url, running, SETTINGS | {"LOOKALIKE_ALONE_SECONDS": "0.5"})
        field.prepare()
        summary = field.night("--engine", "workers")
    assert outcome(tmp_path, url)["listing"] == alone[0]["listing"]
    assert summary["workers"]["workers"] == 1
