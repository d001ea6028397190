"""Calls a function in a child process of bounded CPU time, memory and wall time, for what outsiders made.

The child lives on for many calls and is replaced after one that broke a limit. It is a plain new Python process
(nothing is forked, so a reactor or event loop in the parent does not matter), writes no file, and ends with its
parent. Knows nothing of pages or pictures; POSIX only, as the limits are.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib
import io
import math
import os
import pickle
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any, Literal

Cause = Literal["cpu", "memory", "wall", "died", "error"]
_PR_SET_PDEATHSIG = 1
_MOST = 256 << 20
"""Bytes of one answer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one call may take."""

    seconds: float = 6.0
    """Wall time until the parent kills the child, whatever it does."""
    cpu_seconds: float = 3.0
    """Processor time; the system counts whole seconds, so it may be one more."""
    memory: int = 1 << 30
    """Bytes of address space of the whole child, its libraries included."""
    start: float = 60.0
    """Seconds for starting and importing, which count apart."""


class ChildFailed(Exception):
    """The call gave no answer. ``cause``: the limit it broke; ``died``: the child crashed; ``error``: it raised.

    As text: the reason in Chinese.
    """

    def __init__(self, cause: Cause, why: str) -> None:
        super().__init__(why)
        self.cause: Cause = cause


class LimitedChild:
    """One importable function, called in a child process, one call at a time; any thread may call.

    ``target`` is ``package.module:function``. Arguments and answers are plain data that pickle knows; of classes only
    those of the modules named in ``classes`` are taken back, because a child that was taken over by what it reads
    could otherwise run code in the parent by its answer. On Linux the child also ends with the thread that made the
    call that started it.
    """

    def __init__(self, target: str, limits: Limits | None = None, classes: Iterable[str] = ()) -> None:
        self.target = target
        self.limits = limits or Limits()
        self._classes = frozenset(classes)
        self._child: _Child | None = None
        self._lock = threading.Lock()

    @property
    def pid(self) -> int | None:
        """The running child's process id; None when there is none."""
        child = self._child
        return child.process.pid if child is not None and child.alive else None

    def call(self, *arguments: Any) -> Any:
        """The function's answer, else ``ChildFailed``. Blocks for ``Limits.seconds`` at most, and for a start."""
        question = pickle.dumps(arguments, pickle.HIGHEST_PROTOCOL)
        with self._lock:
            try:
                said, value = _loads(self._ready().ask(question, self.limits.seconds), self._classes)
            except BaseException:
                self._end()  # whatever cut the call short: the next one must not be given this one's answer
                raise
            if said == "ok":
                return value
            self._end()
            raise ChildFailed(said, value)

    def close(self) -> None:
        """End the child; a later call starts another one."""
        atexit.unregister(self.close)
        with self._lock:
            self._end()

    def _ready(self) -> _Child:
        if self._child is not None and self._child.parent != os.getpid():
            self._child = None  # this process was forked: the child is the other's
        if self._child is None or not self._child.alive:
            self._end()
            atexit.register(self.close)
            self._child = _Child(self.target, self.limits)
            self._child.started(self.limits.start)
        return self._child

    def _end(self) -> None:
        """End the child, if there is one."""
        child, self._child = self._child, None
        if child is not None:
            child.end()


class _Child:
    """One process, from start to end."""

    def __init__(self, target: str, limits: Limits) -> None:
        self.parent = os.getpid()
        ours, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-m", "spiders.limited", target]
            command += [str(theirs.fileno()), str(limits.cpu_seconds), str(limits.memory), str(self.parent)]
            self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module, no word from outside
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._pipe = Connection(ours.detach())
        self._overdue = False

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def started(self, seconds: float) -> None:
        """Wait until it has imported its function; raises ``ChildFailed``."""
        _ = self._within(seconds, None)

    def ask(self, question: bytes, seconds: float) -> bytes:
        """The answer's bytes; raises ``ChildFailed`` when the child is gone or is killed for being late."""
        return self._within(seconds, question)

    def _within(self, seconds: float, question: bytes | None) -> bytes:
        timer = threading.Timer(seconds, self._expire)
        timer.daemon = True
        timer.start()
        try:
            if question is not None:
                self._pipe.send_bytes(question)
            return self._pipe.recv_bytes(_MOST)
        except (EOFError, OSError):
            raise self._why_gone(seconds) from None
        finally:
            timer.cancel()

    def _expire(self) -> None:
        self._overdue = True
        self.process.kill()

    def _why_gone(self, seconds: float) -> ChildFailed:
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(2)
        code = self.process.poll()
        if self._overdue:
            return ChildFailed("wall", f"超过 {seconds:g} 秒未完成")
        if code == -signal.SIGXCPU:
            return ChildFailed("cpu", "超过处理器时间限额")
        return ChildFailed("died", f"子进程异常退出（{code}）")

    def end(self) -> None:
        """Kill and reap."""
        self._pipe.close()
        self.process.kill()
        self.process.wait()


class _Answers(pickle.Unpickler):
    """Plain data, and classes of named modules."""

    def __init__(self, data: bytes, modules: frozenset[str]) -> None:
        super().__init__(io.BytesIO(data))
        self._modules = modules

    def find_class(self, module: str, name: str) -> Any:
        found = super().find_class(module, name) if module in self._modules and "." not in name else None
        if not isinstance(found, type) or found.__module__ not in self._modules:
            raise pickle.UnpicklingError(f"{module}.{name}")
        return found


def _loads(data: bytes, modules: frozenset[str]) -> tuple[Any, Any]:
    try:
        said, value = _Answers(data, modules).load()
    except Exception as error:  # noqa: BLE001 - whatever a child that was taken over may have sent
        raise ChildFailed("died", f"子进程的答复读不出来：{error}"[:300]) from None
    return said, value


def main(target: str, handle: str, cpu: str, memory: str, parent: str) -> None:
    """The child: answer until the parent closes the pipe."""
    _die_with(int(parent))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the parent decides
    pipe = Connection(int(handle))
    module, _, name = target.partition(":")
    function = getattr(importlib.import_module(module), name)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (int(memory), int(memory)))
    pipe.send_bytes(b"ready")
    while True:
        try:
            question = pipe.recv_bytes()
        except EOFError:
            return
        ends = math.ceil(time.process_time() + float(cpu))
        resource.setrlimit(resource.RLIMIT_CPU, (ends, resource.RLIM_INFINITY))
        pipe.send_bytes(_answer(function, question))


def _answer(function: Any, question: bytes) -> bytes:
    try:
        return pickle.dumps(("ok", function(*pickle.loads(question))), pickle.HIGHEST_PROTOCOL)  # noqa: S301 - of our own parent
    except MemoryError:
        return pickle.dumps(("memory", "超过内存限额"))
    except Exception as error:  # noqa: BLE001 - told to the parent, which goes on without this answer
        return pickle.dumps(("error", f"{type(error).__name__}: {error}"[:300]))


def _die_with(parent: int) -> None:
    """Ask Linux to kill this process when its parent is gone, however it went; elsewhere the closed pipe ends it."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        sys.exit(1)


if __name__ == "__main__":
    main(*sys.argv[1:])
