"""A night while workers and connections are killed at random, the disk is full once and a clock jumps once."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import pytest

from lookalike.cyber_range.serve import serve_process
from lookalike.workers.database import conninfo
from tests.lookalike.workers.crew_field import ROOT, Field, write_range
from tests.ranges.outcome import outcome

pytestmark = [pytest.mark.slow, pytest.mark.postgres]
SITES = 110
KILLS = 4
"""Fewer than the attempts after which a site is given up as what kills workers."""
CUTS = 12
"""Connections that are cut."""
MIB = 1 << 20
JUMPING = """
import os, time
real, signs = time.time, os.environ.get("JUMP_WHEN", "")
def jumped():
    return real() - (3600 if signs and os.path.exists(signs) else 0)
time.time = jumped
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A home folder whose captures lie on a file system of 24 MiB."""
    captures = tmp_path / "home" / "captures"
    captures.mkdir(parents=True)
    mounted = ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(captures)]
    if os.geteuid() != 0 or subprocess.run(mounted, check=False, capture_output=True).returncode:
        pytest.skip("no file system can be mounted here; run as root")
    yield tmp_path / "home"
    subprocess.run(["umount", "-l", str(captures)], check=True)


@dataclass
class Chaos:
    """What is done to a night, and what of it really happened."""

    there: Field
    steady: int
    """Number of the worker that is left alive, since its clock is the one that jumps."""
    dice: random.Random = field(default_factory=lambda: random.Random(8))
    killed: list[str] = field(default_factory=list)
    cut: int = 0
    filled: bool = False
    calm: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Kills and cuts until enough was done or the night is over; the disk is full in the middle."""
        while not self.calm.wait(self.dice.uniform(0.5, 2.0)):
            if not self._ask("SELECT 1 FROM lookalike_work.night_batches LIMIT 1"):
                continue
            if self.cut < CUTS:
                self._cut_connection()
            if len(self.killed) < KILLS and self.dice.random() < 0.5:
                self._kill_worker()
            if not self.filled and self.visits() > SITES // 4:
                self._fill_disk()
                (self.there.home / "jump").touch()

    def visits(self) -> int:
        with suppress(psycopg.Error):
            return int(self.there.ask("SELECT count(*) FROM visit")[0][0])
        return 0

    def _cut_connection(self) -> None:
        with suppress(psycopg.Error), psycopg.connect(conninfo(self.there.url), autocommit=True) as connection:
            mine = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            pids = [pid for (pid,) in connection.execute(mine).fetchall()]
            if pids:
                connection.execute("SELECT pg_terminate_backend(%s)", [self.dice.choice(pids)])
                self.cut += 1

    def _kill_worker(self) -> None:
        """One that has something in hand, and another one in its place."""
        holding = {pid for (pid,) in self._ask(HOLDING)}
        workers = self.there.workers
        able = [w for n, w in enumerate(workers) if n != self.steady and w.poll() is None and w.pid in holding]
        if able:
            worker = self.dice.choice(able)
            worker.send_signal(signal.SIGKILL)
            worker.wait()
            self.killed.append(f"{socket.gethostname()}:{worker.pid}")
            self.there.start_worker(wait=False, patience=10.0)

    def _ask(self, sql: str) -> list[tuple[Any, ...]]:
        with suppress(psycopg.Error):
            return self.there.ask(sql)
        return []

    def _fill_disk(self) -> None:
        """Not one byte is left, until a worker has said so."""
        ballast = self.there.home / "captures" / "ballast"
        with ballast.open("wb", buffering=0) as file, suppress(OSError):
            while True:
                file.write(b"\0" * (MIB // 16))
        until = time.monotonic() + 60
        full = "SELECT 1 FROM lookalike_work.night_events WHERE why LIKE '%E_DISK%'"
        while time.monotonic() < until and not self._ask(full) and not self.calm.is_set():
            time.sleep(0.2)
        ballast.unlink()
        self.filled = True


HOLDING = """
SELECT DISTINCT m.pid FROM lookalike_work.members m JOIN lookalike_work.night_batches b ON b.member = m.id
WHERE NOT b.ended AND m.ended_at IS NULL
"""


def test_the_outcome_is_the_undisturbed_one_and_the_report_tells_what_happened(
    jobs_url: str, small_disk: Path, tmp_path: Path
) -> None:
    folder = write_range(tmp_path / "range", SITES)
    with serve_process(folder) as running:
        undisturbed = Field(tmp_path / "undisturbed", "", running).night()
    with serve_process(folder) as running:
        there = Field(small_disk, jobs_url, running, {"LOOKALIKE_MIN_FREE_BYTES": "0"})
        there.prepare()
        (tmp_path / "hook").mkdir()
        (tmp_path / "hook" / "sitecustomize.py").write_text(JUMPING, encoding="utf-8")
        hooked = {"PYTHONPATH": f"{tmp_path / 'hook'}:{ROOT}", "JUMP_WHEN": str(small_disk / "jump")}
        there.start_worker(patience=10.0, **hooked)
        for _ in range(2):
            there.start_worker(patience=10.0)
        chaos = Chaos(there, steady=0)
        thread = threading.Thread(target=chaos.run)
        thread.start()
        try:
            summary = a_night_in_the_end(there)
        finally:
            chaos.calm.set()
            thread.join()
        there.stop()

    found, expected = outcome(small_disk, jobs_url), outcome(tmp_path / "undisturbed")
    for part, rows in expected.items():
        assert found[part] == rows, part
    assert summary["leads_new"] == undisturbed["leads_new"]

    told = summary["workers"]
    assert chaos.filled
    assert chaos.killed
    assert set(chaos.killed) <= set(told["lost"])
    assert told["redone"] >= len(chaos.killed)
    assert any("E_DISK" in trouble["why"] for trouble in told["troubles"])
    assert told["abandoned"] == 0
    steady = f"{socket.gethostname()}:{there.workers[0].pid}"
    assert [jump["worker"] for jump in summary["clock_jumps"]] == [steady]
    assert summary["clock_jumps"][0]["seconds"] == pytest.approx(-3600, abs=60)
    assert there.ask("SELECT count(*), count(DISTINCT (site_id, run_id)) FROM visit")[0] == (SITES, SITES)


def a_night_in_the_end(there: Field) -> dict[str, Any]:
    """The night, begun again where a cut connection ended the process that runs it, as a timer would."""
    for _ in range(10):
        with there.begin("--engine", "workers") as night:
            out, err = night.communicate(timeout=900)
        if night.returncode in {0, 3}:
            told: dict[str, Any] = json.loads(out)
            return told
        time.sleep(1.0)
    raise AssertionError(f"the night does not come to an end: {err[-2000:]}")
