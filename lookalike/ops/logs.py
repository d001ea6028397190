"""How log lines look: for people, or one JSON object a line that names run and request; what sites say is escaped."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from lookalike.ops.settings import OpsOptions
from spiders.log_lines import LONGEST, escape_all, one_line

_bound: dict[str, Any] = {}
"""What every line of this process names; a process works on one run at a time."""
_here: ContextVar[Mapping[str, Any]] = ContextVar("log facts", default=MappingProxyType({}))
"""What the lines of one request name; threads that work for it take it along."""


def bind(**facts: Any) -> None:
    """Lets every following line name these; None takes a name away again."""
    for name, value in facts.items():
        if value is None:
            _bound.pop(name, None)
        else:
            _bound[name] = value


@contextmanager
def within(**facts: Any) -> Iterator[None]:
    """Lets the lines of this block, and of what it waits for, name these as well."""
    token = _here.set({**_here.get(), **facts})
    try:
        yield
    finally:
        _here.reset(token)


class JsonLine(logging.Formatter):
    """``{"at", "level", "logger", "text", "error"?, "run"?, "request"?, …}``; lone surrogates, controls: escaped."""

    def format(self, record: logging.LogRecord) -> str:
        told: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "process": record.process,
            **_bound,
            **_here.get(),
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
