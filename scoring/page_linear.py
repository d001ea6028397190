"""Reads a page without building a tree, in time linear in its length: for pages made to break parsers."""

from __future__ import annotations

import html as entities
import re
from typing import TYPE_CHECKING

import re2

from scoring.page_model import (
    MAX_FIELDS,
    MAX_IMAGES,
    MAX_LINKS,
    MAX_RESOURCES,
    MAX_TAGS,
    Form,
    FormField,
    Image,
    Link,
    Raw,
    lines,
    squeeze,
)

if TYPE_CHECKING:
    from scoring.page_urls import Base

_OPEN_SILENT = re.compile(r"<(script|style|template)\b([^<>]*+)>", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*+)([^<>]*+)>")
_ATTRIBUTE = re2.compile(r"""([a-zA-Z][a-zA-Z0-9_:-]*)\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+)""")
_INLINE_NAMES = "b i span font strong em u s small big label bdi mark ruby rb"
_INLINE = frozenset(_INLINE_NAMES.split())
_WANTED_NAMES = "title meta base link h1 h2 a area img iframe frame form input select textarea button"
_WANTED = frozenset(_WANTED_NAMES.split())
MAX_ATTRIBUTE_TEXT = 4000
MAX_STEPS = 300_000
MAX_MARKUP = 1_500_000
"""Characters of source between tags that are read; a page made to break parsers says nothing later on."""


def read(html: str, base: Base) -> Raw:
    """Facts of one page; elements beyond 300,000 are left unread."""
    raw = Raw(base)
    markup = _without_scripts(_without_comments(html[:MAX_MARKUP]), raw)
    _Walk(raw, markup).run()
    return raw


def _without_comments(html: str) -> str:
    parts: list[str] = []
    at = 0
    while (start := html.find("<!--", at)) >= 0:
        parts.append(html[at:start])
        end = html.find("-->", start + 4)
        if end < 0:
            return "".join(parts)
        at = end + 3
    parts.append(html[at:])
    return "".join(parts)


def _without_scripts(html: str, raw: Raw) -> str:
    parts: list[str] = []
    at = 0
    while (found := _OPEN_SILENT.search(html, at)) is not None:
        parts.append(html[at : found.start()])
        end = re.compile(rf"</{found.group(1)}", re.IGNORECASE).search(html, found.end())
        body = html[found.end() : end.start() if end else len(html)]
        if found.group(1).lower() == "script":
            src = _attributes(found.group(2)).get("src", "")
            if src and len(raw.scripts) < MAX_RESOURCES:
                raw.scripts.append(raw.base.join(src))
            elif body and len(raw.inline) < MAX_RESOURCES:
                raw.inline.append(body[:100_000])
        if end is None:
            return "".join(parts)
        at = end.start()
    parts.append(html[at:])
    return "".join(parts)


def _attributes(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    if "=" not in text:
        return found
    for name, value in _ATTRIBUTE.findall(text[:MAX_ATTRIBUTE_TEXT]):
        found.setdefault(name.lower(), entities.unescape(value.strip("\"'")))
    return found


class _Walk:
    """One pass over the tags, with the few things that stay open."""

    def __init__(self, raw: Raw, markup: str) -> None:
        self.raw = raw
        self.markup = markup
        self.words: list[str] = []
        self.open: dict[str, tuple[int, dict[str, str]]] = {}
        self.fields: list[FormField] = []
        self.form: dict[str, str] | None = None
        self.form_from = 0

    def run(self) -> None:
        """Fill ``raw``."""
        at = 0
        for step, tag in enumerate(_TAG.finditer(self.markup)):
            if tag.start() > at:
                self.words.append(self.markup[at : tag.start()])
            at = tag.end()
            if step > MAX_STEPS:
                break
            name = tag.group(2).lower()
            if name not in _INLINE and self.words and self.words[-1] != "\n":
                self.words.append("\n")
            if not tag.group(1) and len(self.raw.tags) < MAX_TAGS:
                self.raw.tags.append(name)
            if name in _WANTED:
                self._on(name, bool(tag.group(1)), tag.group(3))
        self.words.append(_TAG.sub("", self.markup[at : at + 200_000]))
        self._end_form()
        self.raw.text = lines(entities.unescape("".join(self.words)))

    def _on(self, name: str, closing: bool, attributes: str) -> None:
        if closing:
            self._close(name)
            return
        a = _attributes(attributes)
        if name in ("title", "h1", "h2", "a"):
            self.open[name] = (len(self.words), a)
        elif name == "form":
            self._end_form()
            self.form, self.form_from = a, len(self.words)
        elif name in ("input", "select", "textarea", "button"):
            self._field(name, a)
        else:
            self._single(name, a)

    def _close(self, name: str) -> None:
        if name == "form":
            self._end_form()
        start, a = self.open.pop(name, (-1, {}))
        if start < 0:
            return
        text = squeeze(entities.unescape("".join(self.words[start : start + 200])))
        if name == "title":
            self.raw.title = self.raw.title or text
            del self.words[start:]
        elif name == "a":
            if a.get("href") and len(self.raw.links) < MAX_LINKS:
                self.raw.links.append(Link(self.raw.base.join(a["href"]), text))
        elif len(self.raw.headings) < 50 and text:
            self.raw.headings.append(text)

    def _single(self, name: str, a: dict[str, str]) -> None:
        raw = self.raw
        if name == "meta":
            if a.get("http-equiv", "").lower() == "refresh":
                raw.on_refresh(a.get("content", ""))
            raw.on_meta(a.get("name") or a.get("property") or "", a.get("content", ""))
            raw.charset = raw.charset or a.get("charset", "")[:40]
        elif name == "link":
            raw.on_link(a.get("rel", ""), a.get("href", ""))
        elif name == "img" and len(raw.images) < MAX_IMAGES:
            raw.images.append(Image(raw.base.join(a.get("src", "")), squeeze(a.get("alt"))))
        elif name in ("iframe", "frame") and a.get("src") and len(raw.frames) < MAX_RESOURCES:
            raw.frames.append(raw.base.join(a["src"]))

    def _field(self, name: str, a: dict[str, str]) -> None:
        if len(self.fields) < MAX_FIELDS:
            kind = a.get("type") or ("text" if name == "input" else name)
            label = squeeze(" ".join((a.get("placeholder", ""), a.get("title", ""))))
            self.fields.append(
                FormField(
                    a.get("name", "")[:80], a.get("id", "")[:80], kind[:20].lower(), label, a.get("value", "")[:80]
                )
            )

    def _end_form(self) -> None:
        if (self.form is None and not self.fields) or len(self.raw.forms) >= 50:
            self.form, self.fields = None, []
            return
        a = self.form or {}
        text = squeeze(entities.unescape("".join(self.words[self.form_from : self.form_from + 2000])), 1500)
        action = self.raw.base.join(a["action"]) if a.get("action") else ""
        loose = self.form is None
        self.raw.forms.append(Form(action, a.get("method", "get").lower(), tuple(self.fields), text, loose=loose))
        self.form, self.fields, self.form_from = None, [], len(self.words)
