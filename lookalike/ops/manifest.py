"""What a backup says of itself: a line for the whole, a line a file, and a last line without which it is cut short."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

FORM = "lookalike-backup/1"
NAME = "manifest.jsonl"
SQLITE = "database/lookalike.db"
POSTGRES = "database/lookalike.dump"
FILES = "files/"
"""Prefix of what lies in the home folder."""


class NotWhole(Exception):
    """A backup is damaged, cut short, or none; the message names the file."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One file of a backup."""

    path: str
    bytes: int
    sha256: str


def write(stream: IO[bytes], head: dict[str, Any], files: Iterable[Kept]) -> None:
    """All lines; ``head``: facts about the whole."""
    count = 0
    _line(stream, {"form": FORM, **head})
    for one in files:
        _line(stream, {"path": one.path, "bytes": one.bytes, "sha256": one.sha256})
        count += 1
    _line(stream, {"end": count})


def read(stream: IO[bytes]) -> tuple[dict[str, Any], dict[str, Kept]]:
    """Head and files by path. Raises NotWhole."""
    try:
        lines = list(_lines(stream))
        head, rows, end = lines[0], lines[1:-1], lines[-1]
        files = {row["path"]: Kept(row["path"], row["bytes"], row["sha256"]) for row in rows}
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise NotWhole(f"{NAME}: 无法读取（{type(error).__name__}）") from error
    if head.get("form") != FORM:
        raise NotWhole(f"{NAME}: 应为 {FORM}，得到 {str(head.get('form'))[:40]}")
    if end.get("end") != len(rows) or len(files) != len(rows):
        raise NotWhole(f"{NAME}: 清单不完整")
    return head, files


def _line(stream: IO[bytes], row: dict[str, Any]) -> None:
    stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")


def _lines(stream: IO[bytes]) -> Iterator[dict[str, Any]]:
    for line in stream:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TypeError
        yield row
