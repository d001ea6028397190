"""Who speaks: whether a text that holds slogans is a seller's own, or a warning, report, question or rule about them.

Judges the words around the offer as a whole; what one sentence quotes or denies is for ``scoring.offers``.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from typing import Any

import re2

from scoring.bytewise import Sieve
from scoring.contacts import contacts
from scoring.folding import fold

AROUND = 500
"""Characters before and behind the offer in which words count: a page's footer is not about it."""
MOST = 3
"""Distinct words of one class that count."""
SEEN = 60
FROM, FULL = 1.4, 2.2
"""Worth from which a text is somebody else's in part, and how much further it is so altogether."""
NO_CONTACT = 0.8
"""Added where nobody can be reached: sellers want to be."""
REACHED = 1.5
"""Taken off where the reader is told how to reach the seller."""
_PRIVATE = frozenset({"wechat", "qq", "telegram"})


def distance(text: str, start: int, end: int, *, solicits: bool) -> tuple[float, tuple[str, ...]]:
    """How sure it is that what stands in ``text[start:end]`` is told of others, in [0, 1], and the words that say so.

    ``solicits``: the text asks readers to get in touch, which weighs as a contact does.
    """
    near = text[max(0, start - AROUND) : end + AROUND]
    worth, words = _worth(fold(near).text)
    if not worth:
        return 0.0, ()
    if worth <= FROM - NO_CONTACT:
        return 0.0, words  # whether or not anybody can be reached
    kinds = set() if solicits else {c.type for c in contacts(near)}
    if solicits or kinds & _PRIVATE:
        worth -= REACHED
    elif "phone" not in kinds:
        worth += NO_CONTACT
    return min(1.0, max(0.0, (worth - FROM) / FULL)), words


def _worth(folded: str) -> tuple[float, tuple[str, ...]]:
    total, said = 0.0, []
    every, classes = _classes()
    encoded = folded.encode("utf-8", "replace")
    standing = every.standing(encoded)
    for weight, pattern in (classes[at] for at in sorted(standing)):
        words = dict.fromkeys(m.group() for m in islice(pattern.finditer(encoded), SEEN))
        total += weight * min(MOST, len(words))
        said += [word.decode() for word in list(words)[:MOST]]
    return total, tuple(said)


@lru_cache(maxsize=1)
def _classes() -> tuple[Sieve, tuple[tuple[float, Any], ...]]:
    """The classes of words, asked for together, and each with its weight."""
    data = tomllib.loads(files("scoring").joinpath("distance.toml").read_text(encoding="utf-8"))["class"]
    return Sieve([row["words"] for row in data]), tuple(
        (row["weight"], re2.compile(row["words"].encode())) for row in data
    )
