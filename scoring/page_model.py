"""The small shapes that page facts are made of, and the bag that both readers fill."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from scoring.page_urls import Base

MAX_LINKS = 2000
MAX_IMAGES = 1000
MAX_RESOURCES = 500
MAX_FIELDS = 300
MAX_TAGS = 20_000
MAX_INLINE = 400_000


class Link(NamedTuple):
    """An anchor: absolute address and its text."""

    url: str
    text: str


class Image(NamedTuple):
    """A picture: absolute address (``data:`` cut short) and its alternative text."""

    src: str
    alt: str


@dataclass(frozen=True, slots=True)
class FormField:
    """One input, select or text area, with the words that stand with it."""

    name: str
    id: str
    type: str
    label: str
    """Placeholder, title and label text, joined."""
    value: str = ""
    """The value of a hidden field or button."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form; ``text`` is what is written in it (labels, table cells, buttons)."""

    action: str
    method: str
    fields: tuple[FormField, ...]
    text: str
    loose: bool = False
    """True for the fields that stand outside any form."""


@dataclass(frozen=True, slots=True)
class Redirect:
    """Where a script sends the visitor, and how it is written (``location.href`` …)."""

    url: str
    via: str


@dataclass(slots=True)
class Raw:
    """What a reader collects before it is frozen."""

    base: Base
    title: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    headings: list[str] = field(default_factory=list)
    text: str = ""
    links: list[Link] = field(default_factory=list)
    forms: list[Form] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    scripts: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    inline_size: int = 0
    stylesheets: list[str] = field(default_factory=list)
    frames: list[str] = field(default_factory=list)
    favicon: str = ""
    refresh: str = ""
    canonical: str = ""
    charset: str = ""
    site_code: str = ""
    tags: list[str] = field(default_factory=list)

    def on_meta(self, name: str, content: str) -> None:
        """One ``<meta>`` with a name; the first of a name counts."""
        if content:
            self.meta.setdefault(name.lower(), " ".join(content.split()))

    def on_refresh(self, content: str) -> None:
        """``<meta http-equiv=refresh content="0; url=…">``."""
        head, found, target = content.partition("=")
        if found and "url" in head.lower() and not self.refresh:
            self.refresh = self.base.join(target.strip(" \t\r\n'\""))

    def on_link(self, rel: str, href: str) -> None:
        """One ``<link>``."""
        words = rel.lower().split()
        if "stylesheet" in words and len(self.stylesheets) < MAX_RESOURCES:
            self.stylesheets.append(self.base.join(href))
        elif "icon" in words and not self.favicon:
            self.favicon = self.base.join(href)
        elif "canonical" in words and not self.canonical:
            self.canonical = self.base.join(href)


def squeeze(text: str | None, limit: int = 300) -> str:
    """White space runs made one blank, cut at ``limit`` characters."""
    return " ".join(text[: 4 * limit].split())[:limit] if text else ""


def lines(text: str) -> str:
    """One trimmed line a non-empty line."""
    return "\n".join(filter(None, map(" ".join, map(str.split, text.splitlines()))))
