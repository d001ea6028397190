"""Several streams as one: they are read beside each other, and each goes on when its last thing has been dealt with."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


async def merged(streams: Iterable[tuple[K, AsyncIterator[V]]]) -> AsyncGenerator[tuple[K, V | Exception], None]:
    """What comes from any stream, with the stream's key; an error ends its own stream and is the last thing of it."""
    queue: asyncio.Queue[tuple[K, V | Exception] | None] = asyncio.Queue()
    dealt_with: dict[int, asyncio.Event] = {}

    async def read(key: K, stream: AsyncIterator[V]) -> None:
        try:
            async for thing in stream:
                pair = key, thing
                done = dealt_with[id(pair)] = asyncio.Event()
                queue.put_nowait(pair)
                await done.wait()
        except Exception as error:  # noqa: BLE001 - handed on to who reads
            queue.put_nowait((key, error))
        queue.put_nowait(None)

    tasks = [asyncio.ensure_future(read(key, stream)) for key, stream in streams]
    try:
        left = len(tasks)
        while left:
            pair = await queue.get()
            if pair is None:
                left -= 1
                continue
            yield pair
            if (done := dealt_with.pop(id(pair), None)) is not None:
                done.set()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
