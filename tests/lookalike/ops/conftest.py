"""A home with leads, and a loopback server that remembers what was posted to it."""

from __future__ import annotations

import json
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from lookalike.config import Config
from lookalike.opening import open_store
from lookalike.store.engine import Factory
from tests.lookalike.store.conftest import postgres_server
from tests.lookalike.web.desk_at_work import fill

__all__ = ["postgres_server"]


@dataclass
class Posted:
    """What came, and what is answered."""

    url: str = ""
    status: int = 200
    answer: dict[str, Any] = field(default_factory=lambda: {"errcode": 0})
    bodies: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)


@pytest.fixture
def hook() -> Iterator[Posted]:
    told = Posted()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.paths.append(self.path)
            told.bodies.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
            data = json.dumps(told.answer).encode()
            self.send_response(told.status)
            self.send_header("Location", "http://127.0.0.1:1/")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_port}/robot?key=sesame"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield told
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def home_with_leads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("ops") / "home"
    fill(home)
    return home


@pytest.fixture
def kept_home(home_with_leads: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of it, which the settings name."""
    home = shutil.copytree(home_with_leads, tmp_path / "home")
    monkeypatch.setenv("LOOKALIKE_HOME", str(home))
    monkeypatch.setenv("LOOKALIKE_PDF", "false")
    return home


@pytest.fixture
def kept_config(kept_home: Path) -> Config:
    return Config(home=kept_home, pdf=False)


@pytest.fixture
def kept_store(kept_config: Config) -> Factory:
    return open_store(kept_config)
