"""A night's rounds alone, by one worker, by two: wall time and processor time of everything, in one run."""

from __future__ import annotations

import itertools
import os
import resource
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lookalike.cyber_range.serve import RunningRange, serve_process
from lookalike.store.migrate import upgrade
from lookalike.workers.database import conninfo, ensure
from tests.bench.test_night_throughput import a_range
from tests.lookalike.store.conftest import postgres_server

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

__all__ = ["postgres_server"]
ROOT = Path(__file__).resolve().parents[2]
ROUNDS = int(os.environ.get("ENGINE_ROUNDS", "3"))
KINDS = {"alone": 0, "one worker": 1, "two workers": 2}
_numbers = itertools.count()


@pytest.fixture
def fresh(postgres_server: str) -> Iterator[object]:
    """``fresh()``: URL of a new, migrated database."""
    made = []

    def database() -> str:
        name = f"engine{next(_numbers)}"
        with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        made.append(name)
        url = f"postgresql://postgres@/{name}?host={postgres_server}"
        upgrade(url)
        ensure(conninfo(url))
        return url

    yield database
    with psycopg.connect(host=postgres_server, user="postgres", dbname="template1", autocommit=True) as connection:
        for name in made:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def cpu() -> float:
    """Processor seconds of all children that have ended."""
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def server_cpu(folder: str) -> float:
    """Processor seconds of the database server with all its processes, those that have ended included."""
    postmaster = int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
        if int(stat.parent.name) == postmaster:
            ticks += sum(map(int, fields[11:15]))
        elif int(fields[1]) == postmaster:
            ticks += sum(map(int, fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def subject(listed: Path, home: Path, url: str, running: RunningRange, workers: int) -> tuple[float, float]:
    """Wall seconds of the rounds, and processor seconds of night and workers, their start included."""
    env = os.environ | running.env | {"PYTHONPATH": str(ROOT), "LOOKALIKE_HOME": str(home)}
    env |= {"LOOKALIKE_BROWSER": "off", "LOOKALIKE_DATABASE_URL": url}
    env["LOOKALIKE_ENGINE"] = "workers" if workers else "local"
    home.mkdir(parents=True)
    before = cpu()
    work = [sys.executable, "-m", "lookalike", "work"]
    started = [subprocess.Popen(work, env=env, stderr=subprocess.DEVNULL) for _ in range(workers)]
    with psycopg.connect(conninfo(url), autocommit=True) as connection:
        while connection.execute("SELECT count(*) FROM lookalike_work.members").fetchone() != (workers,):
            time.sleep(0.2)
    ran = subprocess.run(
        [sys.executable, Path(__file__).parent / "crew_all.py", str(listed)],
        env=env,
        stdout=subprocess.PIPE,
        check=True,
        timeout=1800,
    )
    for worker in started:
        worker.send_signal(signal.SIGTERM)
        worker.wait(timeout=60)
    return float(ran.stdout.decode().split()[-1]), cpu() - before


def test_what_the_engine_costs_and_what_a_second_worker_gives(
    tmp_path: Path, fresh: object, postgres_server: str
) -> None:
    listed = tmp_path / "sites.txt"
    urls = a_range(tmp_path / "range")
    listed.write_text("\n".join(urls), encoding="utf-8")
    wall: dict[str, list[float]] = {name: [] for name in KINDS}
    spent: dict[str, list[float]] = {name: [] for name in KINDS}
    server: dict[str, list[float]] = {name: [] for name in KINDS}
    for turn in range(ROUNDS):
        for name, workers in KINDS.items():
            with serve_process(tmp_path / "range") as running:
                home = tmp_path / f"home-{turn}-{workers}"
                url = fresh()  # type: ignore[operator]
                before = server_cpu(postgres_server)
                seconds, processor = subject(listed, home, url, running, workers)
                server[name].append(server_cpu(postgres_server) - before)
                wall[name].append(seconds)
                spent[name].append(processor)
    print(f"\n{len(urls)} sites, {ROUNDS} rounds, load {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    for name in KINDS:
        middle = statistics.median(wall[name])
        print(
            f"{name:12} {middle:7.2f} s   {60 * len(urls) / middle:6.0f} sites/min   "
            f"{middle / statistics.median(wall['alone']):5.2f} x alone   "
            f"processor {statistics.median(spent[name]):6.1f} s, its start included; "
            f"database {statistics.median(server[name]):5.1f} s"
        )
    print(
        f"one worker / two workers: {statistics.median(wall['one worker']) / statistics.median(wall['two workers']):.2f}"
    )
