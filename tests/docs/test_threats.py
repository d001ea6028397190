"""Every defence that the threat model claims names tests that would fail without it, and these are there."""

from __future__ import annotations

import ast
import re
from functools import cache

from tests.docs.markdown import ROOT

PAGE = ROOT / "docs" / "threat-model.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")
ROW = re.compile(r"^\| (?P<threat>[^|]+) \| (?P<defence>[^|]+) \| (?P<held>[^|]*) \|$", re.MULTILINE)


@cache
def names_in(path: str) -> frozenset[str]:
    file = ROOT / path
    if not file.is_file():
        return frozenset()
    tree = ast.parse(file.read_text(encoding="utf-8"))
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, kinds))


def test_every_named_test_is_there() -> None:
    named = NAMED.findall(PAGE.read_text(encoding="utf-8"))
    assert len(named) > 50
    assert [f"{path}::{test}" for path, test in named if test not in names_in(path)] == []


def test_every_threat_has_a_defence_and_a_test_that_holds_it() -> None:
    text = PAGE.read_text(encoding="utf-8")
    tables = [part for part in text.split("\n## ") if part.startswith("Threats ")]
    assert len(tables) == 6
    rows = [m for part in tables for m in ROW.finditer(part) if m["threat"] not in {"threat", "---"}]
    rows = [m for m in rows if set(m["threat"]) != {"-"}]
    assert len(rows) > 40
    assert [m["threat"] for m in rows if not NAMED.search(m["held"]) or len(m["defence"]) < 8] == []
