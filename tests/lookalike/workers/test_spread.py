"""Blocks judged by real workers on a real PostgreSQL, one of them killed in the middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import zstandard
from procrastinate import App

from lookalike.errors import LookalikeError
from lookalike.screening.local import Screened
from lookalike.screening.local import screened as locally
from lookalike.workers.app import make_app
from lookalike.workers.database import connect, conninfo, ensure
from lookalike.workers.screening import block, unpacked, words_of
from lookalike.workers.spread import screened
from tests.lookalike.workers.conftest import Start

pytestmark = pytest.mark.postgres
WORDS = ("tzzy", "aqsc", "yjglb", "mohurd", "zhujianbu", "renshebu", "xuexinwang", "samr")


def fakes(number: int, size: int) -> bytes:
    """Names that are hits, each once in all blocks, with a line now and then that is no name."""
    lines = [f"{WORDS[i % len(WORDS)]}-chaxun.n{number}x{i}.top" for i in range(size)]
    lines[size // 2] = f"bad..{number}.mohurdgov.cn"
    return "\n".join(lines).encode() + b"\n"


def wait_for(url: str, sql: str, seconds: float = 60.0) -> object:
    """The first row that a question has an answer to."""
    until = time.monotonic() + seconds
    with connect(conninfo(url)) as connection:
        while time.monotonic() < until:
            row = connection.execute(sql).fetchone()  # type: ignore[arg-type]
            if row is not None:
                return row[0]
            time.sleep(0.02)
    raise AssertionError(f"nothing in {seconds} s: {sql}")


def run_jobs(url: str) -> None:
    """A worker in this process, until no job is left."""
    app: App = make_app(conninfo(url))
    app.run_worker(wait=False, queues=["screening"], install_signal_handlers=False, delete_jobs="successful")


def told(parts: list[Screened]) -> list[tuple[list[str], int, int, list[tuple[int, str]]]]:
    return [([h.name for h in p.hits], p.counts.names, p.counts.bad, p.counts.shown) for p in parts]


@pytest.mark.slow
def test_of_two_workers_one_is_killed_and_every_hit_comes_once_in_its_order(jobs_url: str, start_worker: Start) -> None:
    ensure(conninfo(jobs_url))
    first = start_worker("--stalled-after", "3")
    wait_for(jobs_url, "SELECT id FROM procrastinate_workers")
    blocks = [fakes(number, 3_000) for number in range(6)]
    expected = told(list(locally(blocks, processes=1)))
    parts = screened(iter(blocks), url=jobs_url, ahead=6)
    killed = subprocess.Popen(  # kills the first worker while it has a job in hand, and starts another
        [sys.executable, "-c", KILLER, conninfo(jobs_url), str(first.pid)], env=os.environ
    )
    start_worker("--stalled-after", "3")
    found = told(list(parts))
    assert killed.wait(timeout=60) == 0
    assert first.wait(timeout=30) == -signal.SIGKILL
    assert found == expected
    names = [name for hits, *_ in found for name in hits]
    assert len(names) == len(set(names)) > 15_000
    with connect(conninfo(jobs_url)) as connection:
        assert connection.execute("SELECT count(*) FROM screen_blocks").fetchone() == (0,)


KILLER = """
import os, signal, sys, time
from lookalike.workers.database import connect
until = time.monotonic() + 60
with connect(sys.argv[1]) as connection:
    first = connection.execute("SELECT min(id) FROM procrastinate_workers").fetchone()[0]
    sql = "SELECT 1 FROM procrastinate_jobs WHERE status = 'doing' AND queue_name = 'screening' AND worker_id = %s"
    while time.monotonic() < until:
        if connection.execute(sql, [first]).fetchone():
            os.kill(int(sys.argv[2]), signal.SIGKILL)
            sys.exit(0)
        time.sleep(0.01)
