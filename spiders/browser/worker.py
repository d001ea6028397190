"""The browser's process: starts one browser, renders page after page, and tells the parent what came of each.

Everything it starts stays below it, so that the parent can end it whole. It holds no setting of the store.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from spiders.browser.launch import Found, flags
from spiders.browser.process import descendants
from spiders.browser.proxy import GuardProxy, Nowhere
from spiders.browser.traffic import Traffic
from spiders.guard import guard_for
from spiders.options import Options

if TYPE_CHECKING:
    from playwright.async_api import Browser

LAUNCH = 25.0
MOST_OF_PAGE = 400 << 20
"""Bytes of resident memory of a page's own process, from which it is ended: a page that eats memory crashes alone."""
MOST_OF_ONE = 1200 << 20
"""The same of what all pages share; a picture of the tallest page passes through it."""
FILE = 256 << 20
DATA = 4 << 30
"""Bytes of private memory of one process. Its address space cannot be bounded: V8 reserves terabytes of it."""
WATCHED = 0.25


def work(handle: str) -> None:
    """Answer until the parent closes the pipe."""
    for what, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, FILE), (resource.RLIMIT_DATA, DATA)):
        resource.setrlimit(what, (most, most))
    asyncio.run(_serve(Connection(int(handle))))


async def _serve(pipe: Connection) -> None:
    begin = json.loads(await asyncio.to_thread(pipe.recv_bytes))
    from spiders.browser.capture import capture  # noqa: PLC0415 - needs playwright, whose absence the parent has told

    try:
        async with _browser(Found(begin["path"], begin["sandbox"])) as (browser, used):
            guard = guard_for(Options(**begin["options"]))
            _send(pipe, {"ready": browser.version, "flags": list(used)})
            watching = asyncio.create_task(_watch_memory())
            while True:
                try:
                    job = json.loads(await asyncio.to_thread(pipe.recv_bytes))
                except EOFError:
                    watching.cancel()
                    return
                told = await capture(browser, guard, begin["options"]["proxy"], job)
                _send(pipe, {**told.facts, "stuck": told.stuck or not browser.is_connected()})
                for part in (told.dom, told.fold, told.whole):
                    pipe.send_bytes(part)
    except Exception as error:  # noqa: BLE001 - whatever kept the browser from starting is told, once
        with suppress(OSError):
            _send(pipe, {"failed": str(error)[:2000] or type(error).__name__})


def _send(pipe: Connection, told: dict[str, Any]) -> None:
    pipe.send_bytes(json.dumps(told).encode())


@asynccontextmanager
async def _browser(found: Found) -> AsyncIterator[tuple[Browser, tuple[str, ...]]]:
    from playwright.async_api import async_playwright  # noqa: PLC0415 - see above

    nowhere = GuardProxy(Nowhere(), "", Traffic())
    used = flags(await nowhere.start())
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=found.path or None,
            args=list(used),
            chromium_sandbox=found.sandbox,
            handle_sigint=False,
            timeout=LAUNCH * 1000,
        )
        yield browser, used
        await browser.close()
    await nowhere.close()


async def _watch_memory() -> None:
    """A page must not take the machine's memory: its process is ended, which the page's answer then tells."""
    while True:
        await asyncio.sleep(WATCHED)
        for process in await asyncio.to_thread(descendants, os.getpid()):
            if process.memory > (MOST_OF_PAGE if _shows_page(process.pid) else MOST_OF_ONE):
                with suppress(ProcessLookupError):
                    os.kill(process.pid, signal.SIGKILL)


def _shows_page(pid: int) -> bool:
    """Whether a process is one in which Chromium keeps pages (its ``--type=renderer``)."""
    try:
        return b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False  # it has ended
