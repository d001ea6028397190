from __future__ import annotations

import itertools
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.lookalike.store.conftest import postgres_server

__all__ = ["postgres_server"]
_numbers = itertools.count()
Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def jobs_url(postgres_server: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[str]:
    """URL of an empty database, and the setting that every process reads."""
    name = f"jobs{next(_numbers)}"
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        url = f"postgresql://postgres@/{name}?host={postgres_server}"
        monkeypatch.setenv("LOOKALIKE_DATABASE_URL", url)
        monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
        yield url
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def start_worker(jobs_url: str, tmp_path: Path) -> Iterator[Start]:
    """``start_worker(*options)``: a process of ``lookalike work`` on the jobs' database."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*options: str) -> subprocess.Popen[bytes]:
        with (tmp_path / f"worker{len(started)}.log").open("wb") as log:
            process = subprocess.Popen([sys.executable, "-m", "lookalike", "work", *options], stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGKILL)
        process.wait(timeout=30)
