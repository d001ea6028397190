"""How far each log has been read: one small file, replaced as a whole, so that a kill leaves the old or the new one."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

VERSION = 1


class StateError(Exception):
    """The file cannot be used; ``str()`` is one line with the file and the mend."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where reading one log stopped."""

    url: str
    next: int
    """The entry to be read next."""
    size: int
    """Of the tree as last seen."""
    root: str
    """Its root, in hex."""
    seen_at: str
    """When, ISO 8601."""
    newest_ms: int = 0
    """When the log took the newest entry that was read, milliseconds since 1970."""
    broken_at: int = -1
    """The entry at which a tile broke off; -1: none."""
    broken_times: int = 0
    """In how many runs it did."""


class State:
    """The places of all logs; see ``opened``."""

    def __init__(self, path: Path, places: dict[str, Place]) -> None:
        self.path = path
        self._places = places

    def place(self, log: str, url: str) -> Place | None:
        """Where reading ``log`` stopped; None where it was not read before, or from another address."""
        found = self._places.get(log)
        return found if found is not None and found.url == url else None

    def put(self, log: str, place: Place) -> None:
        """Note a place, on the disk when this returns. Raises ``StateError``."""
        self._places[log] = place
        content = {"version": VERSION, "logs": {name: asdict(p) for name, p in sorted(self._places.items())}}
        part = self.path.with_name(self.path.name + ".part")
        try:
            with part.open("w", encoding="utf-8") as file:
                json.dump(content, file, ensure_ascii=False, indent=1)
                file.flush()
                os.fsync(file.fileno())
            part.replace(self.path)
        except OSError as error:
            raise StateError(f"{self.path}: 无法写入（{error.strerror}）；检查磁盘与权限") from error


@contextmanager
def opened(path: Path) -> Iterator[State]:
    """The state, held by this process alone. Raises ``StateError``: another process has it, or it is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(path.name + ".lock").open("a")
    except OSError as error:
        raise StateError(f"{path}: 无法打开（{error.strerror}）；检查文件夹与权限") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StateError(f"{path}: 另一个进程正在读日志；等它结束，或用 --state 另指一个文件") from error
        yield State(path, _read(path))


def _read(path: Path) -> dict[str, Place]:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        raise StateError(f"{path}: 读不出来（{str(error)[:100]}）；移走它，则各日志从最新处重新开始") from error
    try:
        if content["version"] != VERSION:
            raise StateError(f"{path}: 版本 {content['version']} 未知，应为 {VERSION}；用写它的版本打开")
        return {name: _place(row) for name, row in content["logs"].items()}
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise StateError(f"{path}: 内容不符（{error!r}）；移走它，则各日志从最新处重新开始") from error


def _place(row: Any) -> Place:
    place = Place(**{f.name: row[f.name] for f in fields(Place) if f.name in row})
    numbers = (place.next, place.size, place.newest_ms, place.broken_at, place.broken_times)
    if not all(isinstance(n, int) for n in numbers) or not all(isinstance(t, str) for t in (place.url, place.root)):
        raise TypeError("a number was expected")
    if place.next < 0:
        raise ValueError("next")
    return place
