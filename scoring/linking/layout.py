"""Sketches of a page's layout and wording, so that near copies share a part and strangers share none.

Minwise hashing with one permutation (Broder 1997; Li, Owen and Zhang 2012), empty bins filled from their neighbours
(Shrivastava and Li 2014), cut into bands (Indyk and Motwani 1998). Pages in a genuine platform's layout give nothing,
since all copies share that; nor do pages that imitate a platform of which no page is at hand: it may be its layout.
"""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from scoring.link import Key
from scoring.similarity import MIN_SHINGLES, MIN_TAGS, containment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scoring.context import Context
    from scoring.page import PageFacts

BANDS = 6
ROWS = 5
"""Two pages share a band with probability 1 - (1 - s^5)^6: 0.99 at a likeness of 0.9, 0.17 at 0.5, 0.01 at 0.3."""
MIN_FEATURES = 15
MAX_PAGES = 6
GENUINE = 0.4
"""Share of a baseline's element runs, or of its text, that makes a page one in the genuine layout."""
_NAMES = re.compile(r"(?:class|id)\s{0,3}=\s{0,3}[\"']?([^\"'<>]{1,200})", re.IGNORECASE)
MAX_HTML = 400_000


def layout_keys(ctx: Context, imitated: str | None) -> Iterator[Key]:
    """Bands of the sketches of the case's own pages; ``imitated`` is the platform that the case imitates."""
    if imitated not in (None, "gov") and not any(b.platform == imitated for b in ctx.ref.baselines):
        return
    for seen in ctx.pages[:MAX_PAGES]:
        page = seen.page
        if seen.generations or any(containment(b.page.tag_grams, page.tag_grams) >= GENUINE for b in ctx.ref.baselines):
            continue
        if len(page.tags) >= MIN_TAGS:
            for band in bands(layout_features(page)):
                yield Key("template", band, seen.evidence(page.title or page.url, "html"))
        copied = any(containment(b.sketch, page.text_shingles) >= GENUINE for b in ctx.ref.baselines)
        if len(page.text_shingles) >= MIN_SHINGLES and not copied:
            for band in bands(page.text_shingles):
                yield Key("wording", band, seen.evidence(" ".join(page.text.split())[:80], "text"))


def layout_features(page: PageFacts) -> frozenset[str]:
    """Names of classes and ids, and runs of four elements."""
    names = (word for match in _NAMES.finditer(page.html[:MAX_HTML]) for word in match.group(1).split())
    return frozenset(names) | {"<".join(gram) for gram in page.tag_grams}


def bands(features: Iterable[str]) -> tuple[str, ...]:
    """The bands of a set, numbered; nothing for a set too small to tell pages apart."""
    bins: list[int | None] = [None] * (BANDS * ROWS)
    count = 0
    for feature in features:
        count += 1
        value, at = divmod(zlib.crc32(feature.encode("utf-8", "replace")), BANDS * ROWS)
        least = bins[at]
        if least is None or value < least:
            bins[at] = value
    if count < MIN_FEATURES:
        return ()
    filled = [
        next(v for k in range(len(bins)) if (v := bins[(n + k) % len(bins)]) is not None) for n in range(len(bins))
    ]
    rows = (filled[n * ROWS : (n + 1) * ROWS] for n in range(BANDS))
    return tuple(f"{n}:{zlib.crc32(repr(row).encode()):08x}" for n, row in enumerate(rows))
