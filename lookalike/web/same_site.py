"""Turns away what another site makes a signed-in browser send: the browser itself says where a request comes from.

``Sec-Fetch-Site`` (W3C Fetch Metadata) where it is sent, else ``Origin`` (RFC 6454): old browsers, and plain HTTP by
another name than localhost, know only the latter. With neither, a request that changes something is refused.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD"})


class SameSite:
    """Refuses state-changing requests that do not come from our own pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not from_here(Headers(scope=scope)):
            refused = PlainTextResponse("来自其他网站的请求已拒绝 / cross-site request refused\n", 403)
            await refused(scope, receive, send)
            return
        await self.app(scope, receive, send)


def from_here(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host", "")
