"""How much the wording of a text is that of sellers of papers: a linear model on characters, sounds and kinds of words.

Says what learned texts make likely, and where it is said; who speaks and what a page is are for other signals.
After Kanaris et al. 2007 (character n-grams against spam); trained by ``tests/wording/train.py``.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from math import log2
from typing import TYPE_CHECKING, Any

import re2

from scoring.folding import fold
from scoring.wording_grams import Piece, about_papers, grams, pieces_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WINDOW, STEP = 160, 80
"""Pieces (characters, numbers, words) of what is read at once, and how far the next reading begins."""
ALL = 240
"""Pieces of a text that is read at once."""
MOST = 12
"""Windows that are read of a long text: those with most of the trade's words."""
READ = 60_000
"""Characters that are looked at."""
MANY = 0.5
"""Taken off for each doubling of the number of windows: among many some look like anything."""
POWER, LEAST = 0.4, 4
"""A group's weights are summed and divided by (number known, at least LEAST) ** POWER."""
NAMED = 3
"""Phrases that are named."""
LONGEST = 28
"""Characters of a phrase."""
_STOPS = frozenset('，。！？；：、,!?;:|｜/\n \t（）()【】[]“”"…~～')
_MAY: Any = re2.compile(
    "证|証|本|照|学历|學歷|文凭|职称|考|电工|電工|焊|登高|叉车|低压|高压|安全员|特种|特種|zheng|kao|gong".encode()
)
"""Without any of these a long text is about no papers."""
_DENSE: Any = re2.compile(
    "证|証|免|不考|代考|代办|包过|直出|可查|能查|查得|扫码|先查|后付|再付|办理|渠道|名额|入库|微信|薇|微|操作|电工|焊工|登高|叉车|学历|职称".encode()
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What the wording of the most telling window says."""

    logit: float
    """Log-odds of an advert, calibrated on authors whom the model had not seen, where both are as frequent."""
    start: int
    end: int
    """The window in the text."""
    phrases: tuple[tuple[int, int], ...] = ()
    """Spans of the text that weigh most, heaviest first."""


@dataclass(frozen=True, slots=True)
class Model:
    """Weights by group and gram; ``slope`` and ``shift`` calibrate their sum."""

    weights: Mapping[str, Mapping[str, float]]
    bias: float
    slope: float
    shift: float

    def raw(self, counted: Mapping[str, set[str]]) -> float:
        """The sum before calibration."""
        total = self.bias
        for group, known in self.weights.items():
            found = [known[gram] for gram in counted[group] if gram in known]
            total += sum(sorted(found)) / max(LEAST, len(found)) ** POWER
        return total

    def logit(self, pieces: Sequence[Piece]) -> float:
        """Calibrated log-odds of some pieces."""
        return self.slope * self.raw(grams(pieces)) + self.shift


@lru_cache(maxsize=8)
def read_wording(text: str) -> Reading | None:
    """The most telling window of a text; None where nothing in it is about papers. Linear, bounded."""
    if len(text) > ALL and _MAY.search(text[:READ].encode("utf-8", "replace")) is None:
        return None
    pieces = pieces_of(text[:READ])
    windows = _windows(pieces)
    readings = [(shipped_model().logit(window), window) for window in windows if about_papers(window)]
    if not readings:
        return None
    logit, window = max(readings, key=lambda reading: reading[0])
    folded = fold(text[:READ])
    start, end = folded.span(window[0].start, window[-1].end)
    spans = [folded.span(*span) for span in _heaviest(window)] if logit > 0 else []
    return Reading(logit - MANY * log2(len(windows)), start, end, tuple(spans))


def _windows(pieces: list[Piece]) -> list[list[Piece]]:
    """The whole of a short text; of a long one the windows with most of the trade's words."""
    if len(pieces) <= ALL:
        return [pieces] if pieces else []
    cut = [pieces[at : at + WINDOW] for at in range(0, len(pieces) - STEP, STEP)]
    dense = [(len({m.group() for m in _DENSE.finditer(_said(window))}), -n) for n, window in enumerate(cut)]
    best = sorted(dense, reverse=True)[:MOST]
    return [cut[-n] for count, n in best if count]


def _said(window: Sequence[Piece]) -> bytes:
    return "".join(piece.text for piece in window).encode("utf-8", "replace")


def _heaviest(window: Sequence[Piece]) -> list[tuple[int, int]]:
    """Spans of the phrases without which the window would say least, by what is lost with each."""
    whole = shipped_model().logit(window)
    lost = []
    for start, end in _phrases(window):
        without = [*window[:start], *window[end:]]
        if without:
            lost.append((whole - shipped_model().logit(without), window[start].start, window[end - 1].end))
    return [(first, last) for weight, first, last in sorted(lost, reverse=True)[:NAMED] if weight > 0]


def _phrases(window: Sequence[Piece]) -> list[tuple[int, int]]:
    """Where phrases begin and end: at marks and blanks, or after so many characters."""
    found, start = [], 0
    for at, piece in enumerate([*window, Piece("\n", 0, 0)]):
        if piece.text in _STOPS or at - start >= LONGEST:
            if at - start > 1:
                found.append((start, at))
            start = at + (piece.text in _STOPS)
    return found


def read_model(text: str) -> Model:
    """A model from its JSON text."""
    data = json.loads(text)
    return Model(data["weights"], data["bias"], data["slope"], data["shift"])


@lru_cache(maxsize=1)
def shipped_model() -> Model:
    """The model that comes with the program."""
    return read_model(files("scoring").joinpath("wording_model.json").read_text(encoding="utf-8"))
