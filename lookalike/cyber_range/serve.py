"""Serves a range on loopback: in a thread of this process, in a process of its own, or until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from lookalike.cyber_range.load import check_range, load_range, read_range, refuse_serious
from lookalike.cyber_range.log import read_log
from lookalike.cyber_range.model import Range
from lookalike.cyber_range.servers import Servers
from lookalike.errors import RangeError

if sys.platform == "win32":
    new_event_loop: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop
else:
    from uvloop import new_event_loop

_ROOT = Path(__file__).resolve().parents[2]
_PATIENCE = 10.0


@dataclass(frozen=True, slots=True)
class RunningRange:
    """A range that answers."""

    env: dict[str, str]
    """The settings that point the program at it, by name."""
    log: Path

    def requests(self, kind: str = "") -> list[dict[str, object]]:
        """What it was asked so far, of one kind or of all."""
        return [line for line in read_log(self.log) if not kind or line["kind"] == kind]


@contextlib.contextmanager
def serve(folder: Path, log: Path | None = None) -> Iterator[RunningRange]:
    """Serve the range from a thread of this process. Raises RangeError when it is not usable.

    Without ``log`` the request log lies in a temporary folder and goes with it.
    """
    content = load_range(folder)
    started: Future[tuple[RunningRange, Callable[[], object]]] = Future()
    with tempfile.TemporaryDirectory(prefix="lookalike-range-") as temporary:
        thread = threading.Thread(target=_run, args=(content, Path(temporary), log, started), daemon=True, name="range")
        thread.start()
        running, stop = started.result()
        try:
            yield running
        finally:
            stop()
            thread.join(_PATIENCE)


def _run(
    content: Range, home: Path, log: Path | None, started: Future[tuple[RunningRange, Callable[[], object]]]
) -> None:
    async def main() -> None:
        async with Servers(content, home, log or home / "requests.jsonl") as servers:
            end = asyncio.Event()
            stop = functools.partial(asyncio.get_running_loop().call_soon_threadsafe, end.set)
            started.set_result((RunningRange(servers.env, servers.log), stop))
            await end.wait()

    try:
        with asyncio.Runner(loop_factory=new_event_loop) as runner:
            runner.run(main())
    except BaseException as error:
        if started.done():
            raise
        started.set_exception(error)


@contextlib.contextmanager
def serve_process(folder: Path, log: Path | None = None) -> Iterator[RunningRange]:
    """Serve the range from a process of its own, which ends with the block, or with this process.

    Raises RangeError, with the process's own words, when the range is not usable.
    """
    command = [sys.executable, "-m", "lookalike.cyber_range", "serve", str(folder), "--until-stdin-closes"]
    command += ["--log", str(log)] if log else []
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")])),
    }
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=environment,
            start_new_session=True,  # Ctrl-C is for the parent, which may still need the range
        ) as process,
    ):
        assert process.stdin is not None
        try:
            env = _read_exports(process)
            if env is None:
                process.wait(_PATIENCE)
                errors.seek(0)
                raise RangeError(errors.read().decode(errors="replace").strip() or f"{folder}: the range did not start")
            yield RunningRange(env, Path(env["LOOKALIKE_RANGE_LOG"]))
        finally:
            process.stdin.close()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()


def _read_exports(process: subprocess.Popen[bytes]) -> dict[str, str] | None:
    """The settings that the process prints before ``ready``; None when it ended without."""
    assert process.stdout is not None
    env: dict[str, str] = {}
    for line in process.stdout:
        words = shlex.split(line.decode())
        if words == ["ready"]:
            return env
        if len(words) == 2 and words[0] == "export":
            name, _, value = words[1].partition("=")
            env[name] = value
    return None


def run_serve(folder: Path, log: Path | None = None, *, until_stdin_closes: bool = False) -> int:
    """Serve until Ctrl-C or SIGTERM; print the settings as ``export NAME=value`` lines, then ``ready``.

    Slips that do not hinder serving go to stderr. Raises RangeError when the range is not usable.
    """
    content, problems = read_range(folder)
    refuse_serious(folder, problems)
    for slip in problems:
        sys.stderr.write(f"{folder.name}/{slip}\n")
    with (
        tempfile.TemporaryDirectory(prefix="lookalike-range-") as temporary,
        asyncio.Runner(loop_factory=new_event_loop) as runner,
    ):
        home = Path(temporary)
        runner.run(_until_told(content, home, log or home / "requests.jsonl", stdin=until_stdin_closes))
    return 0


async def _until_told(content: Range, home: Path, log: Path, *, stdin: bool) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    if stdin:
        watch = functools.partial(_at_end_of_stdin, loop, stop)
        threading.Thread(target=watch, daemon=True, name="stdin").start()
    async with Servers(content, home, log) as servers:
        for name, value in servers.env.items():
            sys.stdout.write(f"export {name}={shlex.quote(value)}\n")
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        await stop.wait()


def _at_end_of_stdin(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    while os.read(0, 4096):
        pass
    with contextlib.suppress(RuntimeError):  # the loop may be over already
        loop.call_soon_threadsafe(stop.set)


def run_check(folder: Path) -> int:
    """Print every problem of the folder; 1 when there is any, else 0."""
    problems = check_range(folder)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write(f"{folder}: valid\n")
    return 1 if problems else 0
