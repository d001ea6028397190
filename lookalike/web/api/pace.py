"""How many requests a key, or whoever has none, may send: a bucket in this process that fills at a steady rate."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000
"""Buckets that are kept; of more the one that was used longest ago is forgotten."""


class Pace:
    """``burst`` requests at once, then ``rate`` a second."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self.clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, who: str) -> float:
        """Charges a request; 0: it may come in, else the seconds until one may."""
        with self._lock:
            now = self.clock()
            left, at = self._left.pop(who, (float(self.burst), now))
            left = min(left + max(now - at, 0.0) * self.rate, float(self.burst))
            enough = left >= 1
            self._left[who] = (left - 1 if enough else left, now)
            if len(self._left) > MOST:
                self._left.popitem(last=False)
            return 0.0 if enough else (1 - left) / self.rate

    def empty(self, who: str) -> bool:
        """Whether nothing is left; charges nothing."""
        with self._lock:
            left, at = self._left.get(who, (float(self.burst), self.clock()))
            return left + (self.clock() - at) * self.rate < 1
