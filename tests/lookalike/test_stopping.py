"""Work that takes a cancellation for its own is ended by a signal all the same."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STUBBORN = """
import asyncio, sys
from lookalike.runner import run

async def stubborn():
    print("ready", flush=True)
    for _ in range(int(sys.argv[1])):
        try:
            await asyncio.sleep(300)
        except asyncio.CancelledError:
            print("taken for its own", flush=True)
    await asyncio.sleep(300)

try:
    run(stubborn, 60)
except BaseException as error:
    print(type(error).__name__, getattr(error, "code", ""), flush=True)
"""


@pytest.mark.parametrize("swallowed", [0, 1, 2])
@pytest.mark.parametrize(("signum", "told"), [(signal.SIGTERM, "SystemExit 143"), (signal.SIGINT, "KeyboardInterrupt")])
def test_work_ends_though_it_swallows_what_tells_it_to(swallowed: int, signum: signal.Signals, told: str) -> None:
    words = [sys.executable, "-c", STUBBORN, str(swallowed)]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) as work:
        assert work.stdout is not None
        assert work.stdout.readline() == "ready\n"
        time.sleep(0.5)  # asleep by now; while it computes it is interrupted at once
        work.send_signal(signum)
        lines = work.stdout.read().splitlines()
    assert set(lines[:-1]) <= {"taken for its own"}
    assert lines[-1].strip() == told
