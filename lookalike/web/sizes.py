"""Turns away requests that announce too large a body, in words of ours, before any of it is read. What is sent without
an announcement is counted while it streams, by Starlette's own limit.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send


class Sizes:
    """Answers with ``refuse`` where more than ``most`` bytes are announced."""

    def __init__(self, app: ASGIApp, most: int, refuse: Callable[[Request], Response]) -> None:
        self.app, self.most, self.refuse = app, most, refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "http":
            request = Request(scope)
            said = request.headers.get("content-length", "0")
            if not said.isdigit() or int(said[:20]) > self.most:
                await self.refuse(request)(scope, receive, send)
                return
        await self.app(scope, receive, send)
