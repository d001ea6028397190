"""Runs one command of the program as a process of its own, and lets no signal and no endless night leave it behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from lookalike.ops.schedule import OVERRAN

GRACE = 20.0
"""Seconds beyond ``stop_seconds`` until a child that was asked to end is killed; what it stored stays."""


class Keeper:
    """Whoever waits for a child, or for the next look; a signal ends either wait."""

    def __init__(self, patience: float) -> None:
        """``patience``: seconds that a child has to put back what it holds."""
        self.stopped = threading.Event()
        self._patience = patience + GRACE

    def stop(self, _signum: int = 0, _frame: FrameType | None = None) -> None:
        """The signal's handler."""
        self.stopped.set()

    def wait(self, seconds: float) -> bool:
        """Whether it was told to stop meanwhile."""
        return self.stopped.wait(seconds)

    def run(self, command: tuple[str, ...], most: float) -> int:
        """The exit code of ``lookalike COMMAND``; ``OVERRAN`` when it was ended after ``most`` seconds."""
        process = subprocess.Popen([sys.executable, "-m", "lookalike", *command])  # noqa: S603 - our own commands
        left = most
        while process.poll() is None:
            if self.stopped.wait(0.2):
                return self._end(process)
            left -= 0.2
            if left <= 0:
                self._end(process)
                return OVERRAN
        return process.returncode

    def _end(self, process: subprocess.Popen[bytes]) -> int:
        process.terminate()
        try:
            return process.wait(self._patience)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()


@contextmanager
def told_by_signals(keeper: Keeper) -> Iterator[None]:
    """SIGTERM and Ctrl-C stop the keeper within this block."""
    before = {number: signal.signal(number, keeper.stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
