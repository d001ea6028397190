"""Sockets are closed except loopback; the real data is used where it is present."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from hypothesis import settings
from PIL import Image, ImageDraw, ImageFont
from pytest_socket import socket_allow_hosts
from sqlalchemy import event
from sqlalchemy.pool import Pool

# Times are the benchmarks' business; a shared machine must not fail a property by being slow.
settings.register_profile("here", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "here")

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared" / "data"
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")


@pytest.fixture(scope="session", autouse=True)
def requests_logged_apart(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What tests fetch is logged, but not into the home folder of whoever runs them."""
    os.environ.setdefault("LOOKALIKE_REQUEST_LOG", str(tmp_path_factory.mktemp("logs")))


_connections: list[Any] = []


@event.listens_for(Pool, "connect")
def _note_connection(connection: Any, _record: object) -> None:
    if type(connection).__module__.partition(".")[0] == "psycopg":
        _connections.append(connection)


@pytest.fixture(scope="module", autouse=True)
def servers_connections_closed() -> Iterator[None]:
    """What a file's engines still hold of a server at its end is closed there.

    Else it is closed when the collector comes to it, with a warning, which fails whatever test is run by then.
    """
    yield
    while _connections:
        _connections.pop().close()


def pytest_runtest_setup() -> None:
    socket_allow_hosts(["127.0.0.0/8", "::1"], allow_unix_socket=True)


@pytest.fixture(autouse=True)
def without_browser(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nights of tests start no browser; those about the browser set this variable themselves."""
    monkeypatch.setenv("LOOKALIKE_BROWSER", "off")


@pytest.fixture(scope="session")
def real_data() -> Path:
    """Folder of real pages, answers and names; not part of the project."""
    if not SHARED.is_dir():
        pytest.skip("the folder of real data is not on this machine")
    return SHARED


@pytest.fixture(scope="session")
def draw_photo() -> Callable[..., Image.Image]:
    """``draw_photo(lines, *codes)``: a card of 1100 × 700 with lines of text and QR codes on its right side."""

    def draw(lines: Sequence[str] = (), *codes: str) -> Image.Image:
        card = Image.new("RGB", (1100, 700), (250, 248, 240))
        if lines:
            if not FONT.is_file():
                pytest.skip("Debian's fonts-noto-cjk is not on this machine: no Chinese text can be drawn")
            pen, font = ImageDraw.Draw(card), ImageFont.truetype(FONT, 34)
            for number, line in enumerate(lines):
                pen.text((50, 40 + number * 76), line, font=font, fill=(20, 20, 30))
        for number, content in enumerate(codes):
            code = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode).to_image(scale=5)
            drawn = Image.fromarray(code).convert("RGB")
            card.paste(drawn, (card.width - drawn.width - 30, 30 + number * (drawn.height + 20)))
        return card

    return draw
