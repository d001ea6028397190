"""Notes when the system's clock goes backwards during a night: times in its records are then out of order."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime

from spiders.clock import CHINA

LEAST = 2.0
"""Seconds back from which it is a jump; time servers correct less than that smoothly."""

logger = logging.getLogger(__name__)


class ClockWatch:
    """Holds the clock on the wall against one that only goes forward, from one look to the next."""

    def __init__(self, wall: Callable[[], float] = time.time, steady: Callable[[], float] = time.monotonic) -> None:
        self._wall = wall
        self._steady = steady
        self._last = wall(), steady()
        self.jumps: list[dict[str, object]] = []
        """``{"at", "seconds", "during"}``: when it was noticed, by the new time; how far; in which stage."""

    def look(self, during: str) -> None:
        """Compare; called between stages."""
        wall, steady = self._wall(), self._steady()
        jump = (wall - self._last[0]) - (steady - self._last[1])
        self._last = wall, steady
        if jump < -LEAST:
            at = datetime.fromtimestamp(wall, UTC).astimezone(CHINA).isoformat(timespec="seconds")
            self.jumps.append({"at": at, "seconds": round(jump, 1), "during": during})
            logger.warning("系统时钟回拨 %.1f 秒（%s 期间）；本次记录的时间先后不可靠", -jump, during)
