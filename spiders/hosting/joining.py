"""A bounded cache of answers that joins questions in flight: fifty subdomains ask about their domain once."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Joining(Generic[K, V]):
    """Answers by key for one event loop; ``keep`` tells for how many seconds an answer is good.

    A caller that is cancelled does not cancel the question for the others. An exception is never kept.
    """

    def __init__(self, keep: Callable[[V], float], size: int = 20_000) -> None:
        self._keep = keep
        self._size = size
        self._done: OrderedDict[K, tuple[float, V]] = OrderedDict()
        self._running: dict[K, asyncio.Task[V]] = {}

    async def get(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        """The kept answer, the one that is on its way, or a new one by ``ask``."""
        kept = self._done.get(key)
        if kept is not None and kept[0] > time.monotonic():
            self._done.move_to_end(key)
            return kept[1]
        task = self._running.get(key)
        if task is None:
            task = asyncio.ensure_future(self._ask(key, ask))
            self._running[key] = task
            task.add_done_callback(lambda _: self._running.pop(key, None))
        return await asyncio.shield(task)

    async def _ask(self, key: K, ask: Callable[[], Awaitable[V]]) -> V:
        value = await ask()
        self._done[key] = (time.monotonic() + self._keep(value), value)
        self._done.move_to_end(key)
        while len(self._done) > self._size:
            self._done.popitem(last=False)
        return value
