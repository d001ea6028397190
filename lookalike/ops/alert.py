"""A notice that a service failed, by the digest's ways; asks no database, since that may be what failed.

One an hour for each service at most: what restarts and fails again would fill the box.
"""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from lookalike.errors import UsageError
from lookalike.ops.channels import Channel, Notice
from lookalike.ops.dialling import Undelivered

_UNIT = re.compile(r"[A-Za-z0-9:_.@-]{1,200}")
QUIET = timedelta(hours=1)
RESULTS = {
    "exit-code": "退出码",
    "signal": "被信号终止",
    "core-dump": "崩溃",
    "watchdog": "没有回应",
    "timeout": "超时",
    "oom-kill": "内存不足被终止",
    "start-limit-hit": "连续启动失败",
    "resources": "系统资源不足",
}
"""Of systemd.exec(5), ``$SERVICE_RESULT``."""


@dataclass(slots=True)
class Alerted:
    """What became of it."""

    sent: list[str] = field(default_factory=list)
    failed: dict[str, str] = field(default_factory=dict)
    withheld: bool = False
    """The same was told less than an hour ago."""


def notice(unit: str, environment: Mapping[str, str], now: datetime) -> Notice:
    """What is told of a failed unit. Raises UsageError for what is no unit's name.

    ``environment``: systemd says there how it ended (``MONITOR_SERVICE_RESULT`` and ``MONITOR_EXIT_STATUS``).
    """
    if not _UNIT.fullmatch(unit):
        raise UsageError(f"alert: expected the name of a unit, such as lookalike-night.service, got {unit[:80]!r}")
    host = socket.gethostname()
    result = environment.get("MONITOR_SERVICE_RESULT", "")
    status = environment.get("MONITOR_EXIT_STATUS", "")
    how = " ".join(part for part in (RESULTS.get(result, result), status) if part)[:80] or "原因不明"
    subject = f"服务异常：{host} 上的 {unit}"
    at = now.isoformat(timespec="minutes")
    text = f"{subject}\n时间：{at}\n结果：{how}\n查看：journalctl -u {unit} -n 100，以及 lookalike doctor\n"
    facts = {"kind": "alert", "unit": unit, "host": host, "at": at, "result": result, "status": status}
    return Notice(subject, text, facts)


def alert(home: Path, ways: Sequence[Channel], unit: str, environment: Mapping[str, str], now: datetime) -> Alerted:
    """Sends it by every way, unless the same was told within the hour; never raises for a way that fails."""
    told, done = notice(unit, environment, now), Alerted()
    kept = home / "alerts.json"
    before = _read(kept)
    last = before.get(unit)
    if last is not None and timedelta() <= now - last < QUIET:
        done.withheld = True
        return done
    for way in ways:
        try:
            way.tell(told, now)
        except Undelivered as error:
            done.failed[way.name] = str(error)
        else:
            done.sent.append(way.name)
    if done.sent:
        _write(kept, before | {unit: now})
    return done


def _read(path: Path) -> dict[str, datetime]:
    """When each unit was last told of; of a file that cannot be read, nothing: better twice than not at all."""
    try:
        return {unit: datetime.fromisoformat(at) for unit, at in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write(path: Path, told: Mapping[str, datetime]) -> None:
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    part.write_text(json.dumps({unit: at.isoformat() for unit, at in told.items()}), encoding="utf-8")
    part.replace(path)
