"""What the result page of a certificate shows: labels with values, read by their form and not from a list of cards.

A label is a short word of one of the classes below at the start of a line, a cell or a sentence; two classes and the
word of a certificate make a record. Explanations name the labels and have no values.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import re2

from scoring.invisible import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.seen import Seen

MAX_TEXT = 20_000
"""Characters that are read: a record is a short page."""
_VALUE = re.compile(
    r"[ \u3000\xa0]{0,4}[:：|]?[ \u3000\xa0\n]{0,4}(?:[:：][ \u3000\n]{0,3})?"
    r"(?![：:、，。；/／+＋]|或|和|与|及|栏|是否|必须|应当|填写|请|不|等)[\u4e00-\u9fffA-Za-z0-9✔√*{]"
)
"""What follows a label that has a value; a sentence that goes on is none."""
_EMPTY = re.compile(r"[ \u3000\xa0]{0,4}[:：][ \u3000\xa0]{0,4}(?:\n|$)")
"""A label with a place for its value that a script fills."""
_BEFORE = frozenset("\n \u3000\xa0|：:；;，。、✔√>·")
_JOINED = frozenset("、和与及或＋+/／“‘\"'")
_NUMBER = re.compile(
    r"[A-Za-z]{0,6}\d[\d*×Xx-]{5,24}|[\u4e00-\u9fff]{1,2}[A-Z]?\d{6,}|[*×]{3,}\d{0,4}|（20\d\d）\d{4,}"
)
_DATE = re.compile(r"20\d\d\s?[-年./]\s?\d{1,2}|20\d\d年?\s?[-—~至到]\s?20\d\d|至\s?20\d\d|20\d\d\s?年")
_TAG = re.compile(r"<[^>]{0,500}>")
MAX_TEMPLATES = 5
_GAP = "[ \u3000\xa0]{0,4}"
_FOUND = "共(?:找到|查到|查询到|检索到)[ \u3000]{0,2}[0-9]{1,3}[ \u3000]{0,2}条"
LEAST = 3
"""Labels with values."""


@dataclass(frozen=True, slots=True)
class Card:
    """The labels of a record, as they stand on the page, and how many classes they are of."""

    labels: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()


def read_card(seen: Seen) -> Card:
    """The certificate that a page shows; no labels where it shows none."""
    if not _may_show(seen):
        return Card()
    templates = _templates(seen.page.html) if "template" in seen.source_marks else ()
    shown = (seen.page.text or seen.page.script_text, *templates)
    text = visible("\n".join(filter(None, shown)))[:MAX_TEXT]
    found = _labels(text)
    if len(found) < LEAST:
        return Card()
    kinds = frozenset(kind for kind, _, _ in found)
    labels = tuple(dict.fromkeys(label for _, label, _ in found))
    about = seen.text.names_paper or "trade" in kinds
    who = kinds & {"person", "number"}
    what = kinds & {"trade", "issuer", "time", "verdict"}
    work = "trade" in kinds or bool(seen.text.matches.get("topics") or seen.text.matches.get("products"))
    verdict = work and "verdict" in kinds and len(kinds) > 2  # a result that does not repeat whose it is
    if len(labels) < LEAST or not about or not (who or verdict) or len(what) < 2:
        return Card()
    told = len({label for _, label, own in found if own}) > LEAST or "verdict" in kinds
    if not (told or _DATE.search(text) or _NUMBER.search(text)):
        return Card()
    return Card(labels, kinds)


def _may_show(seen: Seen) -> bool:
    """Whether labels of enough classes stand anywhere on the page; signs that nobody sees may part them."""
    marks = seen.marks
    if "unseen" in marks or "template" in seen.source_marks:
        return True
    return bool(marks & {"person", "number", "verdict"}) and len(marks & {"trade", "issuer", "time", "verdict"}) > 1


def _labels(text: str) -> list[tuple[str, str, bool]]:
    """Kind and spelling of the labels that something follows, and whether that is a value and not the next label."""
    found = []
    for match in _matches(text):
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        if (before and before not in _BEFORE) or before in _JOINED or after in _JOINED:
            continue
        if _in_quotes(text, match.start()):
            continue
        kind, value = match.lastgroup or "", _VALUE.match(text, match.end())
        if kind == "verdict" or value is not None or _EMPTY.match(text, match.end()):
            own = value is not None and _pattern()[0].match(text, value.end() - 1) is None
            found.append((kind, "".join(match.group().split()), own))
    return found


def _templates(html: str) -> Iterator[str]:
    """The texts of ``<template>`` elements, which scripts fill and show."""
    at = html.find("<template")
    for _ in range(MAX_TEMPLATES):
        end = html.find("</template", at) if at >= 0 else -1
        if end < 0:
            return
        yield _TAG.sub("\n", html[at : min(end, at + MAX_TEXT)])
        at = html.find("<template", end)


def _in_quotes(text: str, at: int) -> bool:
    """Whether a place lies in a quotation within a line: a report repeats what a forged page showed."""
    start = max(text.rfind("\n", 0, at) + 1, at - 600)
    return text.rfind("“", start, at) > text.rfind("”", start, at) and "”" in text[at : at + 600].split("\n", 1)[0]


def _matches(text: str) -> Iterator[re.Match[str]]:
    """All that the pattern finds: where, is told by RE2 in one pass; which, by the pattern itself at each place."""
    pattern, anywhere = _pattern()
    encoded = text.encode("utf-8", "replace")
    place = at = 0
    for found in anywhere.finditer(encoded):
        place += len(encoded[at : found.start()].decode())
        at = found.start()
        if match := pattern.match(text, place):
            yield match


@lru_cache(maxsize=1)
def _pattern() -> tuple[re.Pattern[str], Any]:
    """All labels of ``cards.toml``, one group a class, longer ones first; and the same without groups for bytes."""
    whole = "|".join(f"(?P<{name}>{forms})" for name, forms in classes().items())
    return re.compile(whole), re2.compile("|".join(classes().values()).encode())


@lru_cache(maxsize=1)
def classes() -> dict[str, str]:
    """The labels of each class of ``cards.toml`` as a pattern, longer ones first."""
    table = tomllib.loads(files("scoring").joinpath("cards.toml").read_text(encoding="utf-8"))
    found = {}
    for name, row in table.items():
        joined = [stem + end for stem in row.get("stems", ()) for end in row.get("ends", ())]
        words = sorted({*row.get("words", ()), *joined}, key=lambda w: (-len(w), w))
        forms = "|".join([*(w.replace(" ", _GAP) for w in words), *((_FOUND,) if name == "verdict" else ())])
        found[name] = forms
    return found