sys.exit(1)
"""


def test_a_job_that_runs_twice_changes_nothing(jobs_url: str) -> None:
    ensure(conninfo(jobs_url))
    name = "00000000-0000-0000-0000-000000000001"
    with connect(conninfo(jobs_url)) as connection:
        connection.execute("INSERT INTO screen_batches (id, seeds) VALUES (%s, %s)", [name, words_of(None)])
        packed = zstandard.ZstdCompressor().compress(b"cxmemgovcn.com\n")
        connection.execute("INSERT INTO screen_blocks (batch, number, names) VALUES (%s, 0, %s)", [name, packed])
        block(name, 0)
        before = connection.execute("SELECT result, xmin FROM screen_blocks").fetchone()
        block(name, 0)
        block(name, 1)
        assert connection.execute("SELECT result, xmin FROM screen_blocks").fetchone() == before
    assert before is not None
    assert [hit.name for hit in unpacked(before[0]).hits] == ["cxmemgovcn.com"]


def test_a_worker_with_other_platforms_is_said_and_not_believed(jobs_url: str, tmp_path: Path) -> None:
    (tmp_path / "seeds" / "lexicon").mkdir(parents=True)
    (tmp_path / "seeds" / "lexicon" / "price.toml").write_text('terms = ["invented"]\n', encoding="utf-8")
    parts = screened(
        iter([b"cxmemgovcn.com\n"]),
        url=jobs_url,
        seeds_folder=tmp_path / "seeds",
        alone=lambda: run_jobs(jobs_url),
        patience_s=0.1,
    )
    with pytest.raises(LookalikeError, match="other platforms and words"):
        list(parts)


def test_a_worker_that_comes_late_is_waited_for_and_its_absence_is_said_once(jobs_url: str) -> None:
    said: list[bool] = []

    def alone() -> None:
        said.append(True)
        run_jobs(jobs_url)

    found = told(list(screened(iter([fakes(0, 20), fakes(1, 20)]), url=jobs_url, alone=alone, patience_s=0.1)))
    assert [names for _, names, *_ in found] == [20, 20]
    assert [bad for *_, bad, _ in found] == [1, 1]
    assert said == [True]


def test_who_stops_waiting_leaves_nothing_behind(jobs_url: str) -> None:
    parts = screened(iter([fakes(0, 20)] * 3), url=jobs_url, ahead=1, alone=lambda: run_jobs(jobs_url), patience_s=0.1)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    with connect(conninfo(jobs_url)) as connection:
        assert connection.execute("SELECT count(*) FROM screen_blocks").fetchone() == (0,)
        assert connection.execute("SELECT count(*) FROM screen_batches").fetchone() == (0,)
    run_jobs(jobs_url)


@pytest.mark.slow
def test_the_command_prints_the_hits_of_workers(jobs_url: str, start_worker: Start, tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_bytes(fakes(0, 50))
    start_worker()
    lines = [
        subprocess.run(
            [sys.executable, "-m", "lookalike", "screen", tmp_path / "names.txt", "--json", "--engine", engine],
            capture_output=True,
            check=True,
            timeout=120,
        ).stdout.splitlines()
        for engine in ("workers", "local")
    ]
    assert lines[0] == lines[1]
    assert len(lines[0]) == 49
    assert json.loads(lines[0][0])["name"] == "tzzy-chaxun.n0x0.top"


def test_a_worker_ends_with_no_job_left_where_that_is_asked_for(jobs_url: str, start_worker: Start) -> None:
    assert start_worker("--once").wait(timeout=60) == 0


@pytest.mark.parametrize("words", [["work"], ["screen", "-", "--engine", "workers"]])
def test_without_postgresql_one_line_says_what_to_set(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOOKALIKE_DATABASE_URL", raising=False)
    monkeypatch.setenv("LOOKALIKE_HOME", str(tmp_path))
    done = subprocess.run(
        [sys.executable, "-m", "lookalike", *words], input=b"a.com\n", capture_output=True, check=False, timeout=60
    )
    assert done.returncode == 2
    (line,) = done.stderr.decode().splitlines()
    assert "LOOKALIKE_DATABASE_URL=postgresql://" in line
