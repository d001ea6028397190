from __future__ import annotations

from multiprocessing import get_context
from pathlib import Path

import psycopg
import pytest
from alembic.config import Config

import lookalike
from alembic import command
from lookalike.cli.database import upgrade_command
from lookalike.errors import UsageError
from lookalike.workers import database
from lookalike.workers.database import SCHEMA, connect, conninfo, ensure

pytestmark = pytest.mark.postgres
ROOT = Path(lookalike.__file__).resolve().parent.parent


def tables(url: str, schema: str) -> set[str]:
    with psycopg.connect(conninfo(url)) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [schema]).fetchall()
    return {name for (name,) in rows}


def test_the_upgrade_makes_the_jobs_schema_and_the_migrations_never_see_it(jobs_url: str) -> None:
    upgrade_command()
    upgrade_command()
    assert {"procrastinate_jobs", "screen_blocks"} <= tables(jobs_url, SCHEMA)
    assert not {name for name in tables(jobs_url, "public") if "procrastinate" in name or "screen" in name}
    command.check(Config(toml_file=ROOT / "pyproject.toml"))


def test_a_jobs_schema_that_is_there_first_is_no_stranger_to_the_migrations(jobs_url: str) -> None:
    ensure(conninfo(jobs_url))
    upgrade_command()
    command.check(Config(toml_file=ROOT / "pyproject.toml"))


def test_many_processes_at_once_make_one_jobs_schema(jobs_url: str) -> None:
    started = [get_context("fork").Process(target=ensure, args=(conninfo(jobs_url),)) for _ in range(4)]
    for process in started:
        process.start()
    for process in started:
        process.join()
    assert [process.exitcode for process in started] == [0] * 4


def test_steps_of_the_library_that_came_later_are_taken_once(
    jobs_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    ensure(conninfo(jobs_url))
    later = tmp_path / "99.00.00_01_pre_later.sql"
    later.write_text("CREATE TABLE later (one int); -- 100 % once\n", encoding="utf-8")
    steps = [*database._migrations(), later]
    monkeypatch.setattr(database, "_migrations", lambda: steps)
    ensure(conninfo(jobs_url))
    ensure(conninfo(jobs_url))
    assert "later" in tables(jobs_url, SCHEMA)


def test_a_connection_sees_the_jobs_schema_alone(jobs_url: str) -> None:
    ensure(conninfo(jobs_url))
    with connect(conninfo(jobs_url)) as connection:
        assert connection.execute("SELECT current_schemas(false)").fetchone() == ([SCHEMA],)


@pytest.mark.parametrize("url", ["sqlite:///x.db", "", "mysql://u@h/n", "not a url"])
def test_another_database_is_one_line_that_says_what_to_set(url: str) -> None:
    with pytest.raises(UsageError, match=r"LOOKALIKE_DATABASE_URL=postgresql://") as raised:
        conninfo(url)
    assert "\n" not in str(raised.value)


def test_a_driver_in_the_url_is_taken_as_well() -> None:
    assert conninfo("postgresql+psycopg://u:p@h:5/n") == "postgresql://u:p@h:5/n"
