"""The table of README.md names every case once, and only tests that exist."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
ROW = re.compile(r"^\| (H\d\d) \| [^|]+ \| [^|]+ \| ([^|]+) \|$", re.MULTILINE)
BY_BROWSER = {8, 22}
CASES = {f"H{n:02}" for n in (*range(1, 35), *range(42, 46)) if n not in BY_BROWSER}


def rows() -> list[tuple[str, list[str]]]:
    found = ROW.findall((HERE / "README.md").read_text(encoding="utf-8"))
    return [(case, re.findall(r"`([^`]+)`", tests)) for case, tests in found]


@cache
def functions(file: str) -> frozenset[str]:
    """The tests that a file defines; none when there is no such file."""
    path = ROOT / file
    if not path.is_file():
        return frozenset()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_case_has_exactly_one_row() -> None:
    assert sorted(case for case, _ in rows()) == sorted(CASES)


@pytest.mark.parametrize(("case", "tests"), rows(), ids=[case for case, _ in rows()])
def test_every_test_that_a_row_names_exists(case: str, tests: list[str]) -> None:
    assert tests, case
    for name in tests:
        file, _, function = name.partition("::")
        assert function in functions(file), name


def test_a_test_here_names_its_case_or_tells_of_the_machine() -> None:
    for path in HERE.glob("test_*.py"):
        if path.stem in {"test_machine", "test_table"}:
            continue
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert re.match(r"H\d\d", ast.get_docstring(node) or ""), f"{path.name}::{node.name}"
