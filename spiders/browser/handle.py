"""One worker process with its browser, as its parent holds it: asked for pages, ended whole when it is late."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from scoring.case import Client
from spiders.browser.launch import MEND, BrowserMissing, Found
from spiders.browser.process import adopt_orphans, kill_tree
from spiders.options import Options
from spiders.refusal import sentence

STARTING = 60.0
YOUNG = "--max-semi-space-size=1"
"""MiB that Playwright's node keeps for what it has just made: by default it holds 30 more of what passed through it."""
_FOLDER = "lookalike-browser-"
_MOST = 64 << 20
"""Bytes of one part of an answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page to render: as whom, and from where."""

    client: Client
    url: str
    user_agent: str
    referer: str = ""


class Late(Exception):
    """The page took the browser with it, or the time was over; as text: code and sentence."""


class Worker:
    """One worker process with its browser and their folder, from start to end."""

    def __init__(self) -> None:
        adopt_orphans()
        self.asked = 0
        self.folder = Path(tempfile.mkdtemp(prefix=f"{_FOLDER}{os.getpid()}-"))
        ours, theirs = socket.socketpair()
        environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "TMPDIR": str(self.folder)}
        environment |= {"HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder), "TZ": "Asia/Shanghai"}
        environment["NODE_OPTIONS"] = YOUNG
        with theirs:
            command = [sys.executable, "-m", "spiders.browser.keeper", str(theirs.fileno()), str(os.getpid())]
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no word from outside
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env=environment,
                start_new_session=True,
            )
        self._pipe = Connection(ours.detach())
        self._overdue = False

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def begin(self, found: Found, options: Options) -> dict[str, Any]:
        """Wait for the browser. Raises ``BrowserMissing``."""
        plain = Options.model_validate(options.model_dump()).model_dump(mode="json")
        try:
            (said,) = self._within(STARTING, {"path": found.path, "sandbox": found.sandbox, "options": plain}, 1)
        except Late as late:
            raise BrowserMissing(f"浏览器没有启动（{late}）；{MEND}") from None
        told: dict[str, Any] = json.loads(said)
        if "failed" in told:
            raise BrowserMissing(f"浏览器没有启动（{first_line(told['failed'])}）；{MEND}")
        return told

    def ask(self, wanted: Wanted, seconds: float) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        """The answer; raises ``Late`` when none came in time."""
        self.asked += 1
        job = {"url": wanted.url, "user_agent": wanted.user_agent, "referer": wanted.referer}
        said, dom, fold, whole = self._within(seconds, job, 4)
        return _clean(json.loads(said)), dom, fold, whole

    def end(self) -> None:
        """Kill and reap the worker and all its descendants, and remove what they wrote."""
        self._pipe.close()
        kill_tree(self.process.pid)
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _within(self, seconds: float, question: dict[str, Any], parts: int) -> list[bytes]:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            self._pipe.send_bytes(json.dumps(question).encode())
            answer = [self._pipe.recv_bytes(_MOST)]
            if b'"failed"' in answer[0][:12]:
                return answer if parts == 1 else self._gone(seconds, json.loads(answer[0])["failed"])
            return answer + [self._pipe.recv_bytes(_MOST) for _ in range(parts - 1)]
        except (EOFError, OSError):
            return self._gone(seconds)
        finally:
            timer.cancel()

    def _gone(self, seconds: float, why: str = "浏览器进程退出") -> list[bytes]:
        if self._overdue:
            raise Late(sentence("E_TIMEOUT", f"浏览器 {seconds:g} 秒内没有完成，已终止"))
        raise Late(sentence("E_CRASH", first_line(why)))

    def _expire(self) -> None:
        self._overdue = True
        kill_tree(self.process.pid)


def sweep_folders() -> int:
    """Remove what browsers of killed processes left behind; returns how many folders."""
    swept = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        pid = folder.name.removeprefix(_FOLDER).partition("-")[0]
        if pid.isdecimal() and not _runs(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        with suppress(PermissionError):
            os.kill(pid, 0)
        return True
    return False


def _clean(told: Any) -> Any:
    """The same without half characters, which scripts can make and no file holds."""
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode()
    if isinstance(told, dict):
        return {_clean(key): _clean(value) for key, value in told.items()}
    return [_clean(item) for item in told] if isinstance(told, list) else told


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]
