"""A real night on a small range, then all of it judged again: to the bit, there and back."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from lookalike.cyber_range.serve import serve_process

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_a_night_on_a_range_is_judged_again_to_the_bit(tmp_path):
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env = clean | {"LOOKALIKE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def run(*words, **more):
        command = [sys.executable, "-m", "lookalike", *words]
        done = subprocess.run(command, env=env | more, capture_output=True, text=True, check=True, timeout=200)
        return [json.loads(line) for line in done.stdout.splitlines()]

    with serve_process(ROOT / "tests" / "ranges" / "posts") as running:
        run("nightly", "--json", **running.env)
    told = run("leads", "--all", "--json")
    again = run("rescore", "--json")  # without the range's clock: the time is that of then
    assert len(again) >= 5
    assert [(row["host"], row["same"], row["notes"]) for row in again] == [(row["host"], True, []) for row in again]
    assert run("leads", "--all", "--json") == told
