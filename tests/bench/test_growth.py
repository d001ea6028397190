"""How a store grows, and what its nights cost as it does: at a tenth of the leads and at all of them.

LOOKALIKE_BENCH_LEADS sets how many, with ten sightings each. A million take some hours and, at the most, 45 GB: the
store, its backup, and what is restored from it. Seconds are the processor's, of the program and of the server.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from lookalike.store.engine import open_engine, session_factory
from lookalike.store.migrate import upgrade
from tests.bench.growth_night import work
from tests.bench.growth_store import counted, fill, sizes
from tests.bench.growth_whole import Place, commands
from tests.lookalike.store.conftest import postgres_server  # noqa: F401 - a fixture

pytestmark = [pytest.mark.bench, pytest.mark.postgres]

LEADS = int(os.environ.get("LOOKALIKE_BENCH_LEADS", "20000"))
NEEDED = 45_000
"""Bytes a lead that must be free on the disk: the store, its backup, what comes back from it, and room."""
Steps = dict[str, tuple[bool, float]]
"""By name: whether a step is bounded whatever the store holds, and its seconds."""


@pytest.fixture(params=["SQLite", "PostgreSQL"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty installation; nothing of it stays."""
    if shutil.disk_usage(tmp_path).free < NEEDED * LEADS:
        pytest.skip(f"{LEADS} leads need {NEEDED * LEADS >> 30} GiB of disk; set LOOKALIKE_BENCH_LEADS")
    home = tmp_path / "home"
    home.mkdir()
    if request.param == "SQLite":
        yield Place(f"sqlite:///{home / 'lookalike.db'}", home)
    else:
        folder = request.getfixturevalue("postgres_server")
        with psycopg.connect(host=folder, user="postgres", dbname="template1", autocommit=True) as connection:
            connection.execute("CREATE DATABASE growth TEMPLATE template0")
            yield Place(f"postgresql://postgres@/growth?host={folder}", home, folder)
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


def filled(place: Place, leads: int) -> None:
    """``leads`` leads, in a new database."""
    upgrade(place.url)
    began = time.perf_counter()
    fill(place.url, leads)
    print(f"\n{leads} leads in {time.perf_counter() - began:.0f} s", flush=True)


def measured(place: Place) -> tuple[dict[str, tuple[int, int]], Steps]:
    """Rows and bytes by table of a filled store; and its steps, each printed as it ends."""
    engine = open_engine(place.url)
    steps: Steps = {}
    try:
        rows, held = counted(engine), sizes(engine)
        for name, bounded, seconds in work(session_factory(engine), place.spent):
            steps[name] = bounded, seconds
            print(f"  {name}: {seconds:.2f} s", flush=True)
    finally:
        engine.dispose()
    for name, seconds, peak in commands(place):
        steps[name] = False, seconds
        print(f"  {name}: {seconds:.1f} s, at most {peak >> 20} MiB", flush=True)
    return {name: (rows[name], held[name]) for name in rows}, steps


def show_tables(few: dict[str, tuple[int, int]], many: dict[str, tuple[int, int]]) -> None:
    """Bytes by table; and how well the size of the whole was foretold from the bytes of a row in the tenth."""
    whole, foretold = sum(held for _, held in many.values()), 0.0
    for name, (rows, held) in sorted(many.items(), key=lambda item: -item[1][1]):
        few_rows, few_held = few[name]
        per_row = few_held / few_rows if few_rows else 0.0
        foretold += per_row * rows if rows > few_rows else held
        if held > whole / 200:
            told = f"{held / max(rows, 1):7.0f} bytes a row with indexes (a tenth: {per_row:5.0f})"
            print(f"  {name:16} {rows:10} rows  {told}  {held / 2**20:8.0f} MiB")
    print(f"  all {whole / 2**30:.2f} GiB; foretold from the tenth {foretold / whole - 1:+.1%}")


def show_steps(few: Steps, many: Steps) -> list[str]:
    """What each step took; the names of those that grew more than they may."""
    over = []
    for name, (bounded, seconds) in many.items():
        ratio = seconds / max(few[name][1], 1e-3)
        if ratio > (3 if bounded else 11) and seconds > 0.1:
            over.append(name)
        grows, sign = "flat" if bounded else "all", "  MORE THAN IT SHOULD" if name in over else ""
        print(f"  {name:32} {grows:4} {few[name][1]:9.3f} s {seconds:9.3f} s   x {ratio:5.1f}{sign}")
    return over


def test_a_tenth_beside_all_of_it(place: Place, request: pytest.FixtureRequest) -> None:
    filled(place, LEADS // 10)
    few_tables, few = measured(place)
    emptied(place.url)
    filled(place, LEADS)
    tables, many = measured(place)
    print(f"\n{request.node.callspec.id}, {LEADS} leads beside {LEADS // 10}:")
    show_tables(few_tables, tables)
    show_steps(few, many)
    for name, (rows, held) in tables.items():
        if rows >= LEADS:  # a row weighs what it weighs, however many there are
            assert held / rows < 1.15 * few_tables[name][1] / few_tables[name][0], name
