"""Every command that a document shows is one that the program takes: its words, options and values."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from lookalike.cli.app import COMMANDS, GROUPS
from tests.docs.commands import SHELL, calls, missing, parse, shown, sketched, typed
from tests.docs.markdown import PAGES, ROOT, Block, blocks

DOCUMENTS = [page for page in PAGES if page.name != "CHANGELOG.md"]


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_shown_command_line_parses(page: Path) -> None:
    wrong = {}
    for place, words in shown(page):
        try:
            parse(words)
        except Exception as error:  # noqa: BLE001 - whatever the parser says is the finding
            wrong[place] = f"{type(error).__name__}: {error}"
    assert not wrong


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_mentioned_command_and_option_is_there(page: Path) -> None:
    wrong = {place: why for place, words in sketched(page) if (why := missing(words))}
    assert not wrong


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_shell_block_is_shell(page: Path) -> None:
    for block in blocks(page):
        if block.kind in SHELL:
            text = "\n".join(typed(block))
            read = subprocess.run(["bash", "-n"], input=text, capture_output=True, text=True, check=False)
            assert read.returncode == 0, f"{block.place}: {read.stderr}"


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for name in (*COMMANDS, *GROUPS) if not re.search(rf"lookalike {name}\b|· {name}\b", text)] == []


@pytest.mark.parametrize("page", DOCUMENTS, ids=lambda page: page.name)
def test_every_target_of_make_that_is_named_is_there(page: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^ {4}|^)make ([a-z-]+)", page.read_text(encoding="utf-8"), re.MULTILINE))
    assert named <= targets


def test_wrong_commands_are_found() -> None:
    for line in ("lookalike leeds", "lookalike leads --nope", "lookalike lead twelve", "lookalike users frobnicate"):
        (words,) = calls(line)
        with pytest.raises(Exception):  # noqa: B017 - of several kinds
            parse(words)
    assert missing(["leeds"])
    assert missing(["leads", "[--nope]"])
    assert missing(["handover", "PACK", "--to", "OFFICE"]) is None


def test_calls_are_found_behind_settings_pipes_and_other_users() -> None:
    line = "zcat a.gz | sudo -u lookalike LOOKALIKE_HOME=/x /opt/lookalike/.venv/bin/lookalike screen - --json | head"
    assert list(calls(line)) == [["screen", "-", "--json"]]
    block = Block(ROOT / "README.md", 1, "console", "$ lookalike leads \\\n    --limit 2\nsome output\n")
    assert typed(block) == ["lookalike leads      --limit 2"]
