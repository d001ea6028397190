"""How a store grows, and what its nights cost as it does: at a tenth of the leads and at all of them.

LOOKALIKE_BENCH_LEADS sets how many (1,000,000, with ten sightings each: 14 GB on SQLite, and twice that while PostgreSQL
is measured). Seconds are the processor's on SQLite, the clock's on PostgreSQL.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.store.engine import open_engine, session_factory
from lookalike.store.migrate import upgrade
from tests.bench.growth_night import NOW, work
from tests.bench.growth_store import counted, fill, sizes
from tests.conftest import ROOT
from tests.lookalike.store.conftest import postgres_server  # noqa: F401 - a fixture
from tests.memory import Peak

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

LEADS = int(os.environ.get("LOOKALIKE_BENCH_LEADS", "1000000"))
NEEDED = 60_000
"""Bytes a lead that must be free on the disk: the store, its copy in a backup, and room."""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """URL of an empty database, and the home folder that goes with it; nothing of either stays."""
    if shutil.disk_usage(tmp_path).free < NEEDED * LEADS:
        pytest.skip(f"{LEADS} leads need {NEEDED * LEADS >> 30} GiB of disk; set LOOKALIKE_BENCH_LEADS")
    if request.param == "SQLite":
        yield f"sqlite:///{tmp_path / 'lookalike.db'}", tmp_path
    else:
        folder = request.getfixturevalue("postgres_server")
        with psycopg.connect(host=folder, user="postgres", dbname="template1", autocommit=True) as connection:
            connection.execute("CREATE DATABASE growth TEMPLATE template0")
            yield f"postgresql://postgres@/growth?host={folder}", tmp_path
            connection.execute("DROP DATABASE growth WITH (FORCE)")
    shutil.rmtree(tmp_path, ignore_errors=True)


def emptied(url: str) -> None:
    """Takes a database away that was filled."""
    if url.startswith("sqlite"):
        for end in ("", "-wal", "-shm"):
            Path(url.removeprefix("sqlite:///") + end).unlink(missing_ok=True)
        return
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def measured(url: str, home: Path, leads: int) -> tuple[dict[str, tuple[int, int]], dict[str, tuple[bool, float]]]:
    """Rows and bytes by table; and of every step whether it is bounded, and its seconds."""
    upgrade(url)
    began = time.perf_counter()
    fill(url, leads)
    print(f"\n{leads} leads in {time.perf_counter() - began:.0f} s", flush=True)
    engine = open_engine(url)
    try:
        rows, held = counted(engine), sizes(engine)
        clock = time.process_time if url.startswith("sqlite") else time.perf_counter
        steps = {}
        for name, bounded, seconds in work(session_factory(engine), clock):
            steps[name] = bounded, seconds
            print(f"  {name}: {seconds:.2f} s", flush=True)
    finally:
        engine.dispose()
    steps |= {name: (False, seconds) for name, seconds in commands(url, home)}
    return {name: (rows[name], held[name]) for name in rows}, steps


def commands(url: str, home: Path) -> Iterator[tuple[str, float]]:
    """Commands that go through the whole store, each a process of its own; what they hold at most is printed."""
    asked = {"let go, told only": ["prune", "--json"], "let go": ["prune", "--apply", "--json"]}
    if url.startswith("sqlite"):
        asked["backup, read back"] = ["backup", str(home.parent / "backup.tar"), "--json"]
    for name, words in asked.items():
        used, peak, told = command(url, home, *words)
        print(f"  {name}: {used:.1f} s, at most {peak >> 20} MiB: {told}", flush=True)
        yield name, used
    (home.parent / "backup.tar").unlink(missing_ok=True)


def command(url: str, home: Path, *words: str) -> tuple[float, int, dict[str, Any]]:
    """Seconds (SQLite: the processor's), bytes at most, and what it said."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    own = {"LOOKALIKE_HOME": str(home), "LOOKALIKE_DATABASE_URL": url, "LOOKALIKE_NOW": NOW.isoformat()}
    began, spent = time.perf_counter(), _spent()
    with (
        subprocess.Popen(
            [sys.executable, "-m", "lookalike", *words],
            env=clean | own | {"PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
        ) as process,
        Peak(process.pid) as peak,
    ):
        out, _ = process.communicate()
    assert process.returncode == 0
    used = _spent() - spent if url.startswith("sqlite") else time.perf_counter() - began
    return used, peak.bytes, json.loads(out)


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def test_a_tenth_beside_all_of_it(where: tuple[str, Path], request: pytest.FixtureRequest) -> None:
    url, home = where
    _, few = measured(url, home, LEADS // 10)
    emptied(url)
    tables, many = measured(url, home, LEADS)
    print(f"\n{request.node.callspec.id}, {LEADS} leads: {sum(held for _, held in tables.values()) / 2**30:.1f} GiB")
    for name, (rows, held) in sorted(tables.items(), key=lambda item: -item[1][1]):
        if rows >= LEADS:
            print(f"  {name:16} {rows:10} rows  {held / rows:7.0f} bytes a row with indexes  {held / 2**20:8.0f} MiB")
    for name, (bounded, seconds) in many.items():
        ratio = seconds / max(few[name][1], 1e-3)
        grows = "flat" if bounded else "all"
        over = "  MORE THAN IT SHOULD" if ratio > (3 if bounded else 11) and seconds > 0.05 else ""
        print(f"  {name:32} {grows:4} {few[name][1]:9.3f} s {seconds:9.3f} s   x {ratio:5.1f}{over}")
