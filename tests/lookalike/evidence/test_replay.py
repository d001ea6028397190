"""A web archive of ours opens in a public replay program, in a real browser that reaches nothing else."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import pytest

from lookalike.evidence.pack import Exported
from spiders.browser.launch import BrowserMissing, find_browser
from tests.lookalike.evidence.stored import FAKE

HERE = Path(__file__).resolve().parent
ENV = os.environ | {"PYTHONPATH": str(HERE.parents[2])}
SPONSOR = "主办单位：中华人民共和国应急管理部"
PROGRAM = "replaywebpage@2.4.6"
EMBED = """<!doctype html><meta charset="utf-8"><script src="/ui.js"></script>
<replay-web-page source="/capture.wacz" url="{url}" replaybase="/replay/" embed="replayonly"
 style="display:block;width:1000px;height:700px"></replay-web-page>"""


@pytest.fixture(scope="module")
def replay_program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("npm")
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not on this machine")
    command = [npm, "pack", PROGRAM, "--silent"]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=180)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm cannot fetch {PROGRAM}: {error}")
    shutil.unpack_archive(next(folder.glob("*.tgz")), folder)
    return folder / "package"


class Handler(SimpleHTTPRequestHandler):
    """Files with byte ranges, as replay programs ask for them; types do not depend on what else was imported."""

    extensions_map: ClassVar[dict[str, str]] = {
        ".html": "text/html",
        ".js": "text/javascript",
        "": "application/octet-stream",
    }

    def do_GET(self) -> None:
        found = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        path = Path(self.translate_path(self.path))
        if found is None or not path.is_file():
            super().do_GET()
            return
        data = path.read_bytes()
        start, end = int(found[1]), min(int(found[2] or len(data) - 1), len(data) - 1)
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(data)}")
        self.send_header("Content-Length", str(end - start + 1))
        self.end_headers()
        self.wfile.write(data[start : end + 1])

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), lambda *a: Handler(*a, directory=str(folder)))
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.slow
def test_the_archive_replays_and_shows_the_page(whole_pack: Exported, replay_program: Path, tmp_path: Path) -> None:
    pytest.importorskip("playwright.sync_api")
    try:
        find_browser()
    except BrowserMissing as error:
        pytest.skip(str(error))
    (tmp_path / "replay").mkdir()
    shutil.copy(replay_program / "ui.js", tmp_path)
    shutil.copy(replay_program / "sw.js", tmp_path / "replay")
    (tmp_path / "index.html").write_text(EMBED.format(url=f"{FAKE}index.html"), "utf-8")
    with zipfile.ZipFile(whole_pack.path) as package:
        name = f"{whole_pack.path.stem}/data/03_evidence/P001/capture.wacz"
        (tmp_path / "capture.wacz").write_bytes(package.read(name))
    keep = os.environ.get("LOOKALIKE_KEEP_PICTURES", "")
    with serving(tmp_path) as url:
        command = [
            sys.executable,
            str(HERE / "replay_page.py"),
            f"{url}/index.html",
            SPONSOR,
            keep and f"{keep}/replay.png",
        ]
        ran = subprocess.run(command, env=ENV, capture_output=True, text=True, timeout=240, check=False)
    assert ran.returncode == 0, ran.stderr
    shown = json.loads(ran.stdout)
    assert SPONSOR in shown["text"]
    assert "zs88899900" in shown["text"]
    assert shown["width"] == 40, "the picture of the page is in the archive as well"
