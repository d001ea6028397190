"""What was fetched: one JSON line a request with when, why, as whom, through which exit and what came of it.

One place of a process writes it, one ``os.write`` a line to a file that is only appended to: a kill leaves whole lines.
It decides nothing and holds no credentials; how long the files are kept is not its business.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from spiders import clock
from spiders.clock import CHINA
from spiders.masking import masked
from spiders.options import Options, home_folder
from spiders.refusal import Refused

LONGEST = 4096
"""Characters of one field: a hostile address must not fill the disk."""

ALMOST = 0.99
"""A look-up that is cancelled when this part of its time is over was cancelled because of it."""
UNFINISHED = "E_UNFINISHED"
"""It was begun, and then nobody waited for it any more."""
ENTRY = "lookalike_entry"
"""In a request's meta: its entry, while it is under way."""

if TYPE_CHECKING:
    from scrapy import Request

visiting: ContextVar[str] = ContextVar("visiting", default="")
"""The site that the running task visits, as ``visit:a.example``; every request of it names it."""

_logs: list[RequestLog] = []

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Entry:
    """One request: a line of the log."""

    at: datetime
    """When it was sent, or refused."""
    reason: str
    """``search:baidu``, ``redirector:baidu``, ``robots``, ``visit:a.example:desktop``, ``picture:…``, ``whois:…``."""
    method: str
    """``GET``; for look-ups ``DNS``, ``WHOIS``, ``TLS``."""
    url: str
    client: str = ""
    """``desktop``, ``wechat`` …; empty where nobody is played."""
    proxy: str = ""
    addresses: tuple[str, ...] = ()
    """As the guard resolved the host; empty: left to the exit proxy."""
    status: int | None = None
    code: str = ""
    """Why there is no status, or why not all came: a code of ``spiders.refusal``."""
    size: int = 0
    """Bytes of the body as they came."""
    seconds: float = 0.0
    started: float = field(default_factory=time.monotonic)


class RequestLog:
    """Appends to ``requests-YYYYMMDD.jsonl`` in ``folder``, by the day (in China) of each entry."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is made when the first line is written."""
        self.folder = folder
        self.run = 0
        """Number of the run that the lines name; 0 outside of one."""
        self._open: dict[int, Entry] = {}
        self._lock = threading.Lock()
        self._day = ""
        self._descriptor = -1
        self._torn = False
        self._told = False

    def begin(self, entry: Entry) -> Entry:
        """An entry whose outcome is still to come; what is open when the process ends is written as unfinished."""
        self._open[id(entry)] = entry
        return entry

    def end(self, entry: Entry) -> None:
        """Write an entry, and how long it took."""
        self._open.pop(id(entry), None)
        entry.seconds = round(time.monotonic() - entry.started, 3)
        self.write(entry)

    def resent(self, url: str) -> None:
        """The connection closed before an answer came, and it is asked again: the first time gets a line of its own."""
        entry = next((e for e in self._open.values() if e.url == url), None)
        if entry is not None:
            lost = replace(entry, code="E_RESET", seconds=round(time.monotonic() - entry.started, 3))
            self.write(lost)
            entry.started = time.monotonic()

    def give_up(self) -> None:
        """Write what is still open as unfinished: it was sent, and nobody waits for it any more."""
        for entry in list(self._open.values()):
            entry.code = entry.code or UNFINISHED
            self.end(entry)

    def write(self, entry: Entry) -> None:
        """One line. A full disk is told once and does not end the crawl."""
        line = _line(entry, self.run)
        with self._lock:
            try:
                self._append(f"{entry.at.astimezone(CHINA):%Y%m%d}", line)
            except OSError as error:
                if not self._told:
                    logger.error("request log %s: cannot be written (%s); requests go on unlogged", self.folder, error)  # noqa: TRY400 - a full disk needs no traceback
                self._told = True

    def close(self) -> None:
        """Write what is open, and close the file."""
        self.give_up()
        with self._lock:
            if self._descriptor >= 0:
                os.close(self._descriptor)
            self._day, self._descriptor = "", -1

    def _append(self, day: str, line: bytes) -> None:
        if day != self._day:
            self._turn(day)
        if self._torn:
            line = b"\n" + line  # the disk was full in the middle of the last one
        self._torn = True
        rest = line
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]
        self._torn = False

    def _turn(self, day: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / f"requests-{day}.jsonl"
        opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o640)
        if self._descriptor >= 0:
            os.close(self._descriptor)
        self._day, self._descriptor = day, opened


