"""Several streams as one: each is read beside the others, and none further than one thing ahead."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


async def merged(streams: Iterable[tuple[K, AsyncIterator[V]]]) -> AsyncGenerator[tuple[K, V | Exception], None]:
    """What comes from any stream, with the stream's key; an error ends its own stream and is the last thing of it."""
    queue: asyncio.Queue[tuple[K, V | Exception] | None] = asyncio.Queue(1)

    async def read(key: K, stream: AsyncIterator[V]) -> None:
        try:
            async for thing in stream:
                await queue.put((key, thing))
        except Exception as error:  # noqa: BLE001 - handed on to who reads
            await queue.put((key, error))
        await queue.put(None)

    tasks = [asyncio.ensure_future(read(key, stream)) for key, stream in streams]
    try:
        left = len(tasks)
        while left:
            thing = await queue.get()
            if thing is None:
                left -= 1
            else:
                yield thing
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
