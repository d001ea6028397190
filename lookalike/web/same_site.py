"""Turns away what another site makes a signed-in browser send: the browser itself says where a request comes from.

``Sec-Fetch-Site`` (W3C Fetch Metadata) where it is sent, else ``Origin`` (RFC 6454): old browsers, and plain HTTP by
another name than localhost, know only the latter. With neither, a request that changes something is refused. Programs
that ask by key are let through where they bring no cookie: then no browser has lent them anything.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from lookalike.web.api import problems
from lookalike.web.api.points import ROOT

SAFE = frozenset({"GET", "HEAD"})


class SameSite:
    """Refuses state-changing requests that do not come from our own pages."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http" and scope["method"] not in SAFE and not _may_change(scope):
            await _refused(scope["path"])(scope, receive, send)
            return
        await self.app(scope, receive, send)


def of_programs(path: str) -> bool:
    """Whether it is programs that ask for this path, by key and not by cookie."""
    return path == ROOT or path.startswith(f"{ROOT}/")


def _may_change(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return from_here(headers) or (of_programs(scope["path"]) and "cookie" not in headers)


def _refused(path: str) -> Response:
    if of_programs(path):
        return problems.answer(problems.Refusal("other_site"))
    return PlainTextResponse("来自其他网站的请求已拒绝 / cross-site request refused\n", 403)


def from_here(headers: Headers) -> bool:
    """Whether the browser says that one of our own pages sent this."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc == headers.get("host", "")
