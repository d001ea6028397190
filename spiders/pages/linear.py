"""The last resort: a results page read heading by heading, whatever its layout.

BeautifulSoup with html.parser does what the fast parser cannot: it goes on behind an unterminated comment,
title or textarea, and its time does not explode with depth or attributes.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag

from spiders.pages.blocks import SNIPPET, is_label, tidy

HEADINGS = ("h2", "h3", "h4")
MOST = 200
"""Headings read."""
LARGEST = 3_000_000
"""Characters read."""
_SKIPPED = frozenset({"script", "style", "noscript", "template", "head"})
_ENDS = frozenset({"footer", "form"})


@dataclass(slots=True)
class Heading:
    """One heading with a link, and the text up to the next one."""

    title: str
    href: str
    attributes: dict[str, str]
    """Of the link, and of the element that holds the heading."""
    pieces: list[str] = field(default_factory=list)
    display: str = ""
    paid: bool = False

    @property
    def snippet(self) -> str:
        """The text that followed, folded and bounded."""
        return tidy(" ".join(self.pieces))


def headings(html: str) -> list[Heading]:
    """Every heading with a link, in document order; never raises on any text."""
    found: list[Heading] = []
    own: set[int] = set()
    reading = False
    for node in _nodes(html):
        if isinstance(node, Tag):
            if node.name in HEADINGS and len(found) < MOST and (heading := _heading(node)):
                found.append(heading)
                own = {id(d) for d in node.descendants}
                reading = True
            elif node.name in _ENDS:
                reading = False
            elif node.name == "cite" and found and not found[-1].display:
                found[-1].display = tidy(node.get_text(" ")[:500], 200)
        elif reading and id(node) not in own:
            _take(found[-1], node)
    return found


def _nodes(html: str) -> list[PageElement]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        soup = BeautifulSoup(html[:LARGEST], "html.parser")
    for tag in soup.find_all(list(_SKIPPED)):
        tag.decompose()
    return list(soup.descendants)


def _heading(tag: Tag) -> Heading | None:
    link = tag.find("a", href=True) or tag.find_parent("a", href=True)
    if not isinstance(link, Tag):
        return None
    holder = tag.parent if isinstance(tag.parent, Tag) else tag
    attributes = {k: v for t in (holder, link) for k, v in t.attrs.items() if isinstance(v, str)}
    title = tidy(tag.get_text())
    return Heading(title, attributes.get("href", ""), attributes) if title else None


def _take(heading: Heading, node: PageElement) -> None:
    if not isinstance(node, NavigableString) or isinstance(node, (Comment, PreformattedString)):
        return
    text = tidy(str(node))
    if is_label(text):
        heading.paid = True
    elif text and sum(map(len, heading.pieces)) < SNIPPET:
        heading.pieces.append(text)
