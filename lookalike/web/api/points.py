"""One thing that a program can ask: method, path, scope, shapes, and the view. Without a scope there is no route."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, TypeVar, get_origin

from anyio import to_thread
from pydantic import BaseModel, ValidationError
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from lookalike.errors import StoreError
from lookalike.review import throttle, tokens
from lookalike.review.conflicts import StaleError
from lookalike.review.tokens import SCOPES, Bearer
from lookalike.store import audit
from lookalike.store.engine import reading, writing
from lookalike.web.api import problems
from lookalike.web.api.pace import Pace
from lookalike.web.api.problems import Refusal
from lookalike.web.api.shapes import NoQuery, Wrong
from lookalike.web.desk import Desk
from lookalike.web.wording import catalogue

logger = logging.getLogger("lookalike.web.api")

ROOT = "/api/v1"
ANY = "any"
"""Scope of what every valid key opens."""
KEY_RATE, KEY_BURST = 2.0, 120
"""Requests a second that one key may send for long, and at once."""
WRONG_RATE, WRONG_BURST = 0.2, 20
"""The same of requests from one network whose key opens nothing."""
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read."""

    desk: Desk
    now: datetime
    bearer: Bearer
    path: Mapping[str, Any]
    query: Any
    """As ``Point.query`` reads it."""
    body: Any
    """As ``Point.body`` reads it; None where it takes none."""


@dataclass(frozen=True, slots=True)
class Guards:
    """How fast keys, and networks without one, may ask."""

    keys: Pace
    wrong: Pace


def guards() -> Guards:
    """As they are in service."""
    return Guards(Pace(KEY_RATE, KEY_BURST), Pace(WRONG_RATE, WRONG_BURST))


@dataclass(frozen=True, slots=True)
class Point:
    """One entry of the interface; its words stand in the catalogue below ``api.point.<name>``."""

    name: str
    method: Literal["GET", "POST"]
    path: str
    """Below ``ROOT``."""
    scope: str
    view: Callable[[Asked], BaseModel]
    gives: type[BaseModel]
    query: type[BaseModel] = NoQuery
    body: type[BaseModel] | None = None
    refusals: tuple[str, ...] = ()
    """Kinds of problems beside those that every point has."""

    @property
    def status(self) -> int:
        """Of an answer that went well."""
        return 201 if self.method == "POST" else 200

    def route(self, desk: Desk, guards: Guards) -> Route:
        """As Starlette takes it."""
        assert self.scope == ANY or self.scope in SCOPES, f"{self.path}: there is no scope {self.scope}"

        async def endpoint(request: Request) -> Response:
            body = await request.body() if self.body is not None else b""
            return await to_thread.run_sync(self._answer, desk, guards, request, body)

        return Route(ROOT + self.path, endpoint, methods=[self.method], name=f"api_{self.name}")

    def _answer(self, desk: Desk, guards: Guards, request: Request, body: bytes) -> Response:
        """The view's answer, or a problem; runs in a thread of its own."""
        network = throttle.network(request.client.host if request.client else "")
        who: Bearer | None = None
        try:
            now = desk.now()
            who = bearer_of(desk, guards, request, network, now)
            self._let_in(guards, who)
            query = read(self.query, spread(self.query, request.query_params))
            sent = read(self.body, read_json(request, body)) if self.body is not None else None
            with audit.came_from(network):
                found = self.view(Asked(desk, now, who, request.path_params, query, sent))
            assert isinstance(found, self.gives), f"{self.name} gives {type(found)}"
            answer = Response(found.model_dump_json(), self.status, media_type="application/json")
        except Exception as error:  # noqa: BLE001 - the edge: counted, named and told in one place
            answer = told(error, request.url.path)
        logger.info("%s %s %d %s", self.method, request.url.path, answer.status_code, who.name if who else network)
        return answer

    def _let_in(self, guards: Guards, who: Bearer) -> None:
        wait = guards.keys.take(str(who.token_id))
        if wait:
            raise too_many(wait)
        if self.scope != ANY and not who.may(self.scope):
            mark = f'Bearer realm="lookalike", error="insufficient_scope", scope="{self.scope}"'
            raise Refusal("scope", headers={"www-authenticate": mark})


