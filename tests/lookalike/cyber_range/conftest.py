"""The smoke range, served once, and a plain client that reaches it as any program would."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from lookalike.cyber_range.serve import RunningRange, serve

SMOKE = Path(__file__).parents[2] / "ranges" / "smoke"


@dataclass
class Got:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str:
        return next((v for k, v in self.headers if k.lower() == name.lower()), "")

    @property
    def text(self) -> str:
        return self.body.decode()


class Client:
    """One request a call, through the proxy; https by CONNECT without looking at the certificate."""

    def __init__(self, running: RunningRange) -> None:
        self.running = running
        host, port = running.env["LOOKALIKE_PROXY"].removeprefix("http://").split(":")
        self.address = (host, int(port))

    def get(self, url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> Got:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        scheme, _, rest = url.partition("://")
        connection = http.client.HTTPConnection(*self.address, timeout=5)
        try:
            if scheme == "https":
                authority, _, path = rest.partition("/")
                connection = http.client.HTTPSConnection(*self.address, timeout=5, context=trusting())
                connection.set_tunnel(authority, 443 if ":" not in authority else None)
                url = f"/{path}"
            connection.request(method, url, body=body, headers=sent)
            answer = connection.getresponse()
            return Got(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    def raw(self, data: bytes) -> bytes:
        """Send bytes, then read until the proxy ends the connection."""
        with socket.create_connection(self.address, timeout=5) as sock:
            sock.sendall(data)
            got = b""
            while part := sock.recv(65536):
                got += part
        return got


def trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


@pytest.fixture(scope="session")
def smoke() -> Iterator[RunningRange]:
    with serve(SMOKE) as running:
        yield running


@pytest.fixture(scope="session")
def client(smoke: RunningRange) -> Client:
    return Client(smoke)


@pytest.fixture
def smoke_copy(tmp_path: Path) -> Path:
    """The smoke range's folder, to be spoilt."""
    return Path(shutil.copytree(SMOKE, tmp_path / "copy"))


WriteRange = Callable[[dict[str, str]], Path]


@pytest.fixture
def write_range(tmp_path: Path) -> WriteRange:
    """A range of the files given by path below it; range.toml is there unless given."""

    def write(files: dict[str, str]) -> Path:
        folder = tmp_path / "written"
        for name, text in {"range.toml": "name = 'w'\nnow = 2026-03-01T02:00:00+08:00\n", **files}.items():
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        return folder

    return write
