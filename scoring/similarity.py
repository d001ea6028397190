"""How alike two pages are, by text and by structure; what was copied is for the signals to say.

Containment of three-character shingles tells a copy of a text inside another page (0.94 on rebuilt markup,
0.00 on unrelated pages); the Jaccard index of tag 4-grams and the Indel ratio of the tag sequence tell a
copied layout (1.00 when every text was replaced, 0.06 and 0.13 between unrelated pages).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz.distance import Indel

from scoring.once import once
from scoring.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scoring.case import PictureFacts, Screen
    from scoring.page import PageFacts

H = TypeVar("H")

SKETCH = 128
SHINGLE = 3
_BARE = b" \n0123456789"
MIN_SHINGLES = 30
"""A page with less text than this has nothing of its own to compare."""
MIN_TAGS = 25
ALIKE = 0.3
"""Jaccard index of tag grams below which layouts are not compared."""


@dataclass(frozen=True)
class Baseline:
    """One genuine page as it was captured."""

    platform: str
    """Platform id."""
    url: str
    page: PageFacts
    captured_at: datetime | None = None
    generation: str = ""
    favicon_mmh3: int | None = None
    favicon_sha256: str = ""
    sha256: str = field(default="")
    """SHA-256 of the captured body."""
    screen: Screen | None = None
    """How a browser showed it; None where no browser went."""
    pictures: tuple[PictureFacts, ...] = ()
    """Its telling pictures, such as an emblem or a logo."""

    @once
    def sketch(self) -> frozenset[str]:
        """A fixed sample of the text's shingles: enough to see that two texts have nothing in common."""
        return frozenset(sorted(self.page.text_shingles, key=lambda s: (zlib.crc32(s.encode()), s))[:SKETCH])


class Sketches:
    """The sketches of all baselines, looked for together: which baselines a text may have anything in common with."""

    def __init__(self, baselines: Iterable[Baseline]) -> None:
        self._sketches = tuple(b.sketch for b in baselines)
        self._known = tuple(sorted(frozenset[str]().union(*self._sketches)))
        self._search = Words((*self._known, *_digits())) if self._known else None

    def near(self, page: PageFacts) -> list[bool]:
        """For every baseline whether enough of its sketch stands in the page for a comparison."""
        found = self._found(page)
        return [len(sketch & found) >= len(sketch) // 8 for sketch in self._sketches]

    def _found(self, page: PageFacts) -> frozenset[str]:
        """All sketched shingles of the text."""
        if self._search is None:
            return frozenset()
        known = self._known
        found = self._search.standing(page.encoded_text.translate(None, _BARE))
        if found and max(found) >= len(known):  # digits of other scripts part what belongs together
            found = self._search.standing(page.bare_text.encode("utf-8", "replace"))
        return frozenset([known[which] for which in found if which < len(known)])


@lru_cache(maxsize=1)
def _digits() -> tuple[str, ...]:
    """Digits of other scripts, which texts are bared of as well; there are none behind the second plane."""
    return tuple(char for char in map(chr, range(0x80, 0x20000)) if char.isdecimal())


def containment(small: frozenset[H], large: frozenset[H]) -> float:
    """Share of ``small`` that stands in ``large``, in [0, 1]; 0 for an empty set."""
    return len(small & large) / len(small) if small else 0.0


def jaccard(a: frozenset[H], b: frozenset[H]) -> float:
    """Shared part of both sets, in [0, 1]; 0 when both are empty."""
    shared = len(a & b)
    return shared / (len(a) + len(b) - shared) if shared else 0.0


def text_similarity(page: PageFacts, baseline: Baseline) -> float:
    """The larger of how much of the baseline stands in the page and the Jaccard index; 0 for short texts."""
    theirs = baseline.page.text_shingles
    if len(theirs) < MIN_SHINGLES or len(page.text_shingles) < MIN_SHINGLES:
        return 0.0
    if len(baseline.sketch & page.text_shingles) < len(baseline.sketch) // 8:
        return 0.0
    return containment(theirs, page.text_shingles)


def structure_similarity(page: PageFacts, baseline: Baseline) -> float:
    """The mean of tag 4-gram Jaccard and tag sequence Indel ratio; 0 for pages of few elements."""
    if len(page.tags) < MIN_TAGS or len(baseline.page.tags) < MIN_TAGS:
        return 0.0
    theirs = baseline.page.tag_grams
    if 3 * len(page.first_tag_grams) > 10 * len(theirs):  # so many of its own that less than ALIKE are shared
        return 0.0
    grams = jaccard(page.tag_grams, theirs)
    if grams < ALIKE:
        return 0.0
    return (grams + Indel.normalized_similarity(page.tags[:4000], baseline.page.tags[:4000])) / 2
