"""The interface as an OpenAPI 3.1 document, made from the table of entries: it cannot tell of what is not there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any, cast, get_origin

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from lookalike import __version__
from lookalike.review.tokens import SCOPES, UNREAD
from lookalike.web.api.points import ANY, ROOT, Point
from lookalike.web.api.problems import MEDIA, STATUSES
from lookalike.web.api.shapes import NoQuery, Problem
from lookalike.web.api.table import POINTS
from lookalike.web.wording import Words, catalogue

ALWAYS = ("cookie", "no_key", "bad_key", "scope", "unusable", "too_many", "unexpected", "store")
"""Problems that every entry can answer with."""
WITH_BODY = ("bad_body", "not_json", "too_large")
_REF = "#/components/schemas/"
_PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")


@lru_cache(maxsize=2)
def document(language: str = "zh") -> dict[str, Any]:
    """The document, with its descriptions in ``language``."""
    words = catalogue(language)
    paths: dict[str, dict[str, Any]] = {}
    for point in POINTS:
        paths.setdefault(plain(point.path), {})[point.method.lower()] = _operation(point, words)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": words("api.title"),
            "version": __version__,
            "description": words("api.text"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": ROOT}],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": {"type": "http", "scheme": "bearer", "description": words("api.key")},
            },
            "schemas": _schemas(words),
            "responses": {kind: _problem(kind, words) for kind in STATUSES},
        },
    }


def plain(path: str) -> str:
    """A path as OpenAPI writes it: ``/leads/{lead_id}``."""
    return _PLACE.sub(r"{\1}", path)


def refusals_of(point: Point) -> tuple[str, ...]:
    """All kinds of problems that an entry can answer with, by status."""
    kinds = {*ALWAYS, *point.refusals, *(WITH_BODY if point.body else ())}
    if point.scope == ANY:
        kinds.discard("scope")
    return tuple(sorted(kinds, key=lambda kind: (STATUSES[kind], kind)))


def _operation(point: Point, words: Words) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": point.name,
        "summary": words(f"api.point.{point.name}"),
        "description": _scope(point, words),
        "parameters": [*_places(point, words), *_parameters(point, words)],
        "responses": {str(point.status): _answer(point, words), **_refusals(point, words)},
        "security": [{"key": [] if point.scope == ANY else [point.scope]}],
    }
    if point.body is not None:
        content = {"application/json": {"schema": {"$ref": _REF + point.body.__name__}}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _scope(point: Point, words: Words) -> str:
    return words("api.any_key") if point.scope == ANY else words("api.needs", scope=point.scope)


def _answer(point: Point, words: Words) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": _REF + point.gives.__name__}}}
    return {"description": words("api.done" if point.method == "POST" else "api.answer"), "content": content}


def _refusals(point: Point, words: Words) -> dict[str, Any]:
    """Problems by status; where several share one, all are named."""
    by_status: dict[str, list[str]] = {}
    for kind in refusals_of(point):
        by_status.setdefault(str(STATUSES[kind]), []).append(kind)
    return {
        status: {"$ref": f"#/components/responses/{kinds[0]}"}
        if len(kinds) == 1
        else {**_problem(kinds[0], words), "description": " / ".join(words(f"api.problem.{k}.title") for k in kinds)}
        for status, kinds in by_status.items()
    }


def _problem(kind: str, words: Words) -> dict[str, Any]:
    content = {MEDIA: {"schema": {"$ref": _REF + Problem.__name__}}}
    return {"description": words(f"api.problem.{kind}.title"), "content": content}


def _places(point: Point, words: Words) -> Iterable[dict[str, Any]]:
    for name, kind in _PLACE.findall(point.path):
        schema = {"type": "integer", "minimum": 1} if kind == "int" else {"type": "string"}
        yield {
            "name": name,
            "in": "path",
            "required": True,
            "schema": schema,
            "description": words(f"api.field.{name}"),
        }


def _parameters(point: Point, words: Words) -> Iterable[dict[str, Any]]:
    schema = _inlined(point.query)
    for name, told in schema.get("properties", {}).items():
        several = get_origin(point.query.model_fields[name].annotation) is tuple
        extra = {"style": "form", "explode": True} if several else {}
        kept = {key: value for key, value in told.items() if key != "title"}
        yield {"name": name, "in": "query", "schema": kept, "description": _described(name, words), **extra}


def _inlined(shape: type[BaseModel]) -> Mapping[str, Any]:
    schema = shape.model_json_schema()
    assert "$defs" not in schema, f"{shape.__name__}: an address has no shapes within shapes"
    return schema


def _schemas(words: Words) -> dict[str, Any]:
    every: list[type[BaseModel]] = [Problem, *(p.gives for p in POINTS), *(p.body for p in POINTS if p.body)]
    shapes = dict.fromkeys(every)
    _, found = models_json_schema([(s, _mode(s)) for s in shapes], ref_template=_REF + "{model}")
    schemas = cast("dict[str, Any]", found["$defs"])
    for schema in schemas.values():
        schema.pop("description", None)
        for name, told in schema.get("properties", {}).items():
            told.pop("title", None)
            told["description"] = _described(name, words)
    return schemas


def _mode(shape: type[BaseModel]) -> Any:
    return "validation" if any(shape is p.body for p in POINTS) else "serialization"


def _described(name: str, words: Words) -> str:
    return words(f"api.field.{name}")


def rows(words: Words) -> list[dict[str, Any]]:
    """The entries as the page about the interface lists them."""
    return [
        {
            "method": point.method,
            "path": ROOT + plain(point.path),
            "what": words(f"api.point.{point.name}"),
            "scope": _scope(point, words),
            "names": [] if point.query is NoQuery else [(n, _described(n, words)) for n in point.query.model_fields],
            "body": [(n, _described(n, words)) for n in point.body.model_fields] if point.body else [],
        }
        for point in POINTS
    ]


def scopes() -> list[tuple[str, str]]:
    """All scopes that open something here, with their names."""
    opened = {point.scope for point in POINTS} | {UNREAD}
    return [(scope, said) for scope, said in SCOPES.items() if scope in opened]
