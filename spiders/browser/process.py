"""Ends a process with everything it started, however those ran off, and leaves no zombie behind. Linux; else its group.

A subreaper inherits orphans (prctl(2)), so the descendants of a worker stay findable below it, and after it below us.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
_PROC = Path("/proc")
_ROUNDS = 50
"""Sweeps until nothing is left: what is killed may have forked in between."""
_PAUSE = 0.02


@dataclass(frozen=True, slots=True)
class Process:
    """One line of /proc."""

    pid: int
    parent: int
    state: str
    memory: int
    """Bytes of resident memory."""


def adopt_orphans() -> None:
    """Let orphaned descendants become children of this process instead of init's."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_CHILD_SUBREAPER, 1)


def die_with(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Ask Linux to send this process a signal when the thread that started it is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by)
    if os.getppid() != parent:
        sys.exit(1)


def descendants(root: int) -> list[Process]:
    """Everything below ``root``, children before grandchildren; zombies are among them."""
    below: dict[int, list[Process]] = {}
    for process in _processes():
        below.setdefault(process.parent, []).append(process)
    found: list[Process] = []
    parents = [root]
    while parents:
        children = below.pop(parents.pop(), [])
        found += children
        parents += [c.pid for c in children]
    return found


def kill_tree(root: int) -> bool:
    """Kill all descendants, then ``root`` itself; True when none of them is alive. ``root`` is the caller's to reap."""
    killed = kill_descendants(root)
    _kill(root)
    return _reaped(killed)


def kill_descendants(root: int) -> set[int]:
    """Kill everything below ``root``, until nothing new appears; returns the process ids."""
    found: set[int] = set()
    for _ in range(_ROUNDS):
        below = descendants(root)
        found.update(p.pid for p in below)  # zombies too: they will be ours to reap
        living = [p.pid for p in below if p.state != "Z"]
        if not living:
            break
        for pid in living:
            _kill(pid)
        time.sleep(_PAUSE)
    return found


def reap(pid: int) -> None:
    """Take the exit status of an orphan that became our child; nothing where it is somebody else's."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _reaped(pids: set[int]) -> bool:
    """Orphans of a killed process come to us, or to init: wait until they are gone, zombies too where they are ours."""
    for _ in range(_ROUNDS):
        for pid in pids:
            reap(pid)
        left = [p for pid in pids if (p := _process(_PROC / str(pid))) is not None]
        if not left:
            return True
        time.sleep(_PAUSE)
    return all(p.state == "Z" for p in left)


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.kill(pid, signal.SIGKILL)


def _processes() -> list[Process]:
    if not _PROC.is_dir():
        return []
    return [p for folder in _PROC.iterdir() if folder.name.isdecimal() and (p := _process(folder)) is not None]


def _process(folder: Path) -> Process | None:
    try:
        text = (folder / "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return None
    fields = text[text.rindex(")") + 2 :].split()  # a name may hold blanks and brackets (proc_pid_stat(5))
    return Process(int(folder.name), int(fields[1]), fields[0], int(fields[21]) * os.sysconf("SC_PAGE_SIZE"))
