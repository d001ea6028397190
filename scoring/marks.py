"""What is rare in a text, asked for in one pass: without it whole readings of the text have nothing to find.

Says what may stand there and never what it means; every reader still reads for itself.
"""

from __future__ import annotations

from functools import lru_cache

from scoring.backwards import REVERSED
from scoring.bytewise import Sieve
from scoring.cards import classes
from scoring.invisible import INVISIBLE
from scoring.offers import FORGED

PAPER = r"[工员格作业位历车高电焊师]证|证书|文凭|[做办假下拿取出考持]证|毕业証|職稱|职称|学历"
"""A paper by a word such as 焊工证; visas are none."""
HOST = r"[a-z0-9-]\.(?:cn|org|com)"
"""Stands wherever the name of a host is printed."""
_PATTERNS = {"reversed": REVERSED, "unseen": f"[{INVISIBLE}]", "forged": FORGED, "paper": PAPER, "host": HOST}


@lru_cache(maxsize=1)
def _sieve() -> tuple[tuple[str, ...], Sieve]:
    patterns = {**_PATTERNS, **classes()}
    return tuple(patterns), Sieve(list(patterns.values()))


def marks_of(text: str) -> frozenset[str]:
    """Of reversed words, invisible signs, phrases of forgery, papers, hosts and the classes of ``cards.toml`` all that
    stand somewhere in the text.
    """
    names, sieve = _sieve()
    return frozenset(names[at] for at in sieve.standing(text.encode("utf-8", "replace")))
