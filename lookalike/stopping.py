"""Ends a night within seconds of SIGTERM or Ctrl-C, whatever it is doing; what was stored stays.

First the night's own task is told; when it computes, it is interrupted where it is (transactions roll back). What
does not end by itself then is ended like by a kill, which every later run takes up from.
"""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from spiders.request_log import close_all

PATIENCE = 3.5
"""Seconds until the process is ended the hard way, unless told otherwise."""
AGAIN = 1.0
"""Seconds between two cancellations: time enough to close what is open."""
SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopping:
    """What a signal does to one piece of work; ``signum`` is the signal that came, or None."""

    def __init__(self, patience: float = PATIENCE) -> None:
        self._patience = patience
        self.signum: int | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Future[Any] | None = None

    def watch(self, task: asyncio.Future[Any]) -> None:
        """The task that is the work."""
        self._loop, self._task = task.get_loop(), task

    def exit(self) -> BaseException:
        """What the caller raises: as Python itself ends for the signal."""
        return KeyboardInterrupt() if self.signum == signal.SIGINT else SystemExit(128 + (self.signum or 0))

    def on_signal(self, signum: int, _frame: FrameType | None) -> None:
        """The signal's handler, in the main thread between two instructions."""
        if self.signum is not None:
            return  # under way
        self.signum = signum
        _end_hard_after(self._patience, 128 + signum)
        if self._loop is None or self._task is None:
            raise self.exit()
        if self._task.done():
            return
        if asyncio.current_task(self._loop) is self._task:
            raise self.exit()  # it computes, and would not hear of a cancellation
        self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        """Again and again: what is awaited may take a cancellation for its own and go on."""
        if self._loop is not None and self._task is not None and not self._task.done():
            self._task.cancel()
            self._loop.call_later(AGAIN, self._cancel)


@contextmanager
def stopped_by_signals(patience: float = PATIENCE) -> Iterator[Stopping]:
    """Signals go to the work of this block; the handlers from before come back at its end."""
    found = Stopping(patience)
    if threading.current_thread() is not threading.main_thread():
        yield found
        return
    before = {number: signal.signal(number, found.on_signal) for number in SIGNALS}
    try:
        yield found
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end_hard_after(seconds: float, code: int) -> None:
    timer = threading.Timer(seconds, _end_hard, (code,))
    timer.daemon = True
    timer.start()


def _end_hard(code: int) -> None:
    close_all()  # what is under way stands in the request log as unfinished
    os._exit(code)
