"""All that a pattern finds, tried only where it can begin: most patterns that look behind them are tried at every
character else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator


def found_from(starts: re.Pattern[str], pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """What ``pattern.finditer`` finds, given that ``starts`` finds each character at which the pattern can begin, and
    that the pattern finds no empty text.
    """
    end = 0
    for begin in starts.finditer(text):
        at = begin.start()
        if at >= end and (found := pattern.match(text, at)) is not None:
            end = found.end()
            yield found
