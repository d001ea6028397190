"""The range's memory of what it was asked: ``requests.jsonl``, one object a line, flushed a line at a time."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from lookalike.cyber_range.exchange import Request

Kind = Literal["http", "connect", "dns", "whois"]


class RequestLog:
    """Appends to ``file``; whole lines only, so that a reader beside it never sees half of one."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.file = file
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def close(self) -> None:
        """Stop writing."""
        os.close(self._descriptor)

    def http(self, request: Request, status: int, sent: int, behaviour: str, kind: Kind = "http") -> None:
        """An HTTP request, or the CONNECT before a tunnel."""
        self.write(
            kind,
            method=request.method,
            url=request.url if kind == "http" else f"{request.host}:{request.port}",
            host=request.host,
            path=request.path if kind == "http" else "",
            query=request.query,
            user_agent=request.headers.get("user-agent", ""),
            referer=request.headers.get("referer", ""),
            status=status,
            size=sent,
            behaviour=behaviour,
            client_port=request.client_port,
        )

    def write(
        self,
        kind: Kind,
        *,
        method: str,
        url: str,
        host: str,
        status: int | str,
        size: int,
        behaviour: str,
        client_port: int,
        path: str = "",
        query: str = "",
        user_agent: str = "",
        referer: str = "",
    ) -> None:
        """One line. ``t`` is the real time, since the range's own clock stands still."""
        line = {
            "t": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "kind": kind,
            "method": method,
            "url": url,
            "host": host,
            "path": path,
            "query": query,
            "user_agent": user_agent,
            "referer": referer,
            "status": status,
            "bytes": size,
            "behaviour": behaviour,
            "client_port": client_port,
        }
        os.write(self._descriptor, json.dumps(line, ensure_ascii=True).encode() + b"\n")


def read_log(file: Path) -> list[dict[str, object]]:
    """All lines that are whole."""
    lines = file.read_bytes().split(b"\n")[:-1] if file.is_file() else []
    return [json.loads(line) for line in lines]
