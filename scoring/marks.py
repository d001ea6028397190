"""What is rare in a text, asked for in one pass: without it whole readings of the text have nothing to find.

Says what may stand there and never what it means; every reader still reads for itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import re2

from scoring.backwards import REVERSED
from scoring.bytewise import Hints, Sieve
from scoring.cards import classes
from scoring.claims import UNREADABLE
from scoring.invisible import INVISIBLE
from scoring.offers import FORGED, SPARED_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

PAPER = r"[工员格作业位历车高电焊师]证|证书|文凭|[做办假下拿取出考持]证|毕业証|職稱|职称|学历"
"""A paper by a word such as 焊工证; visas are none."""
HOST = r"[a-z0-9-]\.(?:cn|org|com)"
"""Stands wherever the name of a host is printed."""
_PATTERNS = {
    "reversed": REVERSED,
    "unseen": f"[{INVISIBLE}]",
    "forged": FORGED,
    "paper": PAPER,
    "host": HOST,
    "spared": "|".join(SPARED_WORDS),
    "unreadable": UNREADABLE,
}


HIDES = (
    r"(?i:display\s*:\s*n|visibility\s*:\s*h|font-size\s*:\s*0|text-indent\s*:\s*-|opacity\s*:\s*0|"
    r"(?:left|top)\s*:\s*-|height\s*:\s*0)"
)
"""Stands wherever a style hides something."""
_LINKED = {
    "template": "<template",
    "beian": "beian",
    "conac": r"conac\.cn",
    "jiucuo": "(?i:j)[iIıİ](?i:ucuo)",
    "hides": HIDES,
}


class SourceMarks:
    """What is rare in the source of a page, ``generation`` among it: one of the words of genuine pages."""

    def __init__(self, words: Iterable[str]) -> None:
        patterns = {**_LINKED, "generation": "|".join(map(re2.escape, sorted(words)))}
        self._names = tuple(name for name, pattern in patterns.items() if pattern)
        self._sieve = Sieve([pattern for pattern in patterns.values() if pattern])

    def of(self, encoded: bytes) -> frozenset[str]:
        """All that stand somewhere in the source, in UTF-8."""
        return frozenset(self._names[at] for at in self._sieve.standing(encoded))


@lru_cache(maxsize=1)
def _hints() -> tuple[tuple[str, ...], Hints]:
    patterns = {**_PATTERNS, **classes()}
    return tuple(patterns), Hints(list(patterns.values()))


def marks_of(text: str) -> frozenset[str]:
    """Of reversed words, invisible signs, papers, hosts, words of what is spared and signs that must be made readable
    all that stand somewhere in the text; of phrases of forgery and the classes of ``cards.toml`` all that may.
    """
    names, hints = _hints()
    return frozenset([names[at] for at in hints.possible(text.encode("utf-8", "replace"))])
