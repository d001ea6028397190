"""What the README says that commands print, held to what they print: run after a demo, compared in shape.

Numbers, hosts, paths and what stands in tables may differ; words, order of lines and columns of tables may not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.commands import PROMPT
from tests.docs.markdown import ROOT, Block, blocks

pytestmark = pytest.mark.slow

README = ROOT / "README.md"
DEMO = "make demo"
ANY = "…"
"""A line of its own: any lines, or none; within a line: any text."""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the README's commands are typed."""
    return tmp_path_factory.mktemp("readme")


def typed(place: Path, line: str) -> str:
    """What a shell prints for a line; ``make demo`` is the program's demo, as everything is set up already."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("LOOKALIKE_")}
    programs = place / "bin"
    programs.mkdir(exist_ok=True)
    start = programs / "lookalike"
    start.write_text(f'#!/bin/sh\nexec {sys.executable} -m lookalike "$@"\n', encoding="utf-8")
    start.chmod(0o755)
    own |= {"PYTHONPATH": str(ROOT), "PATH": f"{programs}:{os.environ['PATH']}"}
    line = "lookalike demo" if line == DEMO else line
    done = subprocess.run(
        ["bash", "-c", line], cwd=place, env=own, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def shape(line: str) -> str:
    """A line without what may differ."""
    line = re.sub(r"(\S*/)?python3? -m lookalike|\S*/lookalike\b", "lookalike", line.strip())
    line = re.sub(r"[━─]+", "━", line)
    if "│" in line:
        return f"{line.count('│')} columns"
    line = re.sub(r"XS-\d+-\d+", "XS", re.sub(r"\S*/(?=XS-)|\S*var/demo", "", line))
    line = re.sub(r"\b[0-9a-f]{64}\b", "#", line)
    return re.sub(r"\s+", " ", re.sub(r"\d+(\.\d+)?", "0", line))


def fits(said: str, came: str) -> bool:
    pattern = ".*".join(re.escape(part) for part in shape(said).split(ANY))
    return re.fullmatch(pattern, shape(came)) is not None


def rows_as_one(lines: list[str]) -> list[str]:
    """Rows of a table that follow on each other as one: how a cell wraps depends on the widest one."""
    return [line for n, line in enumerate(lines) if not (n and "│" in line and shape(line) == shape(lines[n - 1]))]


def unlike(shown: list[str], came: list[str]) -> str | None:
    """The first shown line that did not come where it should have, or None."""
    at, anywhere = 0, False
    shown, came = rows_as_one(shown), rows_as_one(came)
    for line in shown:
        if line.strip() == ANY:
            anywhere = True
            continue
        found = next(
            (n for n in range(at, len(came) if anywhere else min(at + 1, len(came))) if fits(line, came[n])), None
        )
        if found is None:
            return f"{line!r} was shown, {came[at : at + 3]!r} came"
        at, anywhere = found + 1, False
    return None if anywhere or at >= len(came) else f"{came[at]!r} came after the last line that was shown"


def steps(block: Block) -> list[tuple[str, list[str]]]:
    """Each command of a block with the lines that are shown to come of it."""
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith(PROMPT):
            found.append((line.removeprefix(PROMPT), []))
        else:
            found[-1][1].append(line)
    return found


SHOWN = [step for block in blocks(README) if block.kind == "console" for step in steps(block)]


def test_the_readme_shows_a_demo_first_and_more_after_it() -> None:
    assert SHOWN[0][0] == DEMO
    assert len(SHOWN) > 3


def test_every_command_prints_what_is_shown(place: Path) -> None:
    wrong = {}
    for line, shown in SHOWN:
        came = [one for one in typed(place, line).splitlines() if one.strip()]
        if why := unlike([one for one in shown if one.strip()], came):
            wrong[line] = why
    assert not wrong


def test_a_difference_in_words_is_found() -> None:
    assert unlike(["见到 5 次"], ["见到 7 次"]) is None
    assert unlike(["见到 5 次"], ["看到 7 次"])
    assert unlike(["a", ANY, "c"], ["a", "b", "c"]) is None
    assert unlike(["a", ANY, "c"], ["a", "b"])
    assert unlike(["a"], ["a", "b"])
    assert unlike(["│ 1 │ x │"], ["│ 22 │ yyy │"]) is None
    assert unlike(["│ 1 │ x │"], ["│ 22 │ yyy │ z │"])
    assert unlike(["│ 1 │ x │", "end"], ["│ 22 │ yyy │", "│ │ z │", "end"]) is None
