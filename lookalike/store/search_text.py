"""What is searched, as text: folding, the words and runs it is made of, its index tokens, and a query's terms.

Chinese has no blanks between words: a run of its characters is found by any part of it, from one character on; Latin
letters and digits by whole words, or by how a word begins. Decides nothing about leads, and reads no database.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from lookalike.errors import UsageError
from lookalike.store.types import storable

MAX_QUERY = 200
"""Characters of a query."""
MAX_TERMS = 16
MAX_FIELD = 2_000
MAX_TEXT = 20_000
"""Characters that are kept of one field, and of one lead."""
MAX_WORD = 40
"""Characters of a word that the index knows; the rest is compared with the text."""
_MAX_PROBES = 16
"""Tokens of one query that the index is asked for; the text is compared with the whole of it anyway."""
FIELD_END = "\n"

_CJK = (
    "\u1100-\u11ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3040-\u30ff\u3100-\u318f\u31a0-\u31bf"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff"
)
_RUN = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_TERM = re.compile(r'"([^"]*)"?|([^\s"]+)')
_QUOTES = str.maketrans("“”„「」『』＂", '""""""""')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that has to stand in a lead's text."""

    needle: str
    """Stands literally in the canonical text."""
    tokens: tuple[tuple[str, bool], ...]
    """What the index is asked for, and whether it is the beginning of a word only."""
    exact: bool
    """Whether the index alone tells: there is one token, which is all of the needle."""


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked: every term has to be found."""

    terms: tuple[Term, ...]

    @property
    def tokens(self) -> tuple[tuple[str, bool], ...]:
        """What the index is asked for, each once, the longest first: they are the rarest."""
        every = dict.fromkeys(token for term in self.terms for token in term.tokens)
        return tuple(sorted(every, key=lambda t: (t[1], -len(t[0]), t[0]))[:_MAX_PROBES])

    @property
    def exact(self) -> bool:
        """Whether what the index finds needs no look at the text."""
        return all(term.exact for term in self.terms)

    @property
    def closed(self) -> bool:
        """Whether the index is asked for whole tokens only."""
        return not any(begins for _, begins in self.tokens)

    def matches(self, text: str) -> bool:
        """Whether a canonical text holds every term."""
        return all(term.needle in text for term in self.terms)


def folded(text: str) -> str:
    """Width, compatibility forms and letter case taken away."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def runs(text: str) -> list[str]:
    """Words and Chinese runs of a text, folded, in their order; everything else only separates them."""
    return _RUN.findall(folded(text))


def canonical(fields: Iterable[str]) -> str:
    """The text that is searched: each field once, its runs between blanks, bounded."""
    lines: dict[str, None] = {}
    size = 0
    for field in fields:
        line = " ".join(runs(storable(field[:MAX_FIELD])))[:MAX_FIELD]
        if line and line not in lines:
            size += len(line) + 3
            if size > MAX_TEXT:
                break
            lines[line] = None
    return "".join(f" {line} {FIELD_END}" for line in lines)


def tokens_of(text: str) -> list[str]:
    """Index tokens of a canonical text, each once, sorted: words; characters and pairs of Chinese ones."""
    found: set[str] = set()
    for run in set(text.split()):
        if _IS_CJK.match(run):
            found.update(run)
            found.update(map("".join, pairwise(run)))
        else:
            found.add(run[:MAX_WORD])
    return sorted(found)


def parse(asked: str) -> Query | None:
    """The query that somebody typed; None where they typed nothing.

    Blanks part terms, which may stand anywhere; words in quotes, or joined by signs (``cx.mem``), stand side by side.
    The last word of a term without quotes may go on. Raises UsageError for what is too long or has nothing to find.
    """
    if not asked.strip():
        return None
    if len(asked) > MAX_QUERY:
        raise UsageError(f"search: expected at most {MAX_QUERY} characters, got {len(asked)}; 搜索词过长")
    found = list(dict.fromkeys(_terms(storable(asked).translate(_QUOTES))))
    if not found:
        raise UsageError("search: expected a letter, a digit or a Chinese character; 搜索词中没有可查找的字")
    if len(found) > MAX_TERMS:
        raise UsageError(f"search: expected at most {MAX_TERMS} terms, got {len(found)}; 搜索词过多")
    return Query(tuple(found))


def _terms(asked: str) -> Iterator[Term]:
    for match in _TERM.finditer(asked):
        quoted = match[1] is not None
        parts = runs(match[1] if quoted else match[2])
        if parts:
            yield _term(parts, whole=quoted)


def _term(parts: list[str], *, whole: bool) -> Term:
    first_is_word, last_is_word = (not _IS_CJK.match(part) for part in (parts[0], parts[-1]))
    needle = (" " if first_is_word else "") + " ".join(parts) + (" " if whole and last_is_word else "")
    tokens: list[tuple[str, bool]] = []
    for number, part in enumerate(parts, 1):
        if not _IS_CJK.match(part):
            open_end = number == len(parts) and not whole
            tokens.append((part[:MAX_WORD], open_end and len(part) < MAX_WORD))
        elif len(part) == 1:
            tokens.append((part, False))
        else:
            tokens.extend((pair, False) for pair in map("".join, pairwise(part)))
    return Term(needle, tuple(dict.fromkeys(tokens)), exact=len(tokens) == 1 and len(parts[0]) < MAX_WORD)
