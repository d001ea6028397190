"""Places for visits: whoever makes us wait gives up its place, and few at once may make us wait at one address.

Twenty hosts that answer a byte a second hold no place that another visit needs.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Collection
from contextlib import asynccontextmanager
from time import monotonic

SLOW_AFTER = 15.0
"""Seconds after which a visit holds no place any more; an ordinary one takes 1 to 8 s."""
SLOW_AT_ONCE = 2
"""Slow visits at one owner or address while no further one begins there."""
MOST = 4
"""So many times the places are under way in all, slow ones included."""
AT_ONCE = 2
"""Visits at one host at a time: posts of one forum wait for each other, and not in the downloader, where time runs."""
WAITING = 5000
"""Visits that wait for a host or a slow address before nothing more is taken up; each is a few kB."""


class Lanes:
    """``places`` visits at a time; ``slow_after`` seconds make one slow."""

    def __init__(self, places: int, slow_after: float = SLOW_AFTER) -> None:
        self._places = places
        self._slow_after = slow_after
        self._began: dict[object, tuple[float, frozenset[str]]] = {}
        self._at_host: Counter[str] = Counter()
        self._arriving = 0
        self._waiting = 0
        self._ended = asyncio.Event()

    def room(self) -> int:
        """How many more visits may be taken up now."""
        if self._waiting >= WAITING:
            return 0
        now = monotonic()
        held = self._arriving + sum(now - began < self._slow_after for began, _ in self._began.values())
        return max(0, min(self._places - held, MOST * self._places - len(self._began) - self._arriving))

    @asynccontextmanager
    async def turn(self, host: str, keys: Awaitable[Collection[str]]) -> AsyncIterator[None]:
        """Find out owner and addresses (``keys``), wait while too many there are slow, then hold a place."""
        self._arriving += 1
        try:
            mine = frozenset(await keys)
        finally:
            self._arriving -= 1
        await self._until_free(host, mine)
        me = object()
        self._began[me] = (monotonic(), mine)
        self._at_host[host] += 1
        try:
            yield
        finally:
            del self._began[me]
            self._at_host[host] -= 1
            if not self._at_host[host]:
                del self._at_host[host]
            self._ended.set()
            self._ended = asyncio.Event()

    async def _until_free(self, host: str, keys: frozenset[str]) -> None:
        self._waiting += 1
        try:
            while self._at_host[host] >= AT_ONCE or self._hangs(keys):
                await self._ended.wait()
        finally:
            self._waiting -= 1

    def _hangs(self, keys: frozenset[str]) -> bool:
        slow_since = monotonic() - self._slow_after
        slow = [of for began, of in self._began.values() if began <= slow_since]
        return any(sum(key in of for of in slow) >= SLOW_AT_ONCE for key in keys)
