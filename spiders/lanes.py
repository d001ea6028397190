"""Places for visits: whoever makes us wait gives up its place, and few at once may make us wait at one address.

Twenty hosts that answer a byte a second hold no place that another visit needs.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from time import monotonic

SLOW_SHARE = 0.4
"""Part of the time for one exchange after which a visit holds no place any more; with 20 s, 8: most take 1 to 6."""
SLOW_AT_ONCE = 2
"""Visits at an owner or address that has made us wait, until one there is quick again."""
MOST = 4
"""So many times the places are under way in all, slow ones included."""
AT_ONCE = 2
"""Visits at one host at a time: posts of one forum wait for each other, and not in the downloader, where time runs."""
CROWD = 8
"""Visits at one owner or address at a time where its requests are paced: more would wait until their time is up."""
WAITING = 5000
"""Visits that wait for a host or a slow address before nothing more is taken up; each is a few kB."""


class _Host:
    """Who is, or waits to be, at one host."""

    def __init__(self) -> None:
        self.turns = asyncio.Semaphore(AT_ONCE)
        self.users = 0


class Lanes:
    """``places`` visits at a time; ``slow_after`` seconds make one slow."""

    def __init__(
        self,
        places: int,
        slow_after: float,
        crowd: int | None = None,
        everybodys: Callable[[str], bool] = lambda _key: False,
    ) -> None:
        """``crowd``: visits at one address at a time that is not ``everybodys``; None: not bounded, as its pace."""
        self._places = places
        self._crowd = crowd
        self._everybodys = everybodys
        self._slow_after = slow_after
        self._began: dict[object, tuple[float, frozenset[str]]] = {}
        self._hosts: dict[str, _Host] = {}
        self._slow: set[str] = set()
        """Owners and addresses whose latest visit was slow."""
        self._arriving = 0
        self._users = 0
        self._ended = asyncio.Event()

    def room(self) -> int:
        """How many more visits may be taken up now."""
        if self._users - len(self._began) >= WAITING:
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
        async with self._at_host(host):
            await self._until_free(mine)
            me = object()
            self._began[me] = (monotonic(), mine)
            try:
                yield
            finally:
                self._end(*self._began.pop(me))

    @asynccontextmanager
    async def _at_host(self, host: str) -> AsyncIterator[None]:
        """Wait behind those who came before: only the next one is woken, however many posts of a forum wait."""
        found = self._hosts.setdefault(host, _Host())
        found.users += 1
        self._users += 1
        try:
            async with found.turns:
                yield
        finally:
            self._users -= 1
            found.users -= 1
            if not found.users:
                del self._hosts[host]

    async def _until_free(self, keys: frozenset[str]) -> None:
        while self._hangs(keys):
            await self._ended.wait()

    def _end(self, began: float, keys: frozenset[str]) -> None:
        if monotonic() - began < self._slow_after:
            self._slow -= keys
        else:
            self._slow |= keys
        self._ended.set()
        self._ended = asyncio.Event()

    def _hangs(self, keys: frozenset[str]) -> bool:
        slow_since = monotonic() - self._slow_after
        for key in keys:
            there = [began for began, of in self._began.values() if key in of]
            if self._crowd is not None and len(there) >= self._crowd and not self._everybodys(key):
                return True
            slow = key in self._slow or sum(began <= slow_since for began in there) >= SLOW_AT_ONCE
            if slow and len(there) >= SLOW_AT_ONCE:
                return True
        return False
