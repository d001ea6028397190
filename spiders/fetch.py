"""One page as one client gets it: own redirect loop, every hop kept, every body bounded, nothing raised.

The guard stands in the downloader middleware; here its refusals become part of the record.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scrapy import Request

from scoring.case import Client, Hop
from spiders import answers, clients, redirects, retry_after
from spiders.attachment import attachment
from spiders.body import Body, plain_body
from spiders.budgets import Budgets
from spiders.decode import decode
from spiders.items import Exchange, PageVisit
from spiders.options import Options
from spiders.refusal import sentence
from spiders.request_log import reason_of

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

PATIENCE = 2
"""Times in a row that a host may make us wait in vain; then it is not asked again tonight."""
REMEMBERED = 256
"""Answers kept for visits that are led to the same address; the oldest goes first."""
REMEMBERED_BYTES = 65536
"""Larger answers are not kept: 256 of them must not fill the memory."""


class Remembered:
    """What one night's visits know of each other: answers, hosts that asked to wait, hosts that let us wait in vain."""

    def __init__(self) -> None:
        self.away = retry_after.Away()
        self.hung: Counter[str] = Counter()
        self.asked: dict[tuple[str, Client, bool], asyncio.Future[Exchange]] = {}


class Fetcher:
    """Fetches pages for visits through Scrapy's downloader; counts refusals and cuts by code."""

    def __init__(
        self,
        crawler: Crawler,
        options: Options,
        now: Callable[[], datetime],
        budgets: Budgets | None = None,
        remembered: Remembered | None = None,
    ) -> None:
        """``remembered``: of the night's earlier crawls; None: nothing."""
        self._crawler = crawler
        self._options = options
        self._now = now
        self._budgets = budgets
        known = remembered or Remembered()
        self._away, self._hung, self._asked = known.away, known.hung, known.asked

    async def page(self, url: str, client: Client, referer: str = "") -> PageVisit:
        """Fetch ``url`` as ``client`` and follow it on, at most ``max_hops`` times."""
        visit = PageVisit(client, url, [], [])
        seen: set[str] = set()
        via: Any = "start"
        while True:
            seen.add(url)
            exchange = await self.exchange(url, client, referer)
            visit.exchanges.append(exchange)
            if await self._asked_to_wait(exchange, visit):
                visit.hops.append(Hop(url, exchange.status, via, "", exchange.error))
                continue
            onward, error = self._onward(exchange, seen, visit)
            visit.hops.append(
                Hop(url, exchange.status, via, onward.url if onward else _location(exchange), error or exchange.error)
            )
            if onward is None or error:
                visit.error = error or exchange.error
                break
            url, via = onward.url, onward.via
        return visit

    async def _asked_to_wait(self, exchange: Exchange, visit: PageVisit) -> bool:
        """Note a 429 or 503; True after a short wait that it asked for, once a page: then it is asked again."""
        if exchange.status not in retry_after.BUSY or exchange.error:
            return False
        seconds = retry_after.seconds_of(header(exchange, "retry-after"), self._now())
        exchange.error = sentence("E_BUSY", retry_after.told(exchange.status, seconds))
        if seconds is None:
            return False
        if seconds <= retry_after.PATIENCE and len(visit.exchanges) == 1:
            await asyncio.sleep(seconds)
            self._forget(exchange.url)
            return True
        self._away.note(urlsplit(exchange.url).hostname or "", seconds)
        return False

    def _forget(self, url: str) -> None:
        for key in [key for key in self._asked if key[0] == url]:
            del self._asked[key]

    def _onward(self, exchange: Exchange, seen: set[str], visit: PageVisit) -> tuple[redirects.Onward | None, str]:
        """Where the answer leads, and why that is not followed when it is not."""
        if exchange.status is None:
            return None, ""
        try:
            onward = redirects.by_status(exchange.status, _location(exchange), exchange.url)
            onward = onward or self._read(exchange, visit)
        except ValueError as error:
            return None, sentence("E_BAD_REDIRECT", str(error))
        return onward, self._refusal(onward.url, seen) if onward else ""

    def _refusal(self, url: str, seen: set[str]) -> str:
        if not url.startswith(("http://", "https://")):
            return sentence("E_SCHEME", url[:60])
        if url in seen:
            return sentence("E_REDIRECT_LOOP", url)
        if len(seen) > self._options.max_hops:
            return sentence("E_REDIRECT_LIMIT", str(self._options.max_hops))
        return ""

    def _read(self, exchange: Exchange, visit: PageVisit) -> redirects.Onward | None:
        """Note the page's hash and encoding; the onward address when the page is only a front."""
        body = page_body(exchange, self._options.max_body)
        if body.code and not exchange.error:
            exchange.error = sentence(body.code, body.detail)
        content_type = header(exchange, "content-type")
        kind = attachment(content_type, header(exchange, "content-disposition"), body.data)
        if kind and not exchange.error:
            exchange.error = sentence("E_ATTACHMENT", kind)
        decoded = decode(body.data, content_type)
        visit.body_sha256 = hashlib.sha256(body.data).hexdigest()
        visit.encoding, visit.encoding_note = decoded.encoding, decoded.note
        return redirects.by_page(decoded.text, exchange.url) if is_html(content_type, body.data) else None

    async def picture(self, url: str, client: Client, referer: str) -> Exchange:
        """One GET for a picture of the page ``referer``, at most ``max_picture`` bytes kept; once for all sites."""
        return await self._once(url, client, referer, picture=True)

    async def exchange(self, url: str, client: Client, referer: str = "") -> Exchange:
        """One GET; whatever happens is in the answer. An address that another site led to is not asked again."""
        return await self._once(url, client, referer, picture=False)

    async def _once(self, url: str, client: Client, referer: str, *, picture: bool) -> Exchange:
        key = (url, client, picture)
        asked = self._asked.get(key)
        if asked is None:
            asked = self._asked[key] = asyncio.ensure_future(self._get(url, client, referer, picture=picture))
            if len(self._asked) > REMEMBERED:
                del self._asked[next(iter(self._asked))]
        answer = await asyncio.shield(asked)
        if len(answer.body) > REMEMBERED_BYTES:
            self._asked.pop(key, None)
        return answer

    async def _get(self, url: str, client: Client, referer: str, *, picture: bool) -> Exchange:
        headers = clients.headers(client, referer, picture=picture)
        at = self._now()
        if refused := self._left_alone(url):
            return answers.failed(url, list(headers.items()), at, *refused)
        timeout = self._options.timeout
        try:
            request = Request(
                url,
                headers=headers,
                dont_filter=True,
                meta={
                    "dont_retry": True,
                    "download_timeout": timeout,
                    "download_maxsize": 0,
                    "lookalike_limit": self._options.max_picture if picture else self._options.max_body,
                    "lookalike_seconds": timeout - 1,
                    "lookalike_reason": reason_of(client, picture=picture),
                    "lookalike_client": client,
                },
            )
        except ValueError as error:
            return answers.failed(url, list(headers.items()), at, "E_HOST", str(error))
        began = monotonic()
        answer = await self._download(request, at)
        self._note_wait(request, answer)
        if self._budgets is not None:
            self._budgets.spend(url, answer.ip.split(","), size=len(answer.body), seconds=monotonic() - began)
        return answer

    def _left_alone(self, url: str) -> tuple[str, str] | None:
        """Why nothing is sent there now: its budget is used up, or it asked us to stay away."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            return None  # the guard says so
        if self._hung[parts.netloc] >= PATIENCE:
            return "E_TIMEOUT", f"{host} 已连续 {PATIENCE} 次超时，不再等待"
        if (left := self._away.left(host)) > 0:
            wait = "" if left == retry_after.GIVEN_UP else f"，还剩 {left:.0f} 秒"
            return "E_BUSY", f"{host} 要求暂不访问{wait}"
        spent = self._budgets.spent(url) if self._budgets is not None else ""
        return ("E_BUDGET", spent) if spent else None

    def _note_wait(self, request: Request, answer: Exchange) -> None:
        host = urlsplit(request.url).netloc
        if answer.error.startswith("E_TIMEOUT"):
            self._hung[host] += 1
        else:
            self._hung.pop(host, None)

    async def _download(self, request: Request, at: datetime) -> Exchange:
        engine = self._crawler.engine
        assert engine is not None
        try:
            response = await asyncio.wait_for(engine.download_async(request), self._options.timeout + 10)
        except Exception as error:  # noqa: BLE001 - the downloader raises Twisted's and OpenSSL's own; each is an answer
            return answers.broken(request, error, at)
        return answers.answered(request, response, at)


def header(exchange: Exchange, name: str) -> str:
    """The first value of a response header, '' when absent; ``name`` in lower case."""
    return next((v for k, v in exchange.response_headers if k.lower() == name), "")


def page_body(exchange: Exchange, limit: int) -> Body:
    """The body with its content coding undone, bounded."""
    return plain_body(exchange.body, header(exchange, "content-encoding"), limit)


def is_html(content_type: str, data: bytes) -> bool:
    """Whether a reader's browser would show it as a page; the type is believed unless it is missing."""
    kind = content_type.split(";", maxsplit=1)[0].strip().lower()
    if kind:
        return "html" in kind or kind in {"text/plain", "application/xml", "text/xml"}
    return data.lstrip()[:1] == b"<"


def _location(exchange: Exchange) -> str:
    return header(exchange, "location") if exchange.status in redirects.REDIRECT_STATUSES else ""
