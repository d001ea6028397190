"""What commands print: JSON lines for machines, tables for people, progress on stderr only."""

from __future__ import annotations

import json
import logging
import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

STAGES = {
    "refresh": "采集正版基线",
    "discover": "搜索",
    "visit": "访问可疑站点",
    "pictures": "读图片",
    "score": "评分",
    "link": "归并团伙",
}

PART_FAILED = 3
"""Exit code where a part of the work could not be done."""

logger = logging.getLogger("lookalike")


def json_line(value: dict[str, Any]) -> None:
    """One JSON object on a line of its own."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def delivered(sent: Iterable[str], failed: Mapping[str, str]) -> None:
    """Which ways took a notice, and on stderr which did not and why: then it ends with exit code 3."""
    for name in sent:
        sys.stdout.write(f"已送达：{name}\n")
    for name, why in failed.items():
        sys.stderr.write(f"未送达：{name}：{why}\n")
    if failed:
        raise typer.Exit(PART_FAILED)


def console() -> Console:
    """For tables on stdout; as wide as the terminal, or 140 columns where there is none. Obeys no markup."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 140
    return Console(width=width, soft_wrap=False, highlight=False, markup=False, emoji=False)


def safe(text: str) -> str:
    """Text from outside for a terminal: no escape sequences, no characters that reorder the line."""
    return "".join(c if c.isprintable() or c == "\n" else "\N{REPLACEMENT CHARACTER}" for c in text)


def command(home: Path | None = None) -> str:
    """How this program is called, as it was just now: for commands that somebody copies; with its home where given."""
    called = sys.argv[0]
    words = [sys.executable, "-m", "lookalike"] if Path(called).name == "__main__.py" else [called]
    said = " ".join(shlex.quote(word) for word in words)
    return f"LOOKALIKE_HOME={shlex.quote(str(home))} {said}" if home is not None else said


class _Stages:
    """Tells of a night's stages: bars on a terminal, a plain line at each stage's start and end elsewhere."""

    def __init__(self, bars: Progress | None) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}
        self._done: dict[str, int] = {}

    def __call__(self, stage: str, done: int, total: int | None) -> None:
        name = STAGES.get(stage, stage)
        if stage not in self._done:
            self._done[stage] = 0
            if self._bars:
                self._tasks[stage] = self._bars.add_task(name, total=total)
            else:
                sys.stderr.write(f"{name} …" + (f" {total}" if total is not None else "") + "\n")
                sys.stderr.flush()
        self._done[stage] += done
        if self._bars:
            self._bars.update(self._tasks[stage], advance=done)

    def close(self) -> None:
        """Say how much each stage did, where no bar has shown it."""
        if not self._bars:
            parts = [f"{STAGES.get(s, s)} {n}" for s, n in self._done.items()]
            sys.stderr.write("完成：" + "，".join(parts) + "\n" if parts else "")


@contextmanager
def stages() -> Iterator[_Stages]:
    """Progress of a night on stderr."""
    if not sys.stderr.isatty():
        plain = _Stages(None)
        yield plain
        plain.close()
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        yield _Stages(bars)
