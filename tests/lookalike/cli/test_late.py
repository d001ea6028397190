"""Commands are imported when they are called: help and screening do without the libraries of the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from lookalike.cli.app import COMMANDS, GROUPS

LARGE = ("sqlalchemy", "scrapy", "twisted", "docx", "openpyxl", "rich")


def loaded(*argv: str) -> tuple[str, set[str]]:
    """What a command line prints, and which large libraries it has loaded by its end."""
    code = (
        "import atexit, sys; from lookalike.cli.app import main\n"
        f"atexit.register(lambda: sys.stderr.write(' '.join(m for m in {LARGE!r} if m in sys.modules)))\n"
        f"main({list(argv)!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input="cx-mem.top\n", capture_output=True, text=True, check=False, timeout=300
    )
    return done.stdout, set(done.stderr.split("\n")[-1].split())


@pytest.fixture(scope="module")
def helped() -> tuple[str, set[str]]:
    return loaded("--help")


def test_help_lists_every_command_with_what_it_does(helped: tuple[str, set[str]]) -> None:
    listed = {words[0]: words[1:] for line in helped[0].splitlines() if line[:2] == "  " and (words := line.split())}
    assert {name for name in (*COMMANDS, *GROUPS) if len(listed.get(name, ())) < 2} == set()


def test_help_loads_none_of_the_large_libraries(helped: tuple[str, set[str]]) -> None:
    assert helped[1] == set()


def test_screening_loads_none_of_the_large_libraries() -> None:
    told, large = loaded("screen", "-", "--processes", "1")
    assert "cx-mem.top" in told
    assert large == set()
