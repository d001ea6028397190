"""One word as names spell it, and what it says. Reads nothing."""

from __future__ import annotations

from typing import Literal, NamedTuple

WordClass = Literal["body", "label", "alias", "gov", "topic", "paper", "query", "suffix", "state", ""]
"""``body``: an organ or agency in pinyin; ``label``: the Latin label of one; ``alias``: the Chinese name of a platform;
``topic``: a trade or what else a certificate is for; ``paper``: what it is called; ``suffix``: another suffix before
the suffix; ``state``: 中国, 全国, 国家; ``""``: places and filler, which say nothing but bound other words.
"""


class Word(NamedTuple):
    """One word as names spell it; ``full`` ones are whole words, others initials or short labels.

    A tuple, not a data class: an index makes fifty thousand of them at start.
    """

    text: str
    cls: WordClass
    weight: float = 1.0
    """In (0, 1]: how sure the word is to mean this."""
    full: bool = True
    platforms: frozenset[str] = frozenset()
    paired: bool = False
    """Whether the word is too common to count except beside another word of one of its platforms."""
    there: bool = False
    """Whether it is an office's, right behind the place that it is of."""
