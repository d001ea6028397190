"""A night over pages that show themselves to a browser alone: with one they are found, without one the night says so."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lookalike.cyber_range.serve import RunningRange, serve_process
from spiders.browser.launch import BrowserMissing, find_browser

HERE = Path(__file__).resolve().parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def script_range() -> Iterator[RunningRange]:
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))
    with serve_process(HERE / "script") as running:
        yield running


def command(running: RunningRange, home: Path, *words: str, **more: str) -> dict[str, Any]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env = clean | running.env | {"LOOKALIKE_HOME": str(home), "PYTHONPATH": str(HERE.parents[1])} | more
    return {"args": [sys.executable, "-m", "lookalike", *words], "env": env}


def run(running: RunningRange, home: Path, *words: str, **more: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        **command(running, home, *words, **more), capture_output=True, text=True, check=True, timeout=300
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def listed(running: RunningRange, home: Path) -> dict[str, tuple[str, str | None, float]]:
    rows = run(running, home, "leads", "--all", "--json")
    return {row["host"]: (row["band"], row["impersonates"], row["score"]) for row in rows}


@pytest.fixture(scope="module")
def seen_by_browser(script_range, tmp_path_factory) -> tuple[Path, dict[str, Any]]:
    home = tmp_path_factory.mktemp("browser")
    (summary,) = run(script_range, home, "nightly", "--json")
    return home, summary


def test_a_copy_that_a_script_builds_is_found(script_range, seen_by_browser) -> None:
    assert listed(script_range, seen_by_browser[0])["wk-app.top"][:2] == ("high", "mem-cx")


def test_a_site_that_only_a_countdown_leads_to_is_visited_and_found(script_range, seen_by_browser) -> None:
    found = listed(script_range, seen_by_browser[0])
    assert found["q8x-lian.top"][:2] == ("high", "mem-cx")
    assert seen_by_browser[1]["render"]["led_on"] >= 1


def test_an_honest_shell_is_left_alone(script_range, seen_by_browser) -> None:
    assert listed(script_range, seen_by_browser[0])["wucan-app.com"][0] == "low"


def test_the_copy_is_told_by_its_looks_too(script_range, seen_by_browser) -> None:
    rows = {row["host"]: row for row in run(script_range, seen_by_browser[0], "leads", "--all", "--json")}
    assert "screen_similarity" in {reason["signal"] for reason in rows["wk-app.top"]["reasons"]}
    assert "screen_similarity" not in {reason["signal"] for reason in rows["wucan-app.com"]["reasons"]}


def test_what_the_browser_showed_is_judged_again_to_the_bit(script_range, seen_by_browser) -> None:
    again = run(script_range, seen_by_browser[0], "rescore", "--json")
    assert {row["host"] for row in again} >= {"wk-app.top", "q8x-lian.top"}
    assert [(row["same"], row["notes"]) for row in again] == [(True, [])] * len(again)


def test_nothing_was_sent_and_the_summary_tells_who_was_let_through(script_range, seen_by_browser) -> None:
    assert {line["method"] for line in script_range.requests("http")} <= {"GET", "CONNECT"}
    told = seen_by_browser[1]["render"]
    assert told["let_through"] == told["rendered"] == 4
    assert told["left_out"] == 0
    notes = [note["status"] for note in seen_by_browser[1]["notes"] if note["source"] == "browser"]
    assert notes == (["no-sandbox"] if os.geteuid() == 0 else [])


def test_without_a_browser_the_night_goes_on_and_says_once_what_mends_it(script_range, tmp_path) -> None:
    (summary,) = run(script_range, tmp_path, "nightly", "--json", LOOKALIKE_CHROMIUM="/nowhere/chromium")
    assert [note["status"] for note in summary["notes"] if note["source"] == "browser"] == ["missing"]
    assert "LOOKALIKE_CHROMIUM" in next(note["why"] for note in summary["notes"] if note["source"] == "browser")
    assert (summary["render"]["let_through"], summary["render"]["rendered"]) == (3, 0)
    assert not [row for row in listed(script_range, tmp_path).values() if row[0] == "high"]
    unchecked = run(script_range, tmp_path, "leads", "--all", "--json")
    assert all(row["host"] != "q8x-lian.top" for row in unchecked)


def test_a_night_that_is_killed_while_it_renders_ends_as_any_other(script_range, seen_by_browser, tmp_path) -> None:
    undisturbed = listed(script_range, seen_by_browser[0])
    for wait in (0.0, 0.8, 2.0):
        home = tmp_path / f"killed-{wait}"
        with subprocess.Popen(
            **command(script_range, home, "nightly", "--json"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as night:
            ends = time.monotonic() + 240
            while not list(home.glob("captures/*/*/*.rendered.warc.gz")) and time.monotonic() < ends:
                assert night.poll() is None
                time.sleep(0.05)
            time.sleep(wait)
            night.send_signal(signal.SIGKILL)
        (summary,) = run(script_range, home, "nightly", "--json")
        assert summary["failed"] == []
        assert listed(script_range, home) == undisturbed
        shutil.rmtree(home)
