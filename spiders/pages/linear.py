"""The last resort: a results page read heading by heading, whatever its layout.

BeautifulSoup with html.parser does what the fast parser cannot: it goes on behind an unterminated comment,
title or textarea, and its time does not explode with depth or attributes. It does with tags and comments that
nothing ends, so whatever is not small is read in a child of bounded time.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from itertools import islice

from bs4 import BeautifulSoup, XMLParsedAsHTMLWarning
from bs4.element import Comment, NavigableString, PageElement, PreformattedString, Tag

from spiders.limited import ChildFailed, LimitedChild, Limits
from spiders.pages.blocks import SNIPPET, is_label, tidy

HEADINGS = ("h2", "h3", "h4")
MOST = 400
"""Headings looked at; nested ones would make the work quadratic."""
WITHIN = 200
"""Nodes of one heading that are looked at."""
ABOVE = 4
"""Elements around a heading among which its link may be."""
LARGEST = 3_000_000
"""Characters read."""
SMALL = 8_000
"""Characters from which a page is read in the child."""
_CHILD = LimitedChild("spiders.pages.linear:read", Limits(seconds=6.0, cpu_seconds=3.0), ("spiders.pages.linear",))
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
    """Every heading with a link, in document order; none of a page that takes too long. Never raises on any text."""
    if len(html) <= SMALL:
        return read(html)
    try:
        found: list[Heading] = _CHILD.call(html[:LARGEST])
    except ChildFailed:
        return []
    return found


def read(html: str) -> list[Heading]:
    """The same without bounds of time: quadratic in the number of tags that nothing ends."""
    found: list[Heading] = []
    own: set[int] = set()
    reading = False
    seen = 0
    for node in _nodes(html):
        if isinstance(node, Tag):
            if node.name in HEADINGS and seen < MOST:
                seen += 1
                inside = list(islice(node.descendants, WITHIN))
                if heading := _heading(node, inside):
                    found.append(heading)
                    own = {id(d) for d in inside}
                    reading = True
            elif node.name in _ENDS:
                reading = False
            elif node.name == "cite" and found and not found[-1].display:
                found[-1].display = tidy("".join(map(str, islice(node.strings, WITHIN))), 200)
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


def _heading(tag: Tag, inside: list[PageElement]) -> Heading | None:
    links = [n for n in inside if isinstance(n, Tag) and n.name == "a" and n.get("href")]
    around = [p for p in islice(tag.parents, ABOVE) if p.name == "a" and p.get("href")]
    link = next(iter(links + around), None)
    title = tidy("".join(str(n) for n in inside if type(n) is NavigableString))
    if link is None or not title:
        return None
    holder = tag.parent if isinstance(tag.parent, Tag) else tag
    attributes = {k: v for t in (holder, link) for k, v in t.attrs.items() if isinstance(v, str)}
    return Heading(title, attributes.get("href", ""), attributes)


def _take(heading: Heading, node: PageElement) -> None:
    if not isinstance(node, NavigableString) or isinstance(node, (Comment, PreformattedString)):
        return
    text = tidy(str(node))
    if is_label(text):
        heading.paid = True
    elif text and "<!--" not in text and sum(map(len, heading.pieces)) < SNIPPET:
        heading.pieces.append(text)
