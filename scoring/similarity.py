"""How alike two pages are, by text and by structure; what was copied is for the signals to say.

Containment of three-character shingles tells a copy of a text inside another page (0.94 on rebuilt markup,
0.00 on unrelated pages); the Jaccard index of tag 4-grams and the Indel ratio of the tag sequence tell a
copied layout (1.00 when every text was replaced, 0.06 and 0.13 between unrelated pages).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from rapidfuzz.distance import Indel

if TYPE_CHECKING:
    from scoring.page import PageFacts

H = TypeVar("H")

SKETCH = 128
MIN_SHINGLES = 30
"""A page with less text than this has nothing of its own to compare."""
MIN_TAGS = 25


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

    @cached_property
    def sketch(self) -> frozenset[str]:
        """A fixed sample of the text's shingles: enough to see that two texts have nothing in common."""
        return frozenset(sorted(self.page.text_shingles, key=lambda s: (zlib.crc32(s.encode()), s))[:SKETCH])


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
    grams = jaccard(page.tag_grams, baseline.page.tag_grams)
    if grams < 0.3:
        return 0.0
    return (grams + Indel.normalized_similarity(page.tags[:4000], baseline.page.tags[:4000])) / 2
