"""One page as one client gets it: own redirect loop, every hop kept, every body bounded, nothing raised.

The guard stands in the downloader middleware; here its refusals become part of the record.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
    StopDownload,
)

from scoring.case import Client, Hop
from spiders import clients, redirects
from spiders.body import Body, plain_body
from spiders.decode import decode
from spiders.items import Exchange, PageVisit
from spiders.options import Options
from spiders.refusal import Refused, sentence

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response

HEADER_BYTES = 65536
REMEMBERED = 256
"""Answers kept for visits that are led to the same address; the oldest goes first."""
REMEMBERED_BYTES = 65536
"""Larger answers are not kept: 256 of them must not fill the memory."""


class Fetcher:
    """Fetches pages for visits through Scrapy's downloader; counts refusals and cuts by code."""

    def __init__(self, crawler: Crawler, options: Options, now: Callable[[], datetime]) -> None:
        self._crawler = crawler
        self._options = options
        self._now = now
        self._asked: dict[tuple[str, Client, bool], asyncio.Future[Exchange]] = {}

    def on_bytes(self, data: bytes, request: Request) -> None:
        """Signal ``bytes_received``: stop, and keep what came, at the size or the time limit."""
        meta = request.meta
        if "lookalike_deadline" not in meta:
            return
        meta["lookalike_received"] = received = meta.get("lookalike_received", 0) + len(data)
        if received > meta["lookalike_limit"]:
            meta["lookalike_cut"] = "length"
        elif time.monotonic() > meta["lookalike_deadline"]:
            meta["lookalike_cut"] = "time"
        if "lookalike_cut" in meta:
            raise StopDownload(fail=False)

    def on_headers(self, headers: Any, request: Request) -> None:
        """Signal ``headers_received``: an answer whose headers alone are a bomb brings no body."""
        size = sum(len(name) + len(value) for name, values in headers.items() for value in values)
        if "lookalike_deadline" in request.meta and size > HEADER_BYTES:
            request.meta["lookalike_cut"] = "headers"
            raise StopDownload(fail=False)

    async def page(self, url: str, client: Client, referer: str = "") -> PageVisit:
        """Fetch ``url`` as ``client`` and follow it on, at most ``max_hops`` times."""
        visit = PageVisit(client, url, [], [])
        seen: set[str] = set()
        via: Any = "start"
        while True:
            seen.add(url)
            exchange = await self.exchange(url, client, referer)
            visit.exchanges.append(exchange)
            onward, error = self._onward(exchange, seen, visit)
            visit.hops.append(
                Hop(url, exchange.status, via, onward.url if onward else _location(exchange), error or exchange.error)
            )
            if onward is None or error:
                visit.error = error or exchange.error
                break
            url, via = onward.url, onward.via
        return visit

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
        request_headers = clients.headers(client, referer, picture=picture)
        at = self._now()
        timeout = self._options.timeout
        try:
            request = Request(
                url,
                headers=request_headers,
                dont_filter=True,
                meta={
                    "dont_retry": True,
                    "download_timeout": timeout,
                    "download_maxsize": 0,
                    "lookalike_limit": self._options.max_picture if picture else self._options.max_body,
                    "lookalike_deadline": time.monotonic() + timeout - 1,
                },
            )
        except ValueError as error:
            return _failed(url, request_headers, at, "E_HOST", str(error))
        try:
            engine = self._crawler.engine
            assert engine is not None
            response = await asyncio.wait_for(engine.download_async(request), timeout + 10)
        except Exception as error:  # noqa: BLE001 - the downloader raises Twisted's and OpenSSL's own; each is an answer
            return _failed(url, request_headers, at, *_code(error))
        return self._answered(request, response, at)

    def _answered(self, request: Request, response: Response, at: datetime) -> Exchange:
        cut = request.meta.get("lookalike_cut", "")
        error = ""
        if cut == "length":
            error = sentence("E_TOO_LONG", f"{request.meta['lookalike_limit']} 字节")
        elif cut == "time":
            error = sentence("E_TIMEOUT", f"{self._options.timeout:.0f} 秒")
        elif cut == "headers":
            error = sentence("E_HEADERS", f"{HEADER_BYTES} 字节")
        elif "dataloss" in response.flags:
            cut, error = "disconnect", sentence("E_TRUNCATED", f"{len(response.body)} 字节")
        return Exchange(
            url=request.url,
            method="GET",
            request_headers=_pairs(request.headers),
            status=response.status,
            reason="",
            response_headers=[] if cut == "headers" else _pairs(response.headers),
            body=response.body[: request.meta["lookalike_limit"]],
            at=at,
            ip=",".join(request.meta.get("lookalike_addresses") or ()),
            error=error,
            truncated={"headers": "length"}.get(cut, cut),
        )


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


def _pairs(headers: Any) -> list[tuple[str, str]]:
    return [(_text(name), _text(value)) for name, values in headers.items() for value in values]


def _text(raw: bytes) -> str:
    """Header bytes as text: UTF-8 where valid, else GB18030 (common in Location), else Latin-1; one line."""
    for name in ("utf-8", "gb18030"):
        try:
            return raw.decode(name).replace("\r", " ").replace("\n", " ")
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1").replace("\r", " ").replace("\n", " ")


def _failed(url: str, request_headers: dict[str, str], at: datetime, code: str, detail: str) -> Exchange:
    error = detail if detail.startswith("E_") else sentence(code, detail)
    return Exchange(url, "GET", list(request_headers.items()), None, "", [], b"", at, error=error)


def _code(error: BaseException) -> tuple[str, str]:
    """The code and detail of what the downloader raised."""
    if isinstance(error, IgnoreRequest):
        cause = error.__cause__
        return (cause.code, str(cause)) if isinstance(cause, Refused) else ("E_PROTOCOL", str(error))
    if isinstance(error, (DownloadTimeoutError, TimeoutError)):
        return "E_TIMEOUT", type(error).__name__
    if isinstance(error, CannotResolveHostError):
        return "E_DNS", str(error)
    if isinstance(error, DownloadConnectionRefusedError) or type(error).__name__ == "TunnelError":
        return "E_CONNECT", str(error) or type(error).__name__
    return "E_PROTOCOL", f"{type(error).__name__} {error}"
