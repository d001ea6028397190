"""Text as it is matched, and matches as they stand in the original: what signals use.

Undoes what pages do against filters; never judges what a text means.
"""

from __future__ import annotations

from scoring.folding import Folded, fold, fold_loose, simplify
from scoring.terms import Match, TermSet, find_terms

__all__ = ["Folded", "Match", "TermSet", "find_terms", "fold", "fold_loose", "loose", "normalise", "simplify"]


def normalise(text: str) -> str:
    """The text for matching: width, simplified, invisible characters and pinyin in brackets gone, words closed."""
    return fold(text).text


def loose(text: str) -> str:
    """``normalise`` with every separator inside runs of Han characters removed; glues clauses, so only
    for words that say enough by themselves.
    """
    return fold_loose(text).text
