"""Marks of every generation of a platform's pages: crews copy old ones long after they are gone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import ahocorasick
import re2

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.page import PageFacts
    from seeds.model import Platform

_LIBRARY = re.compile(r"^(?:ant|el|mui|layui|weui|van|btn|bootstrap|uni|ivu)[-_]")
_COMMON = frozenset(
    {"username", "password", "keyword", "keywords", "captcha", "verifycode", "checkcode", "searchtype", "sessionid"}
)
_COMMON_PATHS = frozenset({"/index", "/home", "/login", "/search", "/query", "/safety", "/special"})
MIN_LABEL = 9
MANY = 200
"""Matches after which a source is read whole by the slower automaton, which has less to do for each."""


@dataclass(frozen=True, slots=True)
class GenerationMatch:
    """What a page shares with one generation of a platform."""

    platform: str
    generation: str
    paths: tuple[str, ...]
    marks: tuple[str, ...]
    """Field names, markup strings and long sentences."""


@dataclass(frozen=True, slots=True)
class _Row:
    platform: str
    generation: str
    paths: tuple[str, ...]
    marks: tuple[str, ...]
    labels: tuple[str, ...]


class GenerationIndex:
    """The distinctive marks of all generations, built once."""

    def __init__(self, platforms: Iterable[Platform]) -> None:
        self._rows = tuple(
            _Row(
                p.id,
                g.name,
                tuple(dict.fromkeys(q for q in (path.partition("?")[0] for path in g.paths) if distinctive_path(q))),
                tuple(m for m in dict.fromkeys((*g.fields, *g.markup)) if _distinctive(m)),
                tuple(label for label in g.labels if len(label) >= MIN_LABEL),
            )
            for p in platforms
            for g in p.generations
        )
        self.words = words = frozenset(word for row in self._rows for word in (*row.paths, *row.marks, *row.labels))
        """All marks of all generations."""
        self._automaton: Any = ahocorasick.Automaton()
        for word in words:
            self._automaton.add_word(word, word)
        self._any: Any = None
        if words:
            self._automaton.make_automaton()
            self._any = re2.compile("|".join(map(re2.escape, sorted(words))).encode())
        self._longest = max((len(word.encode()) for word in words), default=0)

    def find(self, page: PageFacts, *, in_source: bool = True) -> tuple[GenerationMatch, ...]:
        """Generations that the page shares something with; ``in_source=False``: none of their words stands there."""
        seen = self._seen(page.html, page.encoded_html) if in_source else set()
        if page.script_text:
            seen |= self._seen(page.script_text, page.script_text.encode("utf-8", "replace"))
        if not seen:
            return ()
        found = []
        for row in self._rows:
            paths = tuple(p for p in row.paths if p in seen)
            marks = tuple(m for m in (*row.marks, *row.labels) if m in seen)
            paths = tuple(p for p in paths if not _quoted(p, page))
            marks = tuple(m for m in marks if m in row.labels or not _quoted(m, page))
            if paths or marks:
                found.append(GenerationMatch(row.platform, row.generation, paths, marks))
        return tuple(found)

    def _seen(self, text: str, encoded: bytes) -> set[str]:
        """All words of the text; each begins inside one of the matches that do not overlap: look there only."""
        seen: set[str] = set()
        if self._any is None:
            return seen
        for count, found in enumerate(self._any.finditer(encoded)):
            if count == MANY:
                return {word for _, word in self._automaton.iter(text)}
            first, last = found.span()
            near = encoded[first : last + self._longest].decode("utf-8", "ignore")
            seen.update(word for _, word in self._automaton.iter(near))
        return seen


def _quoted(mark: str, page: PageFacts) -> bool:
    """Whether a mark stands in the visible text alone: a page that explains the genuine code is no copy of it."""
    shown = page.text.count(mark)
    return shown > 0 and page.html.count(mark) <= shown and mark not in page.script_text


def distinctive_path(path: str) -> bool:
    """Whether a path is long and odd enough to come from one place."""
    return len(path) >= 7 and path.rstrip("/") not in _COMMON_PATHS and path.lower() not in _COMMON_PATHS


def _distinctive(mark: str) -> bool:
    return len(mark) >= 7 and mark.lower() not in _COMMON and not _LIBRARY.match(mark)
