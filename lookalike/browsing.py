"""Browsers for a night: as many as the settings say, each with a thread of its own, so that the loop goes on.

Without a browser the night goes on without, and says once why and what mends it.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from typing import Any, TypeVar

from lookalike import __version__
from lookalike.night import Night
from lookalike.store.blobs import Blobs
from spiders.browser.handle import Wanted
from spiders.browser.launch import AS_ROOT, BrowserMissing
from spiders.browser.renderer import Renderer
from spiders.browser.warc import read_rendered, write_rendered
from spiders.items import RenderedPage, RenderedVisit

T = TypeVar("T")

RENDERED = ".rendered.warc.gz"
"""What the files of rendered visits end with: by it they are told from those of visits."""


class _Lane:
    """One renderer and its thread. The thread is a daemon: a night that is told to end does not wait for a page."""

    def __init__(self, renderer: Renderer) -> None:
        self.renderer = renderer
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True, name="browser")
        self._thread.start()

    async def call(self, function: Callable[..., T], *arguments: Any) -> T:
        """``function`` in the lane's thread: a browser ends with the thread that started it."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[T] = loop.create_future()

        def work() -> None:
            try:
                found = function(*arguments)
            except BaseException as error:  # noqa: BLE001 - raised where the answer is waited for
                loop.call_soon_threadsafe(_settle, answer, None, error)
            else:
                loop.call_soon_threadsafe(_settle, answer, found, None)

        self._work.put(work)
        return await answer

    def stop(self) -> None:
        """End the thread after what it is at."""
        self._work.put(None)

    def _run(self) -> None:
        while (work := self._work.get()) is not None:
            work()


def _settle(answer: asyncio.Future[Any], found: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(found)


class Browsers:
    """Renders pages, as many at once as there are lanes."""

    def __init__(self, lanes: list[_Lane]) -> None:
        self._lanes = lanes
        self._free: asyncio.Queue[_Lane] = asyncio.Queue()
        for lane in lanes:
            self._free.put_nowait(lane)

    @property
    def described(self) -> str:
        """What renders."""
        return self._lanes[0].renderer.described

    async def render(self, wanted: Wanted) -> RenderedPage:
        """One page; whatever it does is in the answer."""
        lane = await self._free.get()
        try:
            return await lane.call(lane.renderer.render, wanted)
        finally:
            self._free.put_nowait(lane)


@asynccontextmanager
async def open_browsers(night: Night, pages: int) -> AsyncIterator[Browsers | None]:
    """The night's browsers, no more than there are ``pages``; None where there are none, which a note then tells."""
    if night.config.browser == "off" or pages < 1:
        yield None
        return
    lanes = [_Lane(Renderer(night.config, night.now)) for _ in range(max(1, min(night.config.render_at_once, pages)))]
    try:
        try:
            for lane in lanes:
                await lane.call(lane.renderer.start)
        except BrowserMissing as missing:
            note(night, "missing", f"没有用浏览器查看页面：{missing}")
            yield None
            return
        if not lanes[0].renderer.sandbox:
            note(night, "no-sandbox", AS_ROOT)
        yield Browsers(lanes)
    finally:
        for lane in lanes:
            await lane.call(lane.renderer.close)
            lane.stop()


def note(night: Night, status: str, why: str) -> None:
    """Tell something about the browser once a night."""
    told = {"source": "browser", "status": status, "why": why}
    if told not in night.notes:
        night.notes.append(told)


def keep(blobs: Blobs, visit: RenderedVisit) -> str:
    """Put a rendered visit beside the captures; returns the SHA-256 of its file."""
    stream = BytesIO()
    write_rendered(visit, stream, f"lookalike/{__version__}")
    return blobs.put_as_is(stream.getvalue(), RENDERED)


def read_back(blobs: Blobs, sha256: str) -> RenderedVisit:
    """The same back. Raises StoreError where it is missing, ``BrokenWarc`` where it is damaged."""
    return read_rendered(blobs.path(sha256))


def is_rendered(blobs: Blobs, sha256: str) -> bool:
    """Whether a document is a rendered visit. Raises StoreError where it is missing."""
    return blobs.path(sha256).name.endswith(RENDERED)
