"""Shows pages to a browser in a worker process, one page at a time; ends it whole when it is late. Total: a page's
trouble is in the answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

from scoring.case import Client, Hop, Screen
from spiders.browser.launch import MEND, BrowserMissing, Found, find_browser
from spiders.browser.process import adopt_orphans, kill_tree
from spiders.items import RenderedPage, RenderedRequest
from spiders.limited import ChildFailed, LimitedChild, Limits
from spiders.options import Options
from spiders.refusal import sentence
from spiders.request_rendered import log_rendered

HARD_LIMIT = 60.0
"""Seconds of one page, whatever it does."""
STARTING = 60.0
PAGES_A_BROWSER = 60
"""Then another one is started: what pages leave behind in it stays small."""
YOUNG = "--max-semi-space-size=1"
"""MiB that Playwright's node keeps for what it has just made: by default it holds 30 more of what passed through it."""
_FOLDER = "lookalike-browser-"
_HASHES = Limits(seconds=15.0, cpu_seconds=10.0, memory=2 << 30)
_MOST = 64 << 20
"""Bytes of one part of an answer."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """One page to render: as whom, and from where."""

    client: Client
    url: str
    user_agent: str
    referer: str = ""


class Renderer:
    """One browser. ``start`` raises ``BrowserMissing`` once and clearly; ``render`` raises nothing."""

    def __init__(self, options: Options, now: Callable[[], datetime], hard_limit: float = HARD_LIMIT) -> None:
        self._options = options
        self._now = now
        self._limit = hard_limit
        self._found: Found | None = None
        self._worker: _Worker | None = None
        self._hasher = LimitedChild("spiders.browser.hashes:hashes", _HASHES)
        self.described = ""
        """What rendered: version, sandbox, flags; known once started."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sandbox(self) -> bool:
        """Whether Chromium's own sandbox is on: never for root."""
        return self._found is not None and self._found.sandbox

    @property
    def pid(self) -> int | None:
        """The worker that is running; None when there is none."""
        return self._worker.process.pid if self._worker is not None else None

    def start(self) -> None:
        """Find and start the browser. Raises ``BrowserMissing``."""
        self._found = find_browser(self._options.chromium)
        sweep_folders()
        self._ready()

    def render(self, wanted: Wanted) -> RenderedPage:
        """One page, within the hard limit; ``start`` must have been called."""
        page = self._render(wanted)
        log_rendered(self._options, page)
        return page

    def _render(self, wanted: Wanted) -> RenderedPage:
        at = self._now()
        try:
            worker = self._ready()
            facts, dom, fold, whole = worker.ask(wanted, self._limit)
        except BrowserMissing as error:
            return RenderedPage(wanted.client, wanted.url, at, error=sentence("E_CRASH", str(error)))
        except _Late as late:
            self._end()
            return RenderedPage(wanted.client, wanted.url, at, error=str(late))
        if facts["stuck"]:
            self._end()
        return self._page(wanted, at, facts, dom, fold, whole)

    def close(self) -> None:
        """End the browser and everything it started."""
        self._end()
        self._hasher.close()

    def _ready(self) -> _Worker:
        if self._worker is not None and (self._worker.asked >= PAGES_A_BROWSER or not self._worker.alive):
            self._end()
        if self._worker is None:
            assert self._found is not None
            self._worker = _Worker()
            try:
                said = self._worker.begin(self._found, self._options)
            except BrowserMissing:
                self._end()
                raise
            sandbox = "" if self._found.sandbox else " --no-sandbox"
            self.described = f"Chromium {said['ready']}{sandbox} " + " ".join(said["flags"][1:])
        return self._worker

    def _end(self) -> None:
        worker, self._worker = self._worker, None
        if worker is not None:
            worker.end()

    def _page(
        self, wanted: Wanted, at: datetime, facts: dict[str, Any], dom: bytes, fold: bytes, whole: bytes
    ) -> RenderedPage:
        return RenderedPage(
            client=wanted.client,
            requested_url=wanted.url,
            at=at,
            hops=_hops(facts.get("steps", ())),
            final_url=facts.get("final_url", ""),
            title=facts.get("title", ""),
            dom=dom,
            dom_cut=facts.get("dom_cut", False),
            fold=fold,
            whole=whole,
            whole_cut=facts.get("whole_cut", False),
            width=facts.get("width", 0),
            height=facts.get("height", 0),
            screen=self._screen(fold, whole),
            requests=[RenderedRequest(**request) for request in facts.get("requests", ())],
            requests_left_out=facts.get("requests_left_out", 0),
            refused=facts.get("refused", {}),
            counts=facts.get("counts", {}),
            dialogs=facts.get("dialogs", 0),
            popups=facts.get("popups", 0),
            downloads=facts.get("downloads", []),
            certificate=facts.get("certificate", ""),
            seconds=facts.get("seconds", 0.0),
            error=facts.get("error", ""),
        )

    def _screen(self, fold: bytes, whole: bytes) -> Screen | None:
        if not fold or not whole:
            return None
        try:
            of_fold, of_whole, fine_fold, fine_whole = self._hasher.call(fold, whole)
        except ChildFailed:
            return None
        return Screen(of_whole, of_fold, hashlib.sha256(fold).hexdigest(), fine_whole, fine_fold)


class _Late(Exception):
    """The page took the browser with it, or the time was over; as text: code and sentence."""


class _Worker:
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
        except _Late as late:
            raise BrowserMissing(f"浏览器没有启动（{late}）；{MEND}") from None
        told: dict[str, Any] = json.loads(said)
        if "failed" in told:
            raise BrowserMissing(f"浏览器没有启动（{_first_line(told['failed'])}）；{MEND}")
        return told

    def ask(self, wanted: Wanted, seconds: float) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        """The answer; raises ``_Late`` when none came in time."""
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
            raise _Late(sentence("E_TIMEOUT", f"浏览器 {seconds:g} 秒内没有完成，已终止"))
        raise _Late(sentence("E_CRASH", _first_line(why)))

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


def _hops(steps: Any) -> list[Hop]:
    onward = [*(step["url"] for step in steps[1:]), ""]
    return [Hop(s["url"], s["status"], s["via"], to, s["error"]) for s, to in zip(steps, onward, strict=False)]


def _clean(told: Any) -> Any:
    """The same without half characters, which scripts can make and no file holds."""
    if isinstance(told, str):
        return told.encode("utf-8", "replace").decode()
    if isinstance(told, dict):
        return {_clean(key): _clean(value) for key, value in told.items()}
    return [_clean(item) for item in told] if isinstance(told, list) else told


def _first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")[:200]
