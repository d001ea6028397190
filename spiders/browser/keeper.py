"""Stands between us and the browser's worker: however the worker or we end, nothing that it started lives on.

Orphans come to the nearest ancestor that takes them (prctl(2), PR_SET_CHILD_SUBREAPER); this one does nothing else.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress

from spiders.browser.process import adopt_orphans, die_with, kill_descendants


def main(handle: str, parent: str) -> None:
    """Fork the worker, wait for its end, then end what is left of it."""
    adopt_orphans()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    signal.signal(signal.SIGTERM, _end)
    die_with(int(parent), signal.SIGTERM)
    keeper = os.getpid()
    worker = os.fork()
    if worker == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with(keeper)
        from spiders.browser.worker import work  # noqa: PLC0415 - the keeper stays small

        work(handle)
        os._exit(0)
    os.close(int(handle))
    with suppress(ChildProcessError):
        while os.wait()[0] != worker:
            pass
    _end()


def _end(*_: object) -> None:
    kill_descendants(os.getpid())
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