def log_for(options: Options) -> RequestLog:
    """The process's one log for these settings."""
    home: Path = getattr(options, "home", None) or home_folder()
    return _log_in(Path(options.request_log or home / "logs").absolute())


@cache
def _log_in(folder: Path) -> RequestLog:
    log = RequestLog(folder)
    _logs.append(log)
    atexit.register(log.close)
    return log


@contextmanager
def looking_up(options: Options, reason: str, method: str, url: str, *addresses: str) -> Iterator[Entry]:
    """Log one look-up that goes past Scrapy; the block may fill in status, code and size."""
    log = log_for(options)
    entry = log.begin(Entry(clock.now(options), reason, method, url, addresses=tuple(filter(None, addresses))))
    try:
        yield entry
    except BaseException as error:
        late = time.monotonic() - entry.started > options.whois_timeout * ALMOST
        entry.code = entry.code or ("E_TIMEOUT" if late else code_of(error))
        raise
    finally:
        log.end(entry)


def reason_of(client: str, *, picture: bool = False) -> str:
    """Why the running task fetches an address: ``visit:a.example:desktop``, ``picture:a.example``."""
    what, _, site = visiting.get().partition(":")
    if picture:
        return f"picture:{site}" if site else "picture"
    if what == "favicon":
        return f"favicon:{site}"
    return f"{what or 'visit'}:{site}:{client}" if site else f"visit:{client}"


@contextmanager
def fetching(what: str) -> Iterator[None]:
    """Within the block, the running task fetches ``what`` (``favicon``) of its site."""
    before = visiting.set(f"{what}:{visiting.get().partition(':')[2]}")
    try:
        yield
    finally:
        visiting.reset(before)


def code_of(error: BaseException) -> str:
    """The code of ``spiders.refusal`` for what a look-up raised."""
    if isinstance(error, Refused):
        return error.code
    if not isinstance(error, Exception):
        return UNFINISHED
    if isinstance(error, TimeoutError):
        return "E_TIMEOUT"
    return "E_CONNECT" if isinstance(error, OSError) else "E_PROTOCOL"


def close_all() -> None:
    """Write what is still open, in all logs of the process: it is about to end."""
    for log in _logs:
        log.close()


def resent(url: str) -> None:
    """For who sends: the same request goes out once more, unasked (a kept connection was closed meanwhile)."""
    for log in _logs:
        log.resent(url)


def code_in(why: str) -> str:
    """The code that a fact's reason begins with; empty where it has none."""
    code = why.partition(" ")[0]
    return code if code.startswith("E_") else ""


def sent(request: Request, options: Options) -> None:
    """For who sends: what a request waited before, for the sake of the pace, is no part of it."""
    entry: Entry | None = request.meta.get(ENTRY)
    if entry is not None:
        entry.at, entry.started = clock.now(options), time.monotonic()


def _line(entry: Entry, run: int) -> bytes:
    """ASCII alone: nothing that a page chose can end the line, colour a terminal or turn the reading direction."""
    said = {
        "at": entry.at.isoformat(timespec="milliseconds"),
        "run": run,
        "reason": entry.reason[:LONGEST],
        "method": entry.method,
        "url": masked(entry.url[:LONGEST], ours=entry.reason.startswith(("search:", "redirector:"))),
        "client": entry.client,
        "proxy": masked(entry.proxy),
        "addresses": list(entry.addresses),
        "status": entry.status,
        "code": entry.code,
        "bytes": entry.size,
        "seconds": entry.seconds,
    }
    return json.dumps(said, ensure_ascii=True).replace("\x7f", "\\u007f").encode("ascii") + b"\n"
