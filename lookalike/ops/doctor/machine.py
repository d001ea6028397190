"""The machine: Python, disk, folders, clock, who runs it. Asks no network."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from lookalike.config import Config
from lookalike.ops.doctor.model import Finding

MIB = 1024 * 1024
OLDEST = (3, 11)
BUILT = datetime(2026, 11, 1, tzinfo=UTC)
"""No clock of a machine that runs this version is right and earlier."""
PROXIES = ("http_proxy", "https_proxy", "all_proxy")


def machine(config: Config) -> Iterator[Finding]:
    """All of it."""
    yield _python()
    yield _root()
    yield from _folders(config)
    yield _disk(config)
    yield _clock(config)
    yield _environment()


def _python() -> Finding:
    facts = {"version": platform.python_version(), "path": sys.executable}
    return Finding("python", "ok" if sys.version_info >= OLDEST else "fail", facts=facts)


def _root() -> Finding:
    return Finding("root", "warn" if os.geteuid() == 0 else "ok", facts={"user": str(os.geteuid())})


def _folders(config: Config) -> Iterator[Finding]:
    wanted = [config.home, config.captures]
    if config.request_log:
        wanted.append(Path(config.request_log))
    if config.textfile is not None:
        wanted.append(config.textfile.parent)
    for folder in dict.fromkeys(path.absolute() for path in wanted):
        why = _unwritable(folder)
        yield Finding("folder", "fail" if why else "ok", facts={"folder": str(folder), "why": why})


def _unwritable(folder: Path) -> str:
    """Why nothing can be written there; a folder that is not there yet counts by the one that it would be made in."""
    found = folder
    while not found.exists() and found != found.parent:
        found = found.parent
    try:
        with tempfile.TemporaryFile(dir=found):
            return ""
    except OSError as error:
        return f"{found}: {error.strerror or error}"


def _disk(config: Config) -> Finding:
    found = config.home.absolute()
    while not found.exists() and found != found.parent:
        found = found.parent
    try:
        usage = shutil.disk_usage(found)
    except OSError as error:
        return Finding("disk", "unknown", facts={"why": str(error)})
    free, least = usage.free // MIB, config.min_free_bytes // MIB
    facts = {"free": str(free), "least": str(least), "folder": str(found)}
    if usage.free < config.min_free_bytes:
        return Finding("disk", "fail", facts=facts)
    return Finding("disk", "warn" if usage.free < 5 * config.min_free_bytes else "ok", facts=facts)


def _clock(config: Config) -> Finding:
    if config.now is not None:
        return Finding("clock", "warn", "fixed", {"now": config.now.isoformat()})
    now = datetime.now(UTC)
    facts = {"now": now.isoformat(timespec="seconds")}
    if now < BUILT:
        return Finding("clock", "fail", facts=facts)
    synchronised = _synchronised()
    if synchronised is None:
        return Finding("clock", "unknown", facts=facts)
    return Finding("clock", "ok" if synchronised else "warn", facts=facts)


def _synchronised() -> bool | None:
    """What the system says of its own clock; None where it says nothing."""
    program = shutil.which("timedatectl")
    if program is None:
        return None
    try:
        asked = subprocess.run(  # noqa: S603 - found above, fixed arguments
            [program, "show", "-p", "NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(asked.stdout.strip())


def _environment() -> Finding:
    found = sorted(name for name in os.environ if name.lower() in PROXIES and os.environ[name])
    return Finding("environment", "warn" if found else "ok", facts={"names": ", ".join(found)})
