"""Streams read beside each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from spiders.sources.merging import merged


async def numbers(count: int, started: list[int]) -> AsyncIterator[int]:
    for n in range(count):
        started.append(n)
        yield n
        await asyncio.sleep(0)


async def broken() -> AsyncIterator[int]:
    yield 1
    raise ValueError("no more")


def test_everything_comes_with_its_key_and_in_the_order_of_its_stream() -> None:
    async def read() -> list[tuple[str, int | Exception]]:
        return [pair async for pair in merged([("a", numbers(3, [])), ("b", numbers(5, []))])]

    found = asyncio.run(read())
    assert [n for key, n in found if key == "a"] == [0, 1, 2]
    assert [n for key, n in found if key == "b"] == [0, 1, 2, 3, 4]


def test_a_stream_that_breaks_ends_alone_and_its_error_is_its_last() -> None:
    async def read() -> list[tuple[str, int | Exception]]:
        return [pair async for pair in merged([("a", broken()), ("b", numbers(3, []))])]

    found = asyncio.run(read())
    assert [n for key, n in found if key == "b"] == [0, 1, 2]
    first, last = [n for key, n in found if key == "a"]
    assert (first, str(last)) == (1, "no more")


def test_no_stream_goes_on_before_its_last_thing_was_dealt_with() -> None:
    started: list[int] = []

    async def read() -> None:
        async for _, n in merged([("a", numbers(4, started))]):
            await asyncio.sleep(0.01)
            assert started[-1] == n

    asyncio.run(read())
    assert started == [0, 1, 2, 3]


def test_leaving_early_ends_the_streams() -> None:
    async def read() -> int:
        stream = merged([("a", numbers(10**9, []))])
        async for _, n in stream:
            if n == 3:
                break
        await stream.aclose()
        return len(asyncio.all_tasks())

    assert asyncio.run(read()) == 1
