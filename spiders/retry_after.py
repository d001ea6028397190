"""How long somebody asks us to stay away: ``Retry-After`` of a 429 or 503 (RFC 9110, 10.2.3), bounded.

Up to an hour it is respected; whoever asks for more is given up for this run.
"""

from __future__ import annotations

from datetime import datetime
from email.utils import parsedate_to_datetime
from time import monotonic

BUSY = frozenset({429, 503})
LONGEST = 3600.0
"""Seconds up to which the wait is respected."""
PATIENCE = 10.0
"""Seconds that a visit itself waits before it asks once more."""
GIVEN_UP = float("inf")


def seconds_of(value: str, now: datetime) -> float | None:
    """Seconds to stay away; None where the header says nothing, ``GIVEN_UP`` for more than an hour."""
    text = value.strip()
    if not text:
        return None
    if text.isascii() and text.isdigit():
        seconds = float(text[:12])
    else:
        try:
            at = parsedate_to_datetime(text[:60])
            seconds = (at - now).total_seconds()
        except (TypeError, ValueError, OverflowError):  # TypeError: a date without an offset
            return None
    return GIVEN_UP if seconds > LONGEST else max(0.0, seconds)


def told(status: int, seconds: float | None) -> str:
    """For the record: what they asked for and what we do."""
    if seconds is None:
        return f"HTTP {status}"
    if seconds == GIVEN_UP:
        return f"HTTP {status}，要求等待超过 {LONGEST / 60:.0f} 分钟，今晚不再访问"
    return f"HTTP {status}，要求 {seconds:.0f} 秒后再来"


class Away:
    """Hosts that asked us to stay away, each until an instant of the monotonic clock."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def note(self, host: str, seconds: float) -> None:
        """``host`` asked for ``seconds``."""
        self._until[host] = max(monotonic() + seconds, self._until.get(host, 0.0))

    def left(self, host: str) -> float:
        """Seconds that ``host`` must still be left alone; 0 when it may be asked."""
        until = self._until.get(host)
        return 0.0 if until is None else max(0.0, until - monotonic())
