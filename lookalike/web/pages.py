"""One page: path, method, who may see it, and the view. Without a scope there is no route."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lookalike.errors import StoreError
from lookalike.review import signin, throttle
from lookalike.review.conflicts import StaleError
from lookalike.review.rights import NotAllowedError, Right, may
from lookalike.review.sessions import Origin, Visitor
from lookalike.store import audit
from lookalike.store.engine import reading
from lookalike.store.models import Lead
from lookalike.web import troubles
from lookalike.web.desk import Call, Desk, Likes, go
from lookalike.web.forms import BadForm, read_form
from lookalike.web.wording import LANGUAGES, catalogue

logger = logging.getLogger("lookalike.web")

Scope = Literal["anyone", "half", "signed_in"] | Right
"""``anyone``: no session needed. ``half``: a session that may still owe something. ``signed_in``: any role."""
SCOPES: frozenset[str] = frozenset({"anyone", "half", "signed_in", *get_args(Right)})
View = Callable[[Call], Response]
OWED = {"code": "/signin/code", "password": "/account/password", "enrol": "/account/second-factor"}
"""Where to go with a session that owes something."""
AT_THE_DOOR = 3
"""Passwords that are checked at once; who waits there must not keep the others from their work."""
LONGEST_AGENT = 300
NUMBERS = 2**31
"""No row has this number or a larger one: databases would complain of it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One path."""

    path: str
    view: View
    scope: Scope
    post: bool = False
    """Changes something: POST only. Else it changes nothing: GET only."""
    door: bool = False
    """Checks a password: half a second of the machine."""

    def route(self, desk: Desk, door: CapacityLimiter) -> Route:
        """As Starlette takes it."""
        assert self.scope in SCOPES, f"{self.path}: expected one of {sorted(SCOPES)}, got {self.scope}"

        async def endpoint(request: Request) -> Response:
            body = await request.body() if self.post else b""
            return await to_thread.run_sync(self._answer, desk, request, body, limiter=door if self.door else None)

        return Route(self.path, endpoint, methods=["POST"] if self.post else ["GET"], name=self.view.__name__)

    def _answer(self, desk: Desk, request: Request, body: bytes) -> Response:
        """The view's answer, or a page that says what is in the way; runs in a thread of its own."""
        call = anonymous(desk, request)
        try:
            call = replace(call, visitor=signin.current(desk.factory, call.token, call.now) if call.token else None)
            turned = _turned_away(self.scope, call)
            if turned is not None:
                return turned
            if any(isinstance(part, int) and part >= NUMBERS for part in call.path.values()):
                return troubles.page(call, 404, "not_found")
            call = replace(call, form=read_form(request.headers.get("content-type", ""), body))
            with audit.came_from(call.origin.network):
                return self.view(call)
        except Exception as error:  # noqa: BLE001 - the edge: counted, named and told in one place
            return told(call, error)


def anonymous(desk: Desk, request: Request) -> Call:
    """What the request says, whoever sent it."""
    language = request.cookies.get("language", "zh")
    return Call(
        desk=desk,
        now=desk.now(),
        words=catalogue(language if language in LANGUAGES else "zh"),
        origin=Origin(
            throttle.network(request.client.host if request.client else ""),
            request.headers.get("user-agent", "")[:LONGEST_AGENT],
        ),
        token=request.cookies.get(desk.cookie, ""),
        pending=request.cookies.get(desk.pending_cookie, ""),
        visitor=None,
        path=request.path_params,
        query=request.query_params,
        url=request.url,
        partial=request.headers.get("hx-request") == "true" and "hx-history-restore-request" not in request.headers,
        likes=Likes(request.cookies.get("keys") != "off", request.cookies.get("advance") != "off"),
    )


def told(call: Call, error: Exception) -> Response:
    """The page about an error; unexpected ones carry a number that stands in the log as well."""
    if isinstance(error, troubles.NotFound):
        return troubles.page(call, 404, "not_found")
    if isinstance(error, NotAllowedError):
        return troubles.page(call, 403, "not_allowed")
    if isinstance(error, BadForm):
        return troubles.page(call, 400, "bad_form")
    if isinstance(error, StaleError):
        return _stale(call, error)
    number = secrets.token_hex(4)
    logger.error("E_%s %s", number, call.url.path, exc_info=error)
    status, kind = (503, "store") if isinstance(error, StoreError) else (500, "unexpected")
    return troubles.page(call, status, kind, number=number)


def _stale(call: Call, error: StaleError) -> Response:
    """What others did since, unless it is a verdict that who looks must not see yet."""
    with reading(call.desk.factory) as session:
        row = session.get(Lead, error.lead_id)
        veiled = row is not None and call.visitor is not None and bool(call.veiled(session, [row]))
    return troubles.page(call, 409, "stale", lines=() if veiled else tuple(change.line for change in error.changes))


def _turned_away(scope: Scope, call: Call) -> Response | None:
    """Where to go instead, or None for: come in."""
    if scope == "anyone":
        return None
    found: Visitor | None = call.visitor
    if found is None:
        return _to_the_door(call)
    if scope == "half":
        return None
    if found.owes:
        return go(OWED[found.owes])
    if scope != "signed_in" and not may(found.role, scope):
        return troubles.page(call, 403, "not_allowed")
    return None


def _to_the_door(call: Call) -> Response:
    """The whole page goes there: a script that asked for a part must not be given the door to put into it."""
    return Response(status_code=204, headers={"hx-redirect": "/signin"}) if call.partial else go("/signin")
