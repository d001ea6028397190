"""How log lines look: for people, or one JSON object a line that names the run; what sites say is escaped in both."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from lookalike.ops.settings import OpsOptions
from spiders.log_lines import LONGEST, escape_all, one_line

_bound: dict[str, Any] = {}
"""What every line of this process names; a process works on one run at a time."""


def bind(**facts: Any) -> None:
    """Lets every following line name these; None takes a name away again."""
    for name, value in facts.items():
        if value is None:
            _bound.pop(name, None)
        else:
            _bound[name] = value


class JsonLine(logging.Formatter):
    """``{"at", "level", "logger", "text", "error"?, "run"?, …}``; lone surrogates and controls are escaped."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            **_bound,
            "text": _cut(record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            told["error"] = _cut(self.formatException(record.exc_info))
        return json.dumps(told, ensure_ascii=False)


def configure(options: OpsOptions) -> None:
    """Gives the root logger's handlers the form and the level of the settings; may be called again."""
    root = logging.getLogger()
    root.setLevel(options.log_level)
    if not root.handlers:
        root.addHandler(logging.StreamHandler())
    if options.log_format == "json":
        for handler in root.handlers:
            handler.setFormatter(JsonLine())
    else:
        escape_all()


def _cut(text: str) -> str:
    escaped = one_line(text)
    return escaped if len(escaped) <= LONGEST else f"{escaped[:LONGEST]}…（{len(escaped)} 字符）"
