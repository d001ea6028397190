"""The documents as a reader's program sees them: headings with their anchors, links, and blocks of commands."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md")))


@dataclass(frozen=True)
class Block:
    """A fenced block: its page, its first line (from 1), the word after the fence, and its text."""

    page: Path
    line: int
    kind: str
    text: str

    @property
    def place(self) -> str:
        return f"{self.page.name}:{self.line}"


@cache
def tokens(page: Path) -> tuple[Token, ...]:
    return tuple(MarkdownIt("gfm-like", {"linkify": False}).parse(page.read_text(encoding="utf-8")))


@cache
def anchors(page: Path) -> frozenset[str]:
    """Of every heading, as GitHub and the site make them: lower case, no punctuation, blanks as hyphens."""
    found: list[str] = []
    stream = tokens(page)
    for place, token in enumerate(stream):
        if token.type == "heading_open":
            name = anchor(_plain(stream[place + 1]))
            again = sum(1 for other in found if re.fullmatch(re.escape(name) + r"(-\d+)?", other))
            found.append(f"{name}-{again}" if again else name)
    return frozenset(found)


def anchor(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


def links(page: Path) -> Iterator[str]:
    """Targets of links and pictures."""
    for token in tokens(page):
        for child in token.children or ():
            if child.type == "link_open":
                yield str(child.attrs["href"])
            elif child.type == "image":
                yield str(child.attrs["src"])


def blocks(page: Path) -> Iterator[Block]:
    for token in tokens(page):
        if token.type in {"fence", "code_block"} and token.map is not None:
            kind = token.info.strip() if token.type == "fence" else "indented"
            yield Block(page, token.map[0] + 1, kind, token.content)


def mentions(page: Path) -> Iterator[str]:
    """Every piece of code in a line of text."""
    for token in tokens(page):
        for child in token.children or ():
            if child.type == "code_inline":
                yield child.content


def _plain(heading: Token) -> str:
    return "".join(child.content for child in heading.children or () if child.type in {"text", "code_inline"})
