"""What machines ask: does it live, is it ready, its numbers. No session; nothing of any lead, no path, no version.

``/metrics`` asks for the bearer token of the settings; without one it answers this machine alone, and only where no
proxy can stand before it, for to a proxy's neighbour everybody is this machine.
"""

from __future__ import annotations

import hmac
import ipaddress
import logging

from anyio import to_thread
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from lookalike.errors import StoreError
from lookalike.ops import numbers
from lookalike.ops.readiness import unready
from lookalike.web.desk import Desk
from lookalike.web.requests_seen import RequestsSeen

KIND = "text/plain; version=0.0.4; charset=utf-8"
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_CARRIED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_FRESH = {"cache-control": "no-store"}

logger = logging.getLogger("lookalike.web")


def routes(desk: Desk, seen: RequestsSeen) -> list[Route]:
    """``/healthz``, ``/readyz``, ``/metrics``; ``seen``: the requests of this process."""

    async def healthz(_request: Request) -> Response:
        return JSONResponse({"status": "ok"}, headers=_FRESH)

    async def readyz(_request: Request) -> Response:
        failed = await to_thread.run_sync(unready, desk.config, desk.factory)
        told = {"status": "unready", "failed": failed} if failed else {"status": "ready"}
        return JSONResponse(told, 503 if failed else 200, headers=_FRESH)

    async def metrics(request: Request) -> Response:
        status = _refused(desk, request)
        if status:
            more = {"www-authenticate": "Bearer"} if status == 401 else {}
            return PlainTextResponse("metrics: not for you\n", status, headers=_FRESH | more)
        try:
            told = await to_thread.run_sync(numbers.page, desk.config, desk.factory, desk.now())
        except (StoreError, SQLAlchemyError, OSError) as error:
            logger.warning("metrics: %s", type(error).__name__)
            return PlainTextResponse("metrics: the database cannot be read\n", 503, headers=_FRESH)
        return Response(told + seen.page(), headers=_FRESH | {"content-type": KIND})

    return [Route(f"/{view.__name__}", view, methods=["GET"]) for view in (healthz, readyz, metrics)]


def _refused(desk: Desk, request: Request) -> int:
    """401 or 403, or 0 for: come in."""
    token = desk.config.metrics_token.get_secret_value()
    if token:
        kind, _, given = request.headers.get("authorization", "").partition(" ")
        right = hmac.compare_digest(given.strip().encode(), token.encode())
        return 0 if kind.lower() == "bearer" and right else 401
    carried = any(name in request.headers for name in _CARRIED)
    return 0 if not desk.secure and not carried and _is_here(request) else 403


def _is_here(request: Request) -> bool:
    try:
        near = ipaddress.ip_address(request.client.host if request.client else "").is_loopback
    except ValueError:
        return False
    return near and request.url.hostname in _HERE
