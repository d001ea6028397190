"""``lookalike serve`` puts no password on the wire in plain, and says in one line what it needs instead."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

import pytest

from lookalike.cli.demo import _show_door
from lookalike.cli.serve import check, told
from lookalike.config import Config
from lookalike.errors import UsageError
from lookalike.opening import open_store
from lookalike.review import accounts
from lookalike.review.passwords import OneTime
from lookalike.store.engine import writing
from tests.conftest import ROOT


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.0.0.9"])
def test_this_machine_needs_nothing(host: str) -> None:
    check(host, [], None, None, secure=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.7", "leads.example", "::"])
def test_a_network_needs_tls(host: str) -> None:
    with pytest.raises(UsageError, match="in plain"):
        check(host, ["leads.example"], None, None, secure=False)
    check(host, ["leads.example"], None, None, secure=True)


def test_listening_everywhere_needs_a_name() -> None:
    with pytest.raises(UsageError, match="--name"):
        check("0.0.0.0", [], None, None, secure=True)


def test_a_certificate_needs_its_key_and_both_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="both or neither"):
        check("192.0.2.7", [], tmp_path / "a.pem", None, secure=True)
    with pytest.raises(UsageError, match="no such file"):
        check("192.0.2.7", [], tmp_path / "a.pem", tmp_path / "k.pem", secure=True)


def fresh(home: Path) -> Config:
    return Config(home=home)


def test_the_first_start_says_how_an_administrator_is_made(tmp_path: Path) -> None:
    config = fresh(tmp_path / "a home")
    lines = told("http://127.0.0.1:8765/", open_store(config), config.home)
    assert lines[0].startswith("http://127.0.0.1:8765/")
    asked = next(line for line in lines if "--role admin" in line)
    assert f"LOOKALIKE_HOME='{config.home}'" in asked


def test_where_there_is_an_administrator_no_other_one_is_asked_for(tmp_path: Path) -> None:
    config = fresh(tmp_path)
    factory = open_store(config)
    with writing(factory) as session:
        accounts.add(session, "管理者", "admin", OneTime("x", "hash"), "root", datetime.now(UTC))
    assert not any("add" in line for line in told("http://127.0.0.1:8765/", factory, config.home))


def test_what_the_demo_tells_opens_the_queue(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The printed command, account and one-time password, as somebody would type them, in a fresh home."""
    config = fresh(tmp_path / "a home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", [str(ROOT / "lookalike/__main__.py")])
        _show_door(config, open_store(config))
    said = capsys.readouterr().out
    command = next(line.strip() for line in said.splitlines() if line.endswith(" serve"))
    name, password = re.search(r"账号 (\S+)，一次性口令 (\S+?)（", said).groups()  # type: ignore[union-attr]
    with socket.create_server(("127.0.0.1", 0)) as found:
        port = found.getsockname()[1]
    clean = {k: v for k, v in os.environ.items() if not k.startswith("LOOKALIKE_")}
    # exec: what is ended afterwards is the server, and not the shell around it
    typed = f"exec env {command} --port {port}"
    with subprocess.Popen(["/bin/sh", "-c", typed], cwd=ROOT, env=clean, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            assert server.stdout.readline().startswith(f"http://127.0.0.1:{port}/")
            entered = signed_in(f"http://127.0.0.1:{port}", name, password)
        finally:
            server.terminate()
    assert entered == (303, "/account/password")


def test_a_port_that_is_taken_is_told_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        command = [sys.executable, "-m", "lookalike", "serve", "--port", str(taken.getsockname()[1])]
        environment = {**os.environ, "LOOKALIKE_HOME": str(tmp_path)}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "--port" in done.stderr


def signed_in(base: str, name: str, password: str) -> tuple[int, str]:
    form = urlencode({"name": name, "password": password}).encode()
    request = Request(f"{base}/signin", form, {"sec-fetch-site": "same-origin"})
    for _ in range(300):
        try:
            with build_opener(Still).open(request) as answer:
                return answer.status, answer.headers["location"]
        except HTTPError as error:
            return error.code, error.headers["location"]
        except URLError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer within a minute")


class Still(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None
