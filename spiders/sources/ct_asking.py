"""Asks one log through Scrapy's downloader, guard and request log: paced, bounded, again after a pause where it helps.

What a log answers is for ``spiders.feeds.ctlog``; here only whether it answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from time import monotonic

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError, IgnoreRequest
from scrapy.http import Response

from seeds.ct_model import CtFollow, CtLog
from spiders import retry_after
from spiders.clock import now
from spiders.failing import code_of
from spiders.options import Options
from spiders.refusal import sentence

TRIES = 5
"""Times that one address is asked before the log is left for tonight."""
LONGEST_PAUSE = 60.0
MOST_BYTES = 64 * 1024 * 1024
"""Of one answer, unpacked: 256 entries have one as a rule."""
SECONDS = 60.0
"""For one answer: slow logs take ten and more for a page."""
GONE = frozenset({404, 410})
TOO_MUCH = frozenset({400, 413, 414, 416})
"""How logs refuse a range that is larger than they like, though they should cut it."""

Download = Callable[[Request], Awaitable[Response]]


class NotAnswered(Exception):
    """The log gave nothing that can be used; ``str()`` is one sentence in Chinese."""


class NotThere(NotAnswered):
    """It says that there is no such thing."""


class AskedTooMuch(NotAnswered):
    """It refuses the range."""


class TooLarge(NotAnswered):
    """The answer is larger than ``MOST_BYTES``."""


class CtClient:
    """One log; ``ask`` gives bodies."""

    def __init__(
        self,
        log: CtLog,
        follow: CtFollow,
        options: Options,
        download: Download,
        *,
        deadline: float = float("inf"),
    ) -> None:
        """``deadline``: of the monotonic clock; no pause goes beyond it."""
        self._log = log
        self._options = options
        self._download = download
        self._deadline = deadline
        self._first_pause = follow.retry_s
        own = log.delay_s if log.delay_s is not None else follow.delay_s
        self._delay = own if options.delay is None else options.delay
        self._last = -self._delay
        contact = options.user_agent_contact
        self._agent = "lookalike" + (f" (+{contact})" if contact else "")

    async def ask(self, path: str) -> bytes:
        """The body at ``path``. Raises ``NotAnswered`` after some tries, or one of its kinds at once."""
        pause, why = self._first_pause, ""
        for left in reversed(range(TRIES)):
            try:
                response = await self._get(path)
            except (NotAnswered, asyncio.CancelledError):
                raise
            except Exception as error:  # noqa: BLE001 - the downloader raises Twisted's and OpenSSL's own
                why, wait = _why(error), None
            else:
                if response.status == 200:  # OK
                    return response.body
                why, wait = self._refused(response), self._asked_to_wait(response)
            if left:
                await self._wait(pause if wait is None else wait, why)
                pause = min(LONGEST_PAUSE, pause * 2)
        raise NotAnswered(f"问了 {TRIES} 次：{why}")

    def _refused(self, response: Response) -> str:
        """Why an answer is worth another try; raises where it is not."""
        status = response.status
        if status in GONE:
            raise NotThere(f"HTTP {status}")
        if status in TOO_MUCH:
            raise AskedTooMuch(f"HTTP {status}")
        if status not in retry_after.BUSY and status != 408 and status < 500:  # request timeout, server errors
            where = (response.headers.get("Location") or b"").decode("latin-1")
            raise NotAnswered(f"HTTP {status}" + f"，转向 {where[:200]}" * bool(where))
        return f"HTTP {status}"

    def _asked_to_wait(self, response: Response) -> float | None:
        if response.status not in retry_after.BUSY:
            return None
        value = (response.headers.get("Retry-After") or b"").decode("latin-1")
        return retry_after.seconds_of(value, now(self._options))

    async def _wait(self, seconds: float, why: str) -> None:
        if seconds == retry_after.GIVEN_UP or monotonic() + seconds > self._deadline:
            raise NotAnswered(f"{why}，要等的时间超过今夜余下的时间")
        await asyncio.sleep(seconds)

    async def _get(self, path: str) -> Response:
        await asyncio.sleep(max(0.0, self._last + self._delay - monotonic()))
        self._last = monotonic()
        request = Request(
            self._log.url + path,
            headers={"User-Agent": self._agent, "Accept": "*/*"},
            dont_filter=True,
            meta={
                "dont_redirect": True,
                "dont_retry": True,
                "handle_httpstatus_all": True,
                "download_maxsize": MOST_BYTES,
                "download_timeout": max(SECONDS, self._options.timeout),
                "download_slot": f"ct:{self._log.id}",
                "lookalike_interface": True,
                "lookalike_reason": f"ct:{self._log.id}",
            },
        )
        try:
            return await self._download(request)
        except DownloadCancelledError as error:
            raise TooLarge(sentence("E_TOO_LONG", f"{MOST_BYTES >> 20} MiB")) from error
        except IgnoreRequest as error:
            if "DOWNLOAD_MAXSIZE" in str(error):
                raise TooLarge(sentence("E_BOMB", f"{MOST_BYTES >> 20} MiB")) from error
            raise NotAnswered(_why(error)) from error


def _why(error: BaseException) -> str:
    code, detail = code_of(error)
    return detail if detail.startswith("E_") else sentence(code, detail)
