"""A site on 127.0.0.2 that may be visited, a canary on 127.0.0.1 and ::1 that nothing may reach, and a real browser."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from spiders.browser.handle import Wanted
from spiders.browser.launch import BrowserMissing, find_browser
from spiders.browser.process import descendants
from spiders.browser.renderer import Renderer
from spiders.options import Options

NOW = datetime(2026, 3, 1, tzinfo=UTC)
DESKTOP = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36"
)
WECHAT = (
    "Mozilla/5.0 (Linux; Android 14; 2311DRK48C Build/UP1A; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/130.0.6723.103 Mobile Safari/537.36 MicroMessenger/8.0.64.2940(0x28004034)"
)


class SmallSite:
    """Serves ``pages`` by path: text, or bytes with headers; keeps what it was asked."""

    def __init__(self) -> None:
        self.pages: dict[str, str | tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, str]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _answer(self) -> None:
                site.asked.append((self.command, self.path))
                page = site.pages.get(self.path.partition("?")[0], (404, {}, b"none"))
                if isinstance(page, str):
                    page = (200, {"Content-Type": "text/html; charset=utf-8"}, page.encode())
                self.send_response(page[0])
                for name, value in page[1].items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(page[2])))
                self.end_headers()
                with suppress(OSError):
                    self.wfile.write(page[2])

            do_GET = do_POST = do_PUT = do_OPTIONS = _answer  # noqa: N815 - the library's names

            def log_message(self, *_: object) -> None:
                """Nothing is printed."""

        self.server = ThreadingHTTPServer(("127.0.0.2", 0), Handler)
        self.server.daemon_threads = True
        self.base = f"http://127.0.0.2:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


class Canary:
    """Counts whatever arrives at one port of 127.0.0.1 and ::1, by TCP and UDP."""

    def __init__(self) -> None:
        self.reached: list[str] = []
        self._open = True
        tcp4 = socket.create_server(("127.0.0.1", 0))
        self.port = tcp4.getsockname()[1]
        self._sockets = [tcp4]
        udp4 = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        udp4.bind(("127.0.0.1", self.port))
        self._sockets.append(udp4)
        with suppress(OSError):  # a machine without IPv6
            self._sockets.append(socket.create_server(("::1", self.port), family=socket.AF_INET6))
            udp6 = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
            udp6.bind(("::1", self.port))
            self._sockets.append(udp6)
        for listening in self._sockets:
            listening.settimeout(0.2)
            threading.Thread(target=self._listen, args=(listening,), daemon=True).start()

    def _listen(self, listening: socket.socket) -> None:
        while self._open:
            with suppress(TimeoutError, OSError):
                if listening.type == socket.SOCK_STREAM:
                    connection, _ = listening.accept()
                    self.reached.append(f"tcp {connection.recv(200)!r}")
                    connection.close()
                else:
                    self.reached.append(f"udp {listening.recvfrom(2000)[0][:80]!r}")

    def close(self) -> None:
        self._open = False
        for listening in self._sockets:
            listening.close()


@pytest.fixture(scope="session")
def a_browser() -> None:
    """Skips where there is no browser on this machine."""
    try:
        find_browser()
    except BrowserMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module")
def small_site() -> Iterator[SmallSite]:
    site = SmallSite()
    yield site
    site.server.shutdown()
    site.server.server_close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    found = Canary()
    yield found
    found.close()


@contextmanager
def rendering(*allowed: str, hard_limit: float = 60.0) -> Iterator[Renderer]:
    """A browser that may reach these networks of those that are refused; nothing of it is left afterwards."""
    before = {p.pid for p in descendants(os.getpid())}
    options = Options(allow_networks=allowed, proxy="", nameservers=("127.0.0.1:9",), dns_timeout=0.2)
    with Renderer(options, lambda: NOW, hard_limit) as renderer:
        renderer.start()
        yield renderer
    assert _left_but(before) == []


def _left_but(before: set[int]) -> list[int]:
    """Processes below us that still run; the system may take a moment, and a dead one may wait to be asked after."""
    for _ in range(100):
        left = [p.pid for p in descendants(os.getpid()) if p.pid not in before and p.state != "Z"]
        if not left:
            break
        time.sleep(0.1)
    return left


@pytest.fixture(scope="module")
def browser(a_browser: None) -> Iterator[Renderer]:
    """One browser for the tests of a file."""
    with rendering("127.0.0.2/32") as renderer:
        yield renderer


@pytest.fixture
def open_page(browser: Renderer, small_site: SmallSite) -> Callable[..., object]:
    """``open_page(html, path=…)``: serve it and render it as a desktop."""

    def render(html: str, path: str = "/", user_agent: str = DESKTOP):
        small_site.pages[path] = html
        return browser.render(Wanted("desktop", small_site.base + path, user_agent))

    return render
