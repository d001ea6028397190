"""``lookalike serve`` as a service: every line that it leaves is one JSON object, its library's own lines too."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.conftest import ROOT

PATIENCE = 60.0


@pytest.mark.slow
def test_the_lines_of_a_running_server_are_json_with_the_request(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    env |= {"LOOKALIKE_HOME": str(tmp_path / "home"), "LOOKALIKE_LOG_FORMAT": "json", "LOOKALIKE_LOG_LEVEL": "INFO"}
    command = [sys.executable, "-m", "lookalike", "serve", "--port", str(port)]
    with (tmp_path / "log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=log)
        try:
            number = asked(f"http://127.0.0.1:{port}/signin", server)
            with socket.create_connection(("127.0.0.1", port)) as broken:
                broken.sendall(b"\x00 no HTTP\r\n\r\n")  # of this the library itself complains
                broken.recv(1024)
        finally:
            server.terminate()
            server.wait(PATIENCE)
    lines = [json.loads(line) for line in (tmp_path / "log").read_text(encoding="utf-8").splitlines()]
    mine = [line for line in lines if line.get("request") == number]
    assert [line["text"].split()[:3] for line in mine] == [["GET", "/signin", "200"]]
    assert {"lookalike.web.requests", "uvicorn.error"} <= {line["logger"] for line in lines}


def asked(url: str, server: subprocess.Popen[bytes]) -> str:
    """Number of the first request that is answered."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return str(answer.headers["x-request-id"])
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    pytest.fail("the server did not answer")
