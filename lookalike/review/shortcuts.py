"""What one key means: the four verdicts, the reason by its digit. The page shows the same table that is obeyed."""

from __future__ import annotations

from lookalike.errors import UsageError
from lookalike.review.reasons import reasons
from lookalike.review.statuses import Word

KEYS: dict[str, Word] = {"y": "confirmed", "n": "false_positive", "d": "duplicate", "s": "later"}
UNDO = "z"


def asks_reason(verdict: Word) -> bool:
    """Whether a verdict is given with a reason."""
    return verdict in reasons()


def reason_of(verdict: Word, digit: str) -> str:
    """The reason's code by its digit, from 1, in the order of ``reasons.toml``. UsageError where there is none."""
    codes = list(reasons().get(verdict, {}))
    number = int(digit) if len(digit) == 1 and digit.isascii() and digit.isdecimal() else 0
    if not 1 <= number <= len(codes):
        raise UsageError(f"reason {digit[:8]!r}: expected a digit from 1 to {len(codes)}")
    return codes[number - 1]
