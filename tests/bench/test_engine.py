"""A night's rounds alone, by one worker, by two: wall time, and processor time of everything apart, in one run.

Workers are there and ready before the clock starts, as they are on any night. ``ENGINE_SITES``, ``ENGINE_ROUNDS`` and
``ENGINE_DELAYS`` (milliseconds until the web answers, several separated by commas) say how much is measured. Where the
web takes its time, requests to one host are also kept ``PACE`` seconds apart, which workers do by way of the database.
"""

from __future__ import annotations

import itertools
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from lookalike.store.migrate import upgrade
from lookalike.workers.database import conninfo, ensure
from tests.lookalike.store.conftest import postgres_server

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

__all__ = ["postgres_server"]
HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SITES = int(os.environ.get("ENGINE_SITES", "1000"))
ROUNDS = int(os.environ.get("ENGINE_ROUNDS", "3"))
DELAYS = tuple(int(ms) for ms in os.environ.get("ENGINE_DELAYS", "0,200").split(","))
PACE = 0.1
KINDS = {"alone": 0, "one worker": 1, "two workers": 2}
QUIET = 0.1
"""Processors that others may have had for wall times to be worth something."""
TICKS = os.sysconf("SC_CLK_TCK")
_numbers = itertools.count()
Fresh = Callable[[], str]


@dataclass(frozen=True)
class Measured:
    """Seconds: of the rounds by the wall clock, and of the processor."""

    wall: float
    night: float
    workers: tuple[float, ...]
    database: float
    web: float
    machine: float
    """Of all that ran on the machine, ours included."""

    @property
    def program(self) -> float:
        """Of the night and its workers."""
        return self.night + sum(self.workers)

    @property
    def ours(self) -> float:
        return self.program + self.database + self.web

    @property
    def strangers(self) -> float:
        """Processors that others had meanwhile."""
        return max(0.0, self.machine - self.ours) / self.wall

    @property
    def least(self) -> float:
        """No less on a machine of its own: a process waits for the database's answers, and the night for its workers.

        Nor can all of it be done faster than by all processors together.
        """
        longest = max(self.workers, default=0.0)
        mine = longest / sum(self.workers) if longest else 1.0
        return max(self.night + longest + self.database * mine, self.ours / (os.cpu_count() or 1))


@pytest.fixture
def fresh(postgres_server: str) -> Iterator[Fresh]:
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


def spent(*roots: int) -> float:
    """Processor seconds of these processes and all below them, those that have ended included."""
    stats = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            stats[int(stat.parent.name)] = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it has ended meanwhile
    wanted = set(roots)
    while more := {pid for pid, fields in stats.items() if int(fields[1]) in wanted} - wanted:
        wanted |= more
    return sum(sum(map(int, stats[pid][11:15])) for pid in wanted & stats.keys()) / TICKS


def machine() -> float:
    """Processor seconds that the machine was busy since it was started (proc(5), the first line of ``stat``)."""
    user, nice, system, _idle, _iowait, irq, softirq, *_ = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq) / TICKS


def postmaster(folder: str) -> int:
    """Number of the database server's first process."""
    return int((Path(folder) / "data" / "postmaster.pid").read_text().split()[0])