def bearer_of(desk: Desk, guards: Guards, request: Request, network: str, now: datetime) -> Bearer:
    """Who holds the key of this request (RFC 6750, 2.1). Raises Refusal."""
    if "cookie" in request.headers:
        raise Refusal("cookie")  # a browser that was made to send this must not lend it what it has
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token.strip():
        raise Refusal("no_key", headers={"www-authenticate": 'Bearer realm="lookalike"'})
    if guards.wrong.empty(network):
        raise too_many(1 / guards.wrong.rate)
    with reading(desk.factory) as session:
        found = tokens.bearer(session, token.strip(), now)
    if found is None:
        guards.wrong.take(network)
        raise Refusal("bad_key", headers={"www-authenticate": 'Bearer realm="lookalike", error="invalid_token"'})
    if tokens.due(found, now):
        with writing(desk.factory) as session:
            tokens.used(session, found.token_id, now)
    return found


def too_many(wait: float) -> Refusal:
    """Come back later."""
    return Refusal("too_many", headers={"retry-after": str(int(wait) + 1)})


def spread(shape: type[BaseModel], asked: QueryParams) -> dict[str, Any]:
    """What an address asks for, several values of one name together where the shape has room for them."""
    found: dict[str, Any] = {}
    for name in dict.fromkeys(asked.keys()):
        field = shape.model_fields.get(name)
        values = asked.getlist(name)
        several = field is not None and get_origin(field.annotation) is tuple
        if len(values) > 1 and not several:
            raise Refusal("unusable", errors=[Wrong(name=name[:80], reason=catalogue("zh")("api.wrong.once"))])
        found[name] = tuple(values) if several else values[0]
    return found


def read_json(request: Request, body: bytes) -> Any:
    """The body as JSON (RFC 8259), one value a name. Raises Refusal."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal("not_json")
    try:
        return json.loads(body.decode(), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise Refusal("bad_body") from error


def read(shape: type[Model], found: Any) -> Model:
    """What was sent, in its shape. Raises Refusal that names each thing that does not fit."""
    try:
        return shape.model_validate(found)
    except ValidationError as error:
        raise Refusal("unusable", errors=[_wrong(dict(each)) for each in error.errors()[:20]]) from error


def told(error: Exception, path: str) -> Response:
    """The problem about an error; unexpected ones carry a number that stands in the log as well."""
    if isinstance(error, Refusal):
        return problems.answer(error)
    if isinstance(error, StaleError):
        return problems.answer(Refusal("stale", changes=[change.line for change in error.changes]))
    number = secrets.token_hex(4)
    logger.error("E_%s %s", number, path, exc_info=error)
    return problems.answer(Refusal("store" if isinstance(error, StoreError) else "unexpected"), number)


def _wrong(error: dict[str, Any]) -> Wrong:
    words = catalogue("zh")
    kind, told_by = str(error["type"]), error.get("ctx", {})
    group = next((group for group, kinds in _KINDS.items() if kind in kinds), "other")
    expected = str(told_by.get("expected", told_by.get("le", told_by.get("ge", told_by.get("max_length", "")))))
    name = ".".join(str(part) for part in error["loc"])[:80]
    return Wrong(name=name, reason=words(f"api.wrong.{group}", expected=expected[:200]))


_KINDS = {
    "missing": {"missing"},
    "unknown": {"extra_forbidden"},
    "choice": {"literal_error"},
    "long": {"string_too_long", "too_long"},
    "range": {"less_than", "less_than_equal", "greater_than", "greater_than_equal"},
    "number": {"int_parsing", "float_parsing", "int_type", "float_type", "int_from_float", "finite_number"},
    "time": {"datetime_from_date_parsing", "datetime_parsing", "datetime_type", "timezone_aware"},
}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no JSON")
