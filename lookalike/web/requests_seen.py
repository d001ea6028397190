"""Every request by its number in the log, and counted by method, route and status; no address, and nothing of any lead.

``lookalike_http_request_duration_seconds``: from the first byte in to the last byte out, in seconds. The route is the
template, so its values are those of the program's own table and none that somebody asked for.
"""

from __future__ import annotations

import logging
import re
import secrets
import time

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics, generate_latest
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lookalike.ops import logs

BUCKETS = (0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; a page is meant to take less than a quarter of one."""
METHODS = frozenset({"GET", "HEAD", "POST"})
OTHER = "other"
"""What no route answers to, and methods that no route has: one value for all of them."""
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})
_CONVERTOR = re.compile(r":[a-z]+\}")

logger = logging.getLogger("lookalike.web.requests")


class RequestsSeen:
    """What has been counted since the process began."""

    def __init__(self) -> None:
        """Nothing yet."""
        disable_created_metrics()  # type: ignore[no-untyped-call]  # else twice the series, and nobody asks for them
        self._registry = CollectorRegistry(auto_describe=False)
        self._seconds = Histogram(
            "lookalike_http_request_duration_seconds",
            "Seconds of a request, by method, route and status.",
            ("method", "route", "status"),
            buckets=BUCKETS,
            registry=self._registry,
        )

    def note(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one."""
        self._seconds.labels(method, route, str(status)).observe(seconds)

    def page(self) -> bytes:
        """In the text format of Prometheus, version 0.0.4."""
        return generate_latest(self._registry)


class Watch:
    """Gives every request its number, which the answer's ``x-request-id`` tells, and counts it when it is over."""

    def __init__(self, app: ASGIApp, seen: RequestsSeen) -> None:
        """``seen``: where it is counted."""
        self.app = app
        self.seen = seen

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        number, begin, status = secrets.token_hex(8), time.perf_counter(), 500

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["x-request-id"] = number
            await send(message)

        with logs.within(request=number):
            try:
                await self.app(scope, receive, numbered)
            finally:
                method = scope["method"] if scope["method"] in METHODS else OTHER
                route, seconds = template(scope), time.perf_counter() - begin
                self.seen.note(method, route, status, seconds)
                level = logging.DEBUG if route in PROBES else logging.INFO
                logger.log(level, "%s %s %d %.3f s", method, route, status, seconds)


def template(scope: Scope) -> str:
    """The route's own path, without what stood in it: ``/leads/{lead_id}``."""
    path = getattr(scope.get("route"), "path", "")
    return _CONVERTOR.sub("}", path) if path else OTHER