@contextmanager
def web(sites: int, delay_ms: int, folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """A web that answers after a delay: its process and the settings that lead to it."""
    folder.mkdir(parents=True)
    command = [sys.executable, str(HERE / "light_server.py"), str(sites), str(delay_ms / 1000), str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "ready\n")
        yield process.pid, dict(line.rstrip("\n").split("=", 1) for line in lines)
        assert process.stdin is not None
        process.stdin.close()


@contextmanager
def crew(url: str, env: dict[str, str], workers: int) -> Iterator[list[int]]:
    """Workers that have said that they are there; their processes."""
    command = [sys.executable, "-m", "lookalike", "work"]
    started = [subprocess.Popen(command, env=env, stderr=subprocess.DEVNULL) for _ in range(workers)]
    try:
        with psycopg.connect(conninfo(url), autocommit=True) as connection:
            while connection.execute("SELECT count(*) FROM lookalike_work.members").fetchone() != (workers,):
                assert all(worker.poll() is None for worker in started), "a worker has ended"
                time.sleep(0.1)
        time.sleep(2.0)  # they wait for work, as they do all day
        yield [worker.pid for worker in started]
    finally:
        for worker in started:
            worker.send_signal(signal.SIGTERM)
            worker.wait(timeout=60)


def subject(folder: Path, url: str, server: int, workers: int, delay_ms: int) -> Measured:
    """The rounds once, in an empty home and database."""
    with web(SITES, delay_ms, folder) as (served, settings):
        env = os.environ | settings | {"PYTHONPATH": str(ROOT), "LOOKALIKE_HOME": str(folder / "home")}
        env |= {"LOOKALIKE_BROWSER": "off", "LOOKALIKE_DATABASE_URL": url}
        env["LOOKALIKE_DELAY"] = str(PACE if delay_ms else 0)
        env["LOOKALIKE_ENGINE"] = "workers" if workers else "local"
        (folder / "home").mkdir()
        with crew(url, env, workers) as pids:
            command = [sys.executable, str(HERE / "crew_all.py"), str(folder / "sites.txt")]
            pipe = subprocess.PIPE
            with subprocess.Popen(command, env=env, stdin=pipe, stdout=pipe, text=True) as night:
                assert night.stdin is not None
                assert night.stdout is not None
                assert night.stdout.readline() == "ready\n"
                apart = [[night.pid], *([pid] for pid in pids), [server], [served]]
                before = [*(spent(*some) for some in apart), machine()]
                night.stdin.write("\n")
                night.stdin.flush()
                wall = float(night.stdout.readline())
                after = [*(spent(*some) for some in apart), machine()]
            _all_judged(url)
    first, *working, database, served_for, whole = (b - a for a, b in zip(before, after, strict=True))
    return Measured(wall, first, tuple(working), database, served_for, whole)


def _all_judged(url: str) -> None:
    """A night that left something out is no night to measure."""
    with psycopg.connect(conninfo(url)) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM site WHERE state = 'done'), (SELECT count(DISTINCT site_id) FROM assessment)"
        ).fetchone()
    assert row == (SITES, SITES)


@pytest.mark.parametrize("delay_ms", DELAYS)
def test_what_the_engine_costs_and_what_a_second_worker_gives(
    tmp_path: Path, fresh: Fresh, postgres_server: str, delay_ms: int
) -> None:
    server = postmaster(postgres_server)
    found: dict[str, list[Measured]] = {name: [] for name in KINDS}
    for turn in range(ROUNDS):
        for name, workers in KINDS.items():
            measured = subject(tmp_path / f"{turn}-{workers}", fresh(), server, workers, delay_ms)
            found[name].append(measured)
            print(f"round {turn + 1}, {name}: {measured}", flush=True)
    print(
        f"\n{SITES} sites, the web answers after {delay_ms} ms, a host is asked every {PACE if delay_ms else 0} s;"
        f" medians of {ROUNDS} rounds, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}"
    )
    print(
        f"{'':12}{'wall s':>9}{'night':>9}{'workers':>16}{'database':>9}{'web':>7}{'at least':>9}  others' processors"
    )
    for name, turns in found.items():
        each = " + ".join(f"{middle(turns, lambda m, n=n: m.workers[n]):.1f}" for n in range(KINDS[name]))
        print(
            f"{name:12}{middle(turns, lambda m: m.wall):9.1f}{middle(turns, lambda m: m.night):9.1f}{each:>16}"
            f"{middle(turns, lambda m: m.database):9.1f}{middle(turns, lambda m: m.web):7.1f}"
            f"{middle(turns, lambda m: m.least):9.1f}  {middle(turns, lambda m: m.strangers):.2f}"
        )
    _explain(*found.values())


def middle(turns: list[Measured], of: Callable[[Measured], float]) -> float:
    """The median of one figure."""
    return statistics.median(map(of, turns))


def _explain(alone: list[Measured], one: list[Measured], two: list[Measured]) -> None:
    """What the figures say: by the wall clock where the machine was ours, else by processor time alone."""
    kinds: list[tuple[str, Callable[[Measured], float]]] = [
        ("wall", lambda m: m.wall),
        ("processor time of program", lambda m: m.program),
        ("least wall by processor time", lambda m: m.least),
    ]
    for what, of in kinds:
        first, second, third = (middle(turns, of) for turns in (alone, one, two))
        print(f"{what:30} one worker / alone {second / first:5.2f}   one worker / two workers {second / third:5.2f}")
    beside = middle(two, lambda m: (m.database + m.web) / m.ours)
    print(f"database and web took {beside:.0%} of the processor time with two workers, which workers cannot have")
    if (others := middle(two, lambda m: m.strangers)) > QUIET:
        print(f"others had {others:.2f} processors meanwhile: the wall times say nothing here")
