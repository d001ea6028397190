"""The machine fails us instead of a host: full disks, damaged databases, clocks that jump, signals, a second process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from lookalike import disk
from lookalike.clock_watch import ClockWatch
from lookalike.config import Config
from lookalike.errors import Busy, StoreError
from lookalike.lock import only_one
from lookalike.night import Night, open_night
from lookalike.nightly import nightly
from lookalike.stages.visit import StoredFrontier
from lookalike.stopping import PATIENCE
from lookalike.store import runs, sites
from lookalike.store.blobs import Blobs
from lookalike.store.engine import reading, writing
from lookalike.store.health import refuse_damaged
from lookalike.store.models import Run, Site
from scoring.sitekey import site_key
from tests.hostile.conftest import ROOT

GIB = 1 << 30
Usage = namedtuple("Usage", "total used free")  # noqa: PYI024 - as shutil's own


@pytest.fixture
def waiting_night(tmp_path: Path) -> Iterator[Night]:
    """A night with six sites that wait for their visit."""
    night = open_night(Config(home=tmp_path))
    with writing(night.factory) as session:
        run, _ = runs.begin_or_resume(session, "nightly", night.now(), {})
        night.run_id = run.id
        urls = [f"http://s{n}.evil.example/" for n in range(6)]
        sites.note_seen(session, run, [sites.Seen(site_key(url), url, night.now()) for url in urls])
    yield night
    night.factory.kw["bind"].dispose()


def states(night: Night) -> dict[str, int]:
    with reading(night.factory) as session:
        return sites.counts(session)


def take(frontier: StoredFrontier, limit: int) -> int:
    return len(asyncio.run(frontier.take(limit)))


def test_a_nearly_full_disk_takes_up_nothing_new_and_says_so_once(waiting_night, monkeypatch) -> None:
    """Sites stay in the queue; as soon as there is room they are taken up."""
    frontier = StoredFrontier(waiting_night)
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: Usage(100 * GIB, 99.5 * GIB, GIB // 2))
    assert [take(frontier, 3), take(frontier, 3)] == [0, 0]
    assert states(waiting_night) == {"pending": 6}
    (told,) = waiting_night.failed
    assert told["why"].startswith("E_DISK 磁盘空间不足，已暂停：剩余 512 MiB，少于 1024 MiB")
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: Usage(100 * GIB, 90 * GIB, 10 * GIB))
    assert take(frontier, 3) == 3


def test_the_least_free_space_is_a_setting(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(disk.shutil, "disk_usage", lambda _folder: Usage(GIB, 0, GIB // 2))
    assert disk.nearly_full(tmp_path, GIB // 4) == ""
    assert disk.nearly_full(tmp_path, GIB)


def test_a_file_system_that_is_really_full_keeps_what_was_done(tmp_path) -> None:
    """On 1.5 MB of memory: the write that fails is one line, every file that has its name is whole, and it goes on."""
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", tmp_path], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system can only be mounted by root")
    try:
        blobs = Blobs(tmp_path / "captures")
        kept: list[tuple[str, bytes]] = []

        def fill() -> None:
            for _ in range(100):
                data = os.urandom(100_000)
                kept.append((blobs.put_as_is(data), data))

        with pytest.raises(StoreError, match="E_DISK 磁盘空间不足"):
            fill()
        assert len(kept) > 5
        assert all(blobs.get(digest) == data for digest, data in kept)
        assert list(blobs.parts.iterdir()) == []
        blobs.path(kept[0][0]).unlink()
        assert blobs.put_as_is(b"x" * 1000)
    finally:
        subprocess.run(["umount", tmp_path], check=True)


def damage(file: Path) -> None:
    """Overwrite the middle of every page after the first ones, as a dying disk does."""
    with sqlite3.connect(file) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    size = file.stat().st_size
    with file.open("r+b") as stream:
        for at in range(8 * 4096, size, 4096):
            stream.seek(at)
            stream.write(b"\xff" * 64)


def test_a_damaged_database_is_refused_in_one_line_before_any_work(waiting_night, tmp_path) -> None:
    """The check runs at the start of a night; what is damaged is restored by people."""
    refuse_damaged(waiting_night.factory)
    waiting_night.factory.kw["bind"].dispose()
    damage(tmp_path / "lookalike.db")
    with pytest.raises(StoreError, match=r"damaged.*restore the last backup") as caught:
        nightly(Config(home=tmp_path))
    assert len(str(caught.value).splitlines()) == 1


def test_a_clock_that_goes_back_is_noted_with_the_stage(caplog) -> None:
    """Two seconds are a correction; sixty are a jump."""
    wall, steady = [1000.0], [50.0]
    watch = ClockWatch(lambda: wall[0], lambda: steady[0])
    for seconds, passed, during in (
        (10, 10, "refresh"),
        (8.5, 10, "discover"),
        (-50, 10, "visit"),
        (4000, 10, "score"),
    ):
        wall[0] += seconds
        steady[0] += passed
        watch.look(during)
    assert [(jump["seconds"], jump["during"]) for jump in watch.jumps] == [(-60.0, "visit")]
    assert "回拨 60.0 秒" in caplog.text


def test_what_a_stopped_night_held_waits_again_without_an_attempt_counted(waiting_night) -> None:
    frontier = StoredFrontier(waiting_night)
    assert take(frontier, 4) == 4
    with writing(waiting_night.factory) as session:
        assert sites.give_back(session, session.get_one(Run, waiting_night.run_id)) == 4
    assert states(waiting_night) == {"pending": 6}
    with reading(waiting_night.factory) as session:
        assert set(session.scalars(select(Site.attempts))) == {0}


def test_what_a_budget_put_off_is_listed_and_waits_again_when_seen_another_night(waiting_night) -> None:
    frontier = StoredFrontier(waiting_night)
    jobs = asyncio.run(frontier.take(2))
    for job in jobs:
        asyncio.run(frontier.leave(job, "E_BUDGET 超过访问预算：evil.example 今晚已访问 60 个主机（上限 60）"))
    take(frontier, 0)
    with reading(waiting_night.factory) as session:
        left = sites.put_off_in(session, waiting_night.run_id)
    assert left == {"E_BUDGET": sorted(job.urls[0] for job in jobs)}
    with writing(waiting_night.factory) as session:
        first = session.get_one(Run, waiting_night.run_id)
        runs.finish(session, first, waiting_night.now())
        again, _ = runs.begin_or_resume(session, "nightly", waiting_night.now(), {"another": 1})
        sites.note_seen(session, again, [sites.Seen(j.site, j.urls[0], waiting_night.now()) for j in jobs])
    assert states(waiting_night)["pending"] == 6


HOLDS = """
import sys, time
from pathlib import Path
from lookalike.lock import only_one
with only_one(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_process_is_told_who_works_already(tmp_path) -> None:
    """The lock dies with its process."""
    lock = tmp_path / "nightly.lock"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(lock)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "held\n"
        with pytest.raises(Busy, match=rf"已有一个采集进程\(pid {first.pid}\)"), only_one(lock):
            pass
        first.kill()
    with only_one(lock):
        assert lock.read_text() == str(os.getpid())


WORK = {
    "waits": "await asyncio.sleep(60)",
    "computes": "while True: sum(range(1000))",
    "holds the loop": "await spin()",
    "is deaf": "stubborn()",
}
PROGRAM = """
import asyncio, signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(99))
from lookalike.runner import run
async def spin():
    async def other():
        while True:
            time.sleep(0.2)
            await asyncio.sleep(0)
    await asyncio.gather(other(), other())
def stubborn():
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass
async def main():
    print("ready", flush=True)
    WORK
try:
    run(main)
finally:
    print("cleared up", flush=True)
"""


@pytest.mark.parametrize(
    ("work", "signum", "codes"),
    [*((work, signal.SIGTERM, {143}) for work in WORK), ("waits", signal.SIGINT, {130, -signal.SIGINT})],
)
def test_a_signal_ends_whatever_is_under_way(work, signum, codes) -> None:
    """Waiting, computing, many tasks, code that swallows every exception: within 3.5 s, and what the machine adds."""
    script = textwrap.dedent(PROGRAM).replace("WORK", WORK[work])
    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        process.send_signal(signum)
        try:
            assert process.wait(PATIENCE + 6) in codes
        finally:
            process.kill()
        if work != "is deaf":
            assert process.stdout.read() == "cleared up\n"


def test_the_disk_is_asked_where_the_captures_lie(tmp_path) -> None:
    assert shutil.disk_usage(tmp_path).free > 0
    assert disk.nearly_full(tmp_path / "missing", 1) == ""
