"""How much the wording of a text is that of sellers of papers: a linear model on characters, sounds and kinds of words.

Says what learned texts make likely, and where it is said; who speaks and what a page is are for other signals.
After Kanaris et al. 2007 (character n-grams against spam); trained by ``tests/wording/train.py``.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from math import log2
from typing import TYPE_CHECKING

from scoring.alternatives import by_first, spelled_out
from scoring.folding import fold
from scoring.offer_facets import LIMIT, NAMES, names_papers
from scoring.wording_grams import about_papers, counted, heard_of
from scoring.wording_model import LEAST, POWER, Model, read_model, shipped_model
from scoring.wording_pieces import Piece, pieces_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scoring.folding import Folded

__all__ = ["LEAST", "POWER", "Model", "Reading", "read_model", "read_wording", "shipped_model"]

WINDOW = 160
"""Characters of the folded text that are read at once where it is long."""
ALL = 240
"""Characters of a text that is read as a whole."""
MOST, LEAST_WORDS = 2, 5
"""Windows that are read of a long text, and distinct words of the trade in each."""
READ = LIMIT
"""Characters that are looked at."""
FOUND = 500
"""Words of the trade that are looked at."""
MARGIN = 20
"""Characters before the first word of a window."""
MANY = 0.25
"""Taken off for each doubling of a long text: among many windows some look like anything."""
NAMED = 3
"""Phrases that are named."""
LONGEST = 28
"""Characters of a phrase."""
_STOPS = frozenset('，。！？；：、,!?;:|｜/\n \t（）()【】[]“”"…~～')
_CUES = (
    "免考|免试|不考|不用|无需|零基础|代考|代办|替考|包过|保过|直出|出证|下证|拿证|可查|能查|查得|查到|扫码|搜|入库|录入|后台|先查|先出|"
    "后付|再付|付款|尾款|定金|办理|办证|渠道|名额|内部|关系|路子|复审|官网|全国|联网|微信|[微薇葳溦威]|加我|找我|私信|电话|照片|身份证|天"
)
_PAPERS = frozenset(spelled_out(NAMES))
"""Without any of these a window is about no papers."""
_WORDS = re.compile(by_first(spelled_out(f"{NAMES}|{_CUES}")))


@dataclass(frozen=True, slots=True)
class Reading:
    """What the wording of the most telling window says."""

    logit: float
    """Log-odds of an advert, calibrated on authors whom the model had not seen, where both are as frequent."""
    start: int
    end: int
    """The window in the text."""
    window: tuple[Piece, ...] = field(repr=False, compare=False)
    folded: Folded = field(repr=False, compare=False)

    @property
    def phrases(self) -> tuple[tuple[int, int], ...]:
        """Spans of the text that weigh most, heaviest first; worked out when asked, as only a hit has to explain."""
        return tuple(self.folded.span(*span) for span in _heaviest(self.window))


@lru_cache(maxsize=8)
def read_wording(text: str) -> Reading | None:
    """The most telling window of a text; None where nothing in it is about papers. Linear, bounded."""
    text = text[:READ]
    folded = fold(text)
    size = len(folded.text)
    spans = [(0, size)] if 0 < size <= ALL else _dense(folded) if names_papers(text) else []
    cut = (pieces_of(text, *span) for span in spans)
    heard = ((window, heard_of(window)) for window in cut)
    windows = [(window, sounds) for window, sounds in heard if about_papers(window, sounds)]
    if not windows:
        return None
    logit, at = max((shipped_model().logit(counted(*window)), -n) for n, window in enumerate(windows))
    window = windows[-at][0]
    start, end = folded.span(window[0].start, window[-1].end)
    return Reading(logit - MANY * log2(max(1.0, size / ALL)), start, end, tuple(window), folded)


def _dense(folded: Folded) -> list[tuple[int, int]]:
    """The windows of a long text in which most of the trade's words stand, apart from each other."""
    text = folded.text
    words = [(m.start(), m.group(), m.group() in _PAPERS) for m in islice(_WORDS.finditer(text), FOUND)]
    ranked = sorted((-count, start) for start, count in _counts(words) if count >= LEAST_WORDS)
    chosen: list[int] = []
    for _, start in ranked:
        if all(abs(start - other) >= WINDOW for other in chosen):
            chosen.append(start)
            if len(chosen) == MOST:
                break
    return [(start, min(len(text), start + WINDOW)) for start in chosen]


def _counts(words: Sequence[tuple[int, str, bool]]) -> Iterator[tuple[int, int]]:
    """For each word, where a window begins in which it stands near the head, and how many distinct words that holds."""
    end = papers = 0
    inside: Counter[str] = Counter()
    for place, word, paper in words:
        while end < len(words) and words[end][0] < place + WINDOW - MARGIN:
            inside[words[end][1]] += 1
            papers += words[end][2]
            end += 1
        yield max(0, place - MARGIN), len(inside) if papers else 0
        inside[word] -= 1
        if not inside[word]:
            del inside[word]
        papers -= paper


def _heaviest(window: Sequence[Piece]) -> list[tuple[int, int]]:
    """Spans of the phrases that say most by themselves."""
    model = shipped_model()
    weights: dict[tuple[str, ...], float] = {}  # sellers say the same again and again
    said = []
    for a, b in _phrases(window):
        phrase = window[a:b]
        texts = tuple([piece.text for piece in phrase])
        if texts not in weights:
            weights[texts] = model.said(counted(phrase)) - model.bias
        said.append((weights[texts], phrase[0].start, phrase[-1].end))
    said.sort(reverse=True)
    return [(first, last) for weight, first, last in said[:NAMED] if weight > 0]


def _phrases(window: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where phrases begin and end: at marks and blanks, or after so many characters."""
    found, start = [], 0
    for at, piece in enumerate([*window, Piece("\n", 0, 0)]):
        if piece.text in _STOPS or at - start >= LONGEST:
            if at - start > 1:
                found.append((start, at))
            start = at + (piece.text in _STOPS)
    return found
