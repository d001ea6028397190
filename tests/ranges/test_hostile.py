"""Nights over a range that is hostile but for two fakes: they are found, every trap is told, a signal ends it at once."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.serve import RunningRange, serve_process

pytestmark = pytest.mark.slow

HERE = Path(__file__).resolve().parent
RUN = [sys.executable, "-m", "lookalike"]
FAKES = {"cx-mem-gov.chaxun-top.example", "cxmem-gov.shenceng-top.example"}
PACE = {
    "LOOKALIKE_QUERIES": "3",
    "LOOKALIKE_BUDGET_HOSTS": "3",
    "LOOKALIKE_TIMEOUT": "6",
    "LOOKALIKE_CONCURRENCY": "8",
    "LOOKALIKE_BROWSER": "off",
}


def environment(running: RunningRange, home: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    return clean | running.env | PACE | {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(HERE.parents[1])}


@dataclass(frozen=True)
class HostileNight:
    summary: dict[str, Any]
    rows: dict[str, dict[str, Any]]
    errors: str
    log: list[dict[str, object]]


def whole_night(running: RunningRange, home: Path) -> HostileNight:
    env = environment(running, home)
    done = subprocess.run([*RUN, "nightly", "--json"], env=env, capture_output=True, text=True, timeout=300)  # noqa: PLW1510 - looked at below
    assert done.returncode in {0, 3}, done.stderr
    listed = subprocess.run(
        [*RUN, "leads", "--all", "--json"], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    rows = [json.loads(line) for line in listed.stdout.splitlines()]
    return HostileNight(json.loads(done.stdout), {r["host"]: r for r in rows}, done.stderr, running.requests())


@pytest.fixture(scope="module")
def hostile_night(tmp_path_factory: pytest.TempPathFactory) -> HostileNight:
    with serve_process(HERE / "hostile") as running:
        return whole_night(running, tmp_path_factory.mktemp("hostile"))


@pytest.mark.parametrize("host", sorted(FAKES))
def test_a_fake_among_hostile_hosts_is_found_and_named(hostile_night, host):
    """H16, H24: one of them lies below 100,000 open tags and names an encoding that is none."""
    row = hostile_night.rows[host]
    assert (row["band"], row["impersonates"]) == ("high", "mem-cx"), row["reasons"]


def test_no_hostile_host_is_called_a_fake(hostile_night):
    high = {host for host, row in hostile_night.rows.items() if row["band"] == "high"}
    assert high == FAKES


@pytest.mark.parametrize(
    "code",
    [
        "E_ATTACHMENT",
        "E_BOMB",
        "E_BUSY",
        "E_ENCODING",
        "E_NET_PRIVATE",
        "E_REDIRECT_LIMIT",
        "E_RESET",
        "E_SCHEME",
        "E_TIMEOUT",
        "E_TOO_LONG",
        "E_TRUNCATED",
    ],
)
def test_the_summary_counts_every_kind_of_trap(hostile_night, code):
    """H04, H05, H07, H11, H12, H14, H15, H23, H43: each refusal and cut has a code, and is counted."""
    assert hostile_night.summary["cuts"][code] >= 1


def test_what_the_budget_left_out_is_listed(hostile_night):
    """H20: of five random names of one domain three are visited, two are listed."""
    left = hostile_night.summary["unvisited"]["E_BUDGET"]
    assert left["sites"] == 2
    assert all("suiji-yuming.example-top" in url for url in left["first"])


def test_every_site_of_the_range_was_seen_and_has_an_end(hostile_night):
    assert len(hostile_night.rows) == len(list((HERE / "hostile" / "hosts").iterdir()))
    assert hostile_night.summary["failed"] == []
    assert "Traceback" not in hostile_night.errors


def test_nothing_was_sent_inside(hostile_night):
    assert not [line for line in hostile_night.log if "127.0.0.1" in str(line.get("host", ""))]


def states(home: Path) -> dict[str, int]:
    with sqlite3.connect(f"file:{home / 'lookalike.db'}?mode=ro", uri=True) as database:
        return dict(database.execute("SELECT state, count(*) FROM site GROUP BY state").fetchall())


def until(true: Any, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to that"
        time.sleep(0.1)


@pytest.mark.parametrize(("signum", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_the_night_within_seconds_and_the_next_one_completes_it(hostile_night, tmp_path, signum, code):
    """A night amid tarpits and deep pages: what it held waits again, and the end is that of an undisturbed night."""
    with serve_process(HERE / "hostile") as running:
        night = subprocess.Popen(
            [*RUN, "nightly", "--json"],
            env=environment(running, tmp_path) | {"LOOKALIKE_STOP_SECONDS": "15"},  # a busy machine is no hard end
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert night.stderr is not None
        with night:
            until(lambda: any("drip" in str(r.get("host")) for r in running.requests("http")))
            time.sleep(1)
            began = time.monotonic()
            night.send_signal(signum)
            assert night.wait(60) == code
            assert time.monotonic() - began < 30
            errors = night.stderr.read()
        assert "Traceback" not in errors
        assert "放回队列" in errors
        assert states(tmp_path).get("leased", 0) == 0
        assert states(tmp_path)["pending"] > 0
        resumed = whole_night(running, tmp_path)
    assert resumed.summary["resumed"]
    assert {h: (r["band"], r["impersonates"]) for h, r in resumed.rows.items()} == {
        h: (r["band"], r["impersonates"]) for h, r in hostile_night.rows.items()
    }


def test_a_second_night_is_told_of_the_first_one(hostile_night, tmp_path):
    """Two processes over one home: the second ends with one line that names the first."""
    with serve_process(HERE / "hostile") as running:
        env = environment(running, tmp_path)
        with subprocess.Popen(
            [*RUN, "nightly"], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as first:
            until((tmp_path / "nightly.lock").exists)
            until(lambda: (tmp_path / "nightly.lock").read_text() == str(first.pid))
            second = subprocess.run([*RUN, "nightly"], env=env, capture_output=True, text=True, timeout=60)  # noqa: PLW1510 - looked at below
            first.send_signal(signal.SIGTERM)
    assert second.returncode == 3
    assert f"已有一个采集进程(pid {first.pid})" in second.stderr
    assert len(second.stderr.strip().splitlines()) == 1
