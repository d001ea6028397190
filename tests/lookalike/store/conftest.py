"""The same tests on SQLite and on a throw-away PostgreSQL, each test with a fresh, migrated database."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from lookalike.store import runs
from lookalike.store.engine import Factory, open_engine, session_factory, writing
from lookalike.store.migrate import upgrade
from lookalike.store.models import Base, Run
from tests.lookalike.store.builders import NIGHT

_numbers = itertools.count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """Folder of the socket of a PostgreSQL that Debian installed and this fixture started."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("Debian's postgresql is not installed: apt-get install postgresql")
    bin_folder = found[-1].parent
    home = Path(tempfile.mkdtemp(prefix="pg-"))  # short: a socket's path has at most 107 bytes
    as_owner: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        shutil.chown(home, "postgres", "postgres")
        as_owner = ["runuser", "-u", "postgres", "--"]
    data = home / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_owner, *command], check=True, cwd=home, stdout=subprocess.DEVNULL)

    run(f"{bin_folder}/initdb", "-D", f"{data}", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    options = f"-k {home} -c listen_addresses='' -c fsync=off -c timezone=America/New_York"
    run(f"{bin_folder}/pg_ctl", "-D", f"{data}", "-l", f"{home}/log", "-w", "-o", options, "start")
    try:
        upgrade(_postgres_url(str(home), "postgres"))
        yield str(home)
    finally:
        run(f"{bin_folder}/pg_ctl", "-D", f"{data}", "-m", "immediate", "stop")
        shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "lookalike.db"
    upgrade(f"sqlite:///{path}")
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a database without any table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        yield from _postgres_database(request.getfixturevalue("postgres_server"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """URL of a migrated database without any row."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), tmp_path / "lookalike.db")
        yield f"sqlite:///{tmp_path / 'lookalike.db'}"
    else:
        folder = request.getfixturevalue("postgres_server")
        yield _postgres_url(folder, "postgres")
        with psycopg.connect(host=folder, user="postgres", autocommit=True) as connection:
            names = ", ".join(Base.metadata.tables)
            connection.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")  # cheaper than a database a test


@pytest.fixture
def store_engine(store_url: str) -> Iterator[Engine]:
    engine = open_engine(store_url)
    yield engine
    engine.dispose()


@pytest.fixture
def store_factory(store_engine: Engine) -> Factory:
    return session_factory(store_engine)


@pytest.fixture
def store_run(store_factory: Factory) -> Run:
    """The run of the first night."""
    with writing(store_factory) as session:
        return runs.begin_or_resume(session, "nightly", NIGHT, {})[0]


def _postgres_url(folder: str, name: str) -> str:
    return f"postgresql://postgres@/{name}?host={folder}"


def _postgres_database(folder: str) -> Iterator[str]:
    name = f"t{next(_numbers)}"
    with psycopg.connect(host=folder, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield _postgres_url(folder, name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
