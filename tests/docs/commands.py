"""Commands that the documents show, and the program's own parser to hold them to."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from typer.main import get_command

from lookalike.cli.app import app
from tests.docs.markdown import Block, blocks, mentions

PROMPT = "$ "
SHELL = {"sh", "console"}
ENDS = {"|", "&&", "||", ";", ">", ">>", "2>&1", "<", "&"}
"""What ends one command's words."""
BEFORE = re.compile(r"\w+=.*|sudo|env|-u|nice")
"""What may stand before a command's name; after ``-u`` a user's name, too."""


def typed(block: Block) -> list[str]:
    """The command lines of a block, those over several lines put together."""
    text = block.text.replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines()]
    if block.kind == "console":
        return [line.removeprefix(PROMPT) for line in lines if line.startswith(PROMPT)]
    return [line for line in lines if line and not line.startswith("#")]


def calls(line: str) -> Iterator[list[str]]:
    """The arguments of every call of ``lookalike`` in a line of shell."""
    words: list[str] = []
    for word in [*shlex.split(line, comments=True), ";"]:
        if word not in ENDS:
            words.append(word)
            continue
        while words and BEFORE.fullmatch(words[0]):
            words = words[2 if words[0] == "-u" else 1 :]
        if words and words[0].rpartition("/")[2] == "lookalike":
            yield words[1:]
        words = []


def shown(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Every whole call that a page shows in a shell block, with its place."""
    for block in blocks(page):
        if block.kind in SHELL:
            for line in typed(block):
                yield from ((f"{block.place}: {line}", words) for words in calls(line))


def sketched(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Every call with gaps in it (``ID``, ``…``, ``[--json]``): of lines of text, and of indented blocks."""
    pieces = [(page.name, text) for text in mentions(page)]
    pieces += [(b.place, part) for b in blocks(page) if b.kind == "indented" for part in _parts(b.text)]
    for place, text in pieces:
        if re.match(r"(\S+=\S+ )*(\S*/)?lookalike [a-z]", text):
            yield f"{place}: {text}", text.partition("lookalike ")[2].split()


def _parts(text: str) -> Iterator[str]:
    """Lines of a synopsis: without what stands in the right column, with the lines that go on."""
    for line in text.splitlines():
        yield re.split(r"\s{3,}|\s#\s", line.strip(), maxsplit=1)[0]


@cache
def _root() -> Any:
    return get_command(app)


def parse(words: list[str]) -> None:
    """Read a call as the program would, and do nothing; raises what the program would say."""
    command: Any = _root()
    above, name, rest = None, "lookalike", list(words)
    while True:
        above = command.make_context(name, rest, parent=above)
        if not hasattr(command, "resolve_command"):
            return
        rest = [*above._protected_args, *above.args]
        if not rest:
            return
        name, command, rest = command.resolve_command(above, rest)


def missing(words: list[str]) -> str | None:
    """What a call with gaps names that is not there: a command, or an option of it."""
    command, at, above = _root(), 0, None
    while hasattr(command, "resolve_command"):
        above = command.make_context("x", [], parent=above, resilient_parsing=True)
        if at == len(words) or not re.fullmatch(r"[a-z][a-z-]*", words[at]):
            break
        try:
            _, command, _ = command.resolve_command(above, [words[at]])
        except Exception as error:  # noqa: BLE001 - whatever the parser says is the finding
            return str(error)
        if command is None:
            return f"no command {words[at]}"
        at += 1
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    known |= {"--help", "-h"} | _of_groups(command)
    named = re.findall(r"(?<![\w-])--?[a-z][a-z-]*", " ".join(words[at:]))
    return next((f"no option {option}" for option in named if option not in known), None)


def _of_groups(command: Any) -> set[str]:
    """``handover`` takes the options of ``give``."""
    inner = getattr(command, "commands", {}).get("give")
    return {option for parameter in inner.params for option in parameter.opts} if inner is not None else set()
