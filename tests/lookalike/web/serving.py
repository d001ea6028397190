"""The pages as ``lookalike serve`` serves them, for tests that look at them with a real browser."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import ROOT


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[str]:
    """The address of a home's pages while the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    environment = {**clean, "LOOKALIKE_HOME": str(home), "PYTHONUNBUFFERED": "1", **settings}
    command = [sys.executable, "-m", "lookalike", "serve", "--port", str(port)]
    with subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        try:
            _wait_for(f"{base}/signin", server)
            yield base
        finally:
            server.terminate()


def _wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(url):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within two minutes")
